import { fork } from 'node:child_process';
import { runDialyzer, runEunit } from './erlang-checks.mjs';
import { luacheck } from './luacheck.mjs';
import { runOnDockerizedProsody } from './prosody-in-docker.mjs';
import { runAndRead, say } from './run.mjs';

/**
 * What `npm test` runs beside vitest when everything is tested, in this order. One entry for each
 * tool: the tools of debian-packages.mjs that it needs, and `run`, which resolves with
 * `{ passed, failed, skipped }`; what cannot run on this machine says so in `notRun`.
 */
const OF_MODULES = [
  { name: 'luacheck', needs: ['luacheck'], run: runLuacheck },
  { name: 'busted', needs: ['busted', 'prosodyLibraries'], run: runBusted },
  { name: 'eunit', needs: ['ejabberd', 'eunit'], run: runEunit },
  { name: 'dialyzer', needs: ['ejabberd', 'dialyzer'], run: runDialyzer },
];

/** These talk to servers of their own, so they come after vitest. */
const OF_SERVERS = [{ name: 'Prosody in Docker', needs: [], run: runOnDockerizedProsody }];

/** The tools that these checks need. */
export const TOOLS_OF_OTHER_CHECKS = [
  ...new Set([...OF_MODULES, ...OF_SERVERS].flatMap(({ needs }) => needs)),
];

/**
 * Begins those that only compute, in a process of their own; the function that it returns waits for
 * them, runs the others, and says what each came to.
 */
export function beginOtherChecks() {
  const ofModules = inTheBackground(OF_MODULES.map(({ name }) => name));
  return async () => {
    const { said, results } = await ofModules;
    process.stdout.write(said);
    const all = [...results, ...(await runAll(OF_SERVERS))];
    for (const { name, passed, failed, notRun } of all)
      console.log(`${name}: ${notRun ?? `${passed} passed, ${failed} failed`}`);
    return all;
  };
}

/** Runs all of them, whether or not one fails. */
export function runModuleChecks() {
  return runAll(OF_MODULES);
}

async function runAll(checks) {
  const results = [];
  for (const { name, run } of checks) results.push({ name, ...(await run()) });
  return results;
}

function inTheBackground(names) {
  return new Promise((resolve) => {
    const child = fork(new URL('module-checks.mjs', import.meta.url), { silent: true });
    let said = '';
    // One that ends without a word has failed.
    let results = names.map((name) => ({ name, ...countOf(false) }));
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        said += text;
      });
    }
    child.on('message', (message) => {
      results = message;
    });
    child.once('close', () => resolve({ said, results }));
  });
}

async function runLuacheck() {
  return countOf((await luacheck()) === 0);
}

// The tests of mod_receipts for Prosody that need no server; .busted says where they are.
async function runBusted() {
  const { status, output } = await runAndRead('busted', ['--output=plainTerminal']);
  const counts = countsOfBusted(output);
  const ran = counts.passed + counts.failed;
  if (ran === 0) say('no test ran in: busted');
  // Nothing tested is a failure, and so is one that no test was counted for.
  const isUncounted = ran === 0 || (status !== 0 && counts.failed === 0);
  return isUncounted ? { ...counts, failed: counts.failed + 1 } : counts;
}

function countsOfBusted(output) {
  const count = (what) => Number(new RegExp(`(\\d+) ${what}`).exec(output)?.[1] ?? 0);
  return {
    passed: count('success'),
    failed: count('failure') + count('error'),
    skipped: count('pending'),
  };
}

function countOf(isWell) {
  return { passed: isWell ? 1 : 0, failed: isWell ? 0 : 1, skipped: 0 };
}
