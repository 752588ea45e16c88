import type { Server, ServerKind, ServerOptions } from './any-server.ts';
import { startEjabberd } from './ejabberd.ts';
import { startProsody } from './prosody.ts';

export {
  type HostOptions,
  introduce,
  type Server,
  type ServerKind,
  type ServerOptions,
} from './any-server.ts';

/** The server that the tests are run on: SERVER=ejabberd, else Prosody. */
export const SERVER_KIND: ServerKind =
  process.env['SERVER'] === 'ejabberd' ? 'ejabberd' : 'prosody';

export function startServer(options: ServerOptions, kind = SERVER_KIND): Promise<Server> {
  return kind === 'ejabberd' ? startEjabberd(options) : startProsody(options);
}
