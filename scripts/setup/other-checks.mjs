import { runDialyzer, runEunit } from './erlang-checks.mjs';
import { run } from './run.mjs';

/**
 * What `npm test` runs beside vitest when everything is tested, in this order. One entry for each
 * tool: the tools of debian-packages.mjs that it needs, and `run`, which resolves with
 * `{ passed, failed, skipped }`.
 */
const OTHER_CHECKS = [
  { name: 'luacheck', needs: ['luacheck'], run: runLuacheck },
  { name: 'eunit', needs: ['ejabberd', 'eunit'], run: runEunit },
  { name: 'dialyzer', needs: ['ejabberd', 'dialyzer'], run: runDialyzer },
];

/** The tools that these checks need. */
export const TOOLS_OF_OTHER_CHECKS = [...new Set(OTHER_CHECKS.flatMap(({ needs }) => needs))];

/** Runs all of them, whether or not one fails, and says what each came to. */
export async function runOtherChecks() {
  const results = [];
  for (const check of OTHER_CHECKS) results.push({ name: check.name, ...(await check.run()) });
  for (const { name, passed, failed } of results)
    console.log(`${name}: ${passed} passed, ${failed} failed`);
  return results;
}

async function runLuacheck() {
  const status = await run('luacheck', ['--quiet', 'prosody-config/modules']);
  return { passed: status === 0 ? 1 : 0, failed: status === 0 ? 0 : 1, skipped: 0 };
}
