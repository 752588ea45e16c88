import { runDialyzer, runEunit } from './erlang-checks.mjs';
import { luacheck } from './luacheck.mjs';
import { runOnDockerizedProsody } from './prosody-in-docker.mjs';
import { runAndRead, say } from './run.mjs';

/**
 * What `npm test` runs beside vitest when everything is tested, in this order. One entry for each
 * tool: the tools of debian-packages.mjs that it needs, and `run`, which resolves with
 * `{ passed, failed, skipped }`; what cannot run on this machine says so in `notRun`.
 */
const OTHER_CHECKS = [
  { name: 'luacheck', needs: ['luacheck'], run: runLuacheck },
  { name: 'busted', needs: ['busted', 'prosodyLibraries'], run: runBusted },
  { name: 'eunit', needs: ['ejabberd', 'eunit'], run: runEunit },
  { name: 'dialyzer', needs: ['ejabberd', 'dialyzer'], run: runDialyzer },
  { name: 'Prosody in Docker', needs: [], run: runOnDockerizedProsody },
];

/** The tools that these checks need. */
export const TOOLS_OF_OTHER_CHECKS = [...new Set(OTHER_CHECKS.flatMap(({ needs }) => needs))];

/** Runs all of them, whether or not one fails, and says what each came to. */
export async function runOtherChecks() {
  const results = [];
  for (const check of OTHER_CHECKS) results.push({ name: check.name, ...(await check.run()) });
  for (const { name, passed, failed, notRun } of results)
    console.log(`${name}: ${notRun ?? `${passed} passed, ${failed} failed`}`);
  return results;
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
