import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runOtherChecks } from './other-checks.mjs';
import { run, say } from './run.mjs';

const PROJECTS = ['unit', 'scenarios', 'integration', 'ejabberd', 'size'];

/** The server that a project's tests talk to; test/only-on.json names the files that are for one of them only. */
const SERVERS = { integration: 'prosody', ejabberd: 'ejabberd' };

/** The real servers that the tests asked for talk to. */
export function serversFor(args) {
  return projectsAskedFor(args).flatMap((project) => SERVERS[project] ?? []);
}

/**
 * Runs vitest, and the other checks where everything is tested; prints `N passed, N failed` as the last line.
 * Nothing tested is a failure, so that an empty run never looks like a good one.
 */
export async function runTests(args) {
  const { files, status } = await runVitest(args);
  const totals = { passed: 0, failed: 0, skipped: 0 };
  addAll(totals, files);
  // An error outside of every test, for instance an unhandled rejection.
  if (status !== 0 && totals.failed === 0) totals.failed = 1;
  if (args.length === 0) addAll(totals, await runOtherChecks());
  add(totals, countEmptyProjects(files, args));
  for (const project of PROJECTS) sayWhatRan(project, files);
  if (totals.skipped > 0) console.log(`${totals.skipped} skipped`);
  console.log(`${totals.passed} passed, ${totals.failed} failed`);
  return totals.failed === 0 && totals.passed > 0 ? 0 : 1;
}

async function runVitest(args) {
  const folder = mkdtempSync(join(tmpdir(), 'test-results-'));
  process.env.RESULTS = join(folder, 'results.json');
  try {
    const reporters = ['--reporter=default', '--reporter=./scripts/setup/results-reporter.mjs'];
    const vitest = ['node_modules/vitest/vitest.mjs', 'run', ...reporters, ...args];
    const status = await run(process.execPath, vitest);
    return { files: readResults(process.env.RESULTS), status };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

// No results at all: vitest could not even start.
function readResults(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return [];
  }
}

function sayWhatRan(project, files) {
  const ran = files.filter((file) => file.project === project);
  if (ran.length === 0) return;
  const own = ran.filter(({ path }) => isOnlyOn(SERVERS[project], path));
  const server = SERVERS[project] === undefined ? '' : ` on ${SERVERS[project]}`;
  const alone = server === '' ? '' : `, ${countTests(own)} of them in no other project`;
  console.log(`${project}: ${countTests(ran)} tests${server}${alone}`);
}

function countTests(files) {
  return files.reduce((sum, { passed, failed }) => sum + passed + failed, 0);
}

function isOnlyOn(server, path) {
  const onlyOn = JSON.parse(readFileSync('test/only-on.json', 'utf8'));
  return onlyOn[server]?.includes(path) ?? false;
}

function countEmptyProjects(files, args) {
  const empty = projectsAskedFor(args).filter(
    (project) => countTests(files.filter((file) => file.project === project)) === 0,
  );
  // Who names files knows that other projects have none of them.
  if (empty.length === 0 || namesFiles(args)) return { passed: 0, failed: 0, skipped: 0 };
  say(`no test ran in: ${empty.join(', ')}`);
  return { passed: 0, failed: empty.length, skipped: 0 };
}

function addAll(totals, counts) {
  for (const count of counts) add(totals, count);
}

function add(totals, { passed, failed, skipped }) {
  totals.passed += passed;
  totals.failed += failed;
  totals.skipped += skipped;
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
