// The part of `npm run lint` that is about Lua.

import { luacheckIfThere } from './setup/luacheck.mjs';

process.exitCode = await luacheckIfThere();
