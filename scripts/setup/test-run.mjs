import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { run, say } from './run.mjs';

const PROJECTS = ['unit', 'scenarios', 'integration'];

/** Whether tests that talk to a real server are among those asked for. */
export function needsServer(args) {
  return projectsAskedFor(args).includes('integration');
}

/**
 * Runs vitest, and luacheck where everything is tested; prints `N passed, N failed` as the last line.
 * Nothing tested is a failure, so that an empty run never looks like a good one.
 */
export async function runTests(args) {
  const totals = await runVitest(args);
  if (args.length === 0) add(totals, await runLuacheck());
  add(totals, countEmptyProjects(totals, args));
  if (totals.skipped > 0) console.log(`${totals.skipped} skipped`);
  console.log(`${totals.passed} passed, ${totals.failed} failed`);
  return totals.failed === 0 && totals.passed > 0 ? 0 : 1;
}

async function runVitest(args) {
  const folder = mkdtempSync(join(tmpdir(), 'test-results-'));
  const results = join(folder, 'results.json');
  try {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${results}`];
    const vitest = ['node_modules/vitest/vitest.mjs', 'run', ...reporters, ...args];
    const status = await run(process.execPath, vitest);
    return countTests(readResults(results), status);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

// No results at all: vitest could not even start.
function readResults(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).testResults;
  } catch {
    return [];
  }
}

function countTests(files, status) {
  const totals = { passed: 0, failed: 0, skipped: 0, projects: new Set() };
  for (const file of files) {
    const counted = countFile(file);
    add(totals, counted);
    if (counted.passed + counted.failed > 0) totals.projects.add(projectOf(file.name));
  }
  // An error outside of every test, for instance an unhandled rejection.
  if (status !== 0 && totals.failed === 0) totals.failed = 1;
  return totals;
}

function countFile({ status, assertionResults }) {
  const count = (wanted) => assertionResults.filter((result) => result.status === wanted).length;
  const [passed, failed] = [count('passed'), count('failed')];
  // A file that does not load has no tests to fail.
  const isBroken = status === 'failed' && failed === 0;
  return {
    passed,
    failed: failed + (isBroken ? 1 : 0),
    skipped: assertionResults.length - passed - failed,
  };
}

function countEmptyProjects({ projects }, args) {
  const empty = projectsAskedFor(args).filter((project) => !projects.has(project));
  // Who names files knows that other projects have none of them.
  if (empty.length === 0 || namesFiles(args)) return { passed: 0, failed: 0, skipped: 0 };
  say(`no test ran in: ${empty.join(', ')}`);
  return { passed: 0, failed: empty.length, skipped: 0 };
}

async function runLuacheck() {
  const status = await run('luacheck', ['--quiet', 'prosody-config/modules']);
  return { passed: status === 0 ? 1 : 0, failed: status === 0 ? 0 : 1, skipped: 0 };
}

function add(totals, { passed, failed, skipped }) {
  totals.passed += passed;
  totals.failed += failed;
  totals.skipped += skipped;
}

// As in vitest.config.ts.
function projectOf(path) {
  const folder = relative(join(process.cwd(), 'test'), path).split('/')[0];
  return PROJECTS.includes(folder) ? folder : 'unit';
}

function projectsAskedFor(args) {
  const asked = parse(args).values.project ?? [];
  return asked.length === 0 ? PROJECTS : PROJECTS.filter((project) => asked.includes(project));
}

function namesFiles(args) {
  const { positionals, values } = parse(args);
  return positionals.length > 0 || values.testNamePattern !== undefined;
}

function parse(args) {
  return parseArgs({
    args,
    strict: false,
    options: {
      project: { type: 'string', multiple: true },
      testNamePattern: { type: 'string', short: 't' },
    },
  });
}
