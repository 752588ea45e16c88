import { startEjabberd } from './ejabberd.ts';
import { startProsody } from './prosody.ts';
import type { ServerOptions } from './server/options.ts';
import type { Server, ServerKind } from './server/server.ts';

export type { HostOptions, ServerOptions } from './server/options.ts';
export { introduce, type Server, type ServerKind } from './server/server.ts';

/** The server that the tests are run on: SERVER=ejabberd, else Prosody. */
export const SERVER_KIND: ServerKind =
  process.env['SERVER'] === 'ejabberd' ? 'ejabberd' : 'prosody';

export function startServer(options: ServerOptions, kind = SERVER_KIND): Promise<Server> {
  return kind === 'ejabberd' ? startEjabberd(options) : startProsody(options);
}
