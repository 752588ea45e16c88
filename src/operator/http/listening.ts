import { chmodSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import type { HttpConfig, Listening } from '../../config/config.ts';
import { needsOurName, needsOurOrigin, needsToken } from './access.ts';
import { makeApi } from './api.ts';
import {
  createAdaptorServer,
  type MiddlewareHandler,
  type OpenAPIHono,
  secureHeaders,
} from './hono.ts';
import type { ApiParts, Entrance, Pages } from './parts.ts';
import { Sessions } from './sessions.ts';
import { TokenCheck } from './token-check.ts';

export interface Door {
  close(): Promise<void>;
}

/** Expected failure: the API cannot answer there. The message says what to do. */
export class CannotListen extends Error {
  override readonly name = 'CannotListen';
}

/** What is answered at the doors. */
export interface Behind {
  readonly api: (guards?: readonly MiddlewareHandler[]) => OpenAPIHono;
  /** What stands beside it where it answers by TCP. */
  readonly pages: () => Pages;
}

/** The doors of a daemon that serves. Rejects with CannotListen. */
export function openDoors(
  http: HttpConfig,
  { makePages, ...parts }: ApiParts & { readonly makePages: (parts: ApiParts) => Pages },
): Promise<readonly Door[]> {
  const api = (guards?: readonly MiddlewareHandler[]) => makeApi(parts, guards);
  return openDoorsTo({ api, pages: () => makePages(parts) }, http);
}

/**
 * Opens the doors that the settings name. Whoever reaches the socket is the owner of the store; who
 * comes by TCP needs the token. Rejects with CannotListen.
 */
export async function openDoorsTo(
  behind: Behind,
  { socket, listen }: HttpConfig,
): Promise<readonly Door[]> {
  const doors: Door[] = [];
  if (socket !== undefined) doors.push(await openSocket(socket, behind.api()));
  try {
    if (listen !== undefined) doors.push(await openPort(listen, behind));
  } catch (error) {
    // A door that stays open would keep the process alive.
    await Promise.all(doors.map((door) => door.close()));
    throw error;
  }
  return doors;
}

/** What lies there is left from a crash, unless somebody answers. */
async function openSocket(path: string, api: OpenAPIHono): Promise<Door> {
  if (await isAnswered(path)) throw new CannotListen(answered(path));
  rmSync(path, { force: true });
  const door = await open(serverFor(api), { path }, `the socket ${path}`);
  chmodSync(path, 0o600);
  return door;
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const caller = connect(path, () => resolve(true));
    caller.once('error', () => resolve(false)).once('connect', () => caller.destroy());
  });
}

function answered(path: string): string {
  return `http: another daemon answers at the socket ${path}. Give each daemon of this machine an "http.socket" of its own`;
}

async function openPort(listening: Listening, behind: Behind): Promise<Door> {
  const { host, port } = listening;
  const entrance = { token: new TokenCheck(listening.token), sessions: new Sessions() };
  const pages = behind.pages();
  const api = behind.api(guardsOf(listening, entrance, pages));
  pages.add(api, entrance);
  const door = await open(serverFor(api), { host, port }, `"http.listen" ${host}:${port}`);
  return {
    close: () => {
      pages.close();
      return door.close();
    },
  };
}

/** What every request by TCP must pass. */
function guardsOf(
  listening: Listening,
  entrance: Entrance,
  { isOpen }: Pages,
): readonly MiddlewareHandler[] {
  const headers = secureHeaders({
    strictTransportSecurity: false,
    // A browser with "no-referrer" would not name the origin of our own forms.
    referrerPolicy: 'same-origin',
    contentSecurityPolicy: POLICY,
  });
  const whoKnows = needsToken({ ...entrance, isOpen });
  return [headers, needsOurName(listening), needsOurOrigin, whoKnows];
}

/** Nothing but our own files: whatever slipped into a page could not run, load or send anything. */
const POLICY = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'"],
  imgSrc: ["'self'"],
  connectSrc: ["'self'"],
  formAction: ["'self'"],
  baseUri: ["'none'"],
  frameAncestors: ["'none'"],
};

function serverFor(api: OpenAPIHono): Server {
  return createAdaptorServer({ fetch: api.fetch }) as Server;
}

function open(
  server: Server,
  where: { readonly path: string } | { readonly host: string; readonly port: number },
  name: string,
): Promise<Door> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => reject(cannotListen(name, cause)));
    server.listen(where, () => resolve({ close: () => close(server) }));
  });
}

function cannotListen(name: string, cause: NodeJS.ErrnoException): CannotListen {
  const remedy = REMEDIES[cause.code ?? ''] ?? 'Correct "http" in the settings';
  return new CannotListen(`http: cannot listen on ${name}: ${cause.message}. ${remedy}`, { cause });
}

const REMEDIES: Readonly<Record<string, string>> = {
  EADDRINUSE: 'End the program that uses it, or choose another one in "http"',
  EADDRNOTAVAIL: 'Name an address of this machine in "http"',
  EACCES: 'Name a port above 1023 or a folder that the daemon may write in "http"',
  ENOENT: 'Make the folder of the socket, or name one that exists in "http"',
};

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
