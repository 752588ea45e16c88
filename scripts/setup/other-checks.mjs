import { runDialyzer, runEunit } from './erlang-checks.mjs';
import { run } from './run.mjs';

/** What is checked beside vitest, each by a tool of its own that says how many passed and failed. */
const CHECKS = { luacheck: runLuacheck, eunit: runEunit, dialyzer: runDialyzer };

/** Runs them all. One that has checked nothing has failed, so that it never looks like a good one. */
export async function runOtherChecks() {
  const totals = { passed: 0, failed: 0, skipped: 0 };
  for (const [tool, check] of Object.entries(CHECKS)) {
    const { passed, failed } = await check();
    const isEmpty = passed + failed === 0;
    console.log(isEmpty ? `${tool}: nothing was checked` : `${tool}: ${passed + failed} checks`);
    totals.passed += passed;
    totals.failed += isEmpty ? 1 : failed;
  }
  return totals;
}

async function runLuacheck() {
  const status = await run('luacheck', ['--quiet', 'prosody-config/modules']);
  return { passed: status === 0 ? 1 : 0, failed: status === 0 ? 0 : 1 };
}
