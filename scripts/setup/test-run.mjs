import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { beginOtherChecks } from './other-checks.mjs';
import { say } from './run.mjs';
import { addAll, runVitest, totalsOf } from './vitest.mjs';

const EVERY_TIME = ['unit', 'scenarios', 'integration', 'ejabberd', 'postgres', 'packages', 'size'];

/** They take minutes and need a registry of images, so they run only if they are named. */
const IF_NAMED = ['docker'];

/** Those of vitest.config.ts. */
export const PROJECTS = [...EVERY_TIME, ...IF_NAMED];

/** The server that a project's tests talk to; test/only-on.json names the files that are for one of them only. */
const SERVERS = { integration: 'prosody', ejabberd: 'ejabberd' };

/** The real servers that the tests asked for talk to. */
export function serversFor(args) {
  return projectsAskedFor(args).flatMap((project) => SERVERS[project] ?? []);
}

/** Do the tests asked for use PostgreSQL without a server for XMPP? */
export function needsPostgres(args) {
  return projectsAskedFor(args).includes('postgres');
}

/**
 * Runs vitest, and the other checks where everything is tested; prints `N passed, N failed` as the last line.
 * Nothing tested is a failure, so that an empty run never looks like a good one.
 */
export async function runTests(args) {
  const endOtherChecks = args.length === 0 ? beginOtherChecks() : () => [];
  const results = await runVitest(wordsForVitest(args));
  const { files } = results;
  const totals = totalsOf(results);
  addAll(totals, await endOtherChecks());
  addAll(totals, [countEmptyProjects(files, args)]);
  for (const project of PROJECTS) sayWhatRan(project, files);
  if (totals.skipped > 0) console.log(`${totals.skipped} skipped`);
  console.log(`${totals.passed} passed, ${totals.failed} failed`);
  return totals.failed === 0 && totals.passed > 0 ? 0 : 1;
}

export function wordsForVitest(args) {
  return namesProjects(args) ? args : [...args, ...IF_NAMED.map((name) => `--project=!${name}`)];
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

function projectsAskedFor(args) {
  if (!namesProjects(args)) return EVERY_TIME;
  return PROJECTS.filter((project) => parse(args).values.project.includes(project));
}

function namesProjects(args) {
  return parse(args).values.project !== undefined;
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
