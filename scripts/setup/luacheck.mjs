import { isOnPath, run, say } from './run.mjs';

const LUA = ['prosody-config', 'test/support/lua', 'test/prosody-module'];

/** Lints all Lua of the project; resolves with the exit status. */
export function luacheck() {
  return run('luacheck', ['--quiet', ...LUA]);
}

/** The same where luacheck is installed; elsewhere only says how to get it. */
export async function luacheckIfThere() {
  if (isOnPath('luacheck')) return await luacheck();
  say('luacheck is not installed, so Lua is not linted (on Debian: apt-get install lua-check)');
  return 0;
}
