import type { Pasted } from './back-end.ts';
import type { Json } from './control.ts';
import type { Ports, ServerOptions } from './options.ts';

export type ServerKind = 'prosody' | 'ejabberd';

/** The same in the languages of the servers. */
export interface InsideCode {
  /** `...` are the arguments, its `return` is the result. */
  readonly lua: string;
  /** `Args` are the arguments, the last value is the result. */
  readonly erlang: string;
}

/** A real server of one's own: private loopback ports, a new temporary folder. */
export interface Server {
  readonly kind: ServerKind;
  readonly options: ServerOptions;
  readonly folder: string;
  readonly ports: Ports;
  /** Of the running process, or of the last one. */
  readonly pid: number;
  readonly version: string;
  readonly isRunning: boolean;
  /** Every domain that this server is the server of. */
  readonly domains: readonly string[];
  /** Starts it on the data that is there; resolves when every port answers. */
  start(): Promise<void>;
  /** Stops it in good order; the data stay. */
  stop(): Promise<void>;
  restart(): Promise<void>;
  /** Pastes these lines into the configuration, as an operator would; a restart reads them. */
  paste(lines: Pasted): void;
  /** Ends the process as by a power cut, and waits until it is gone. */
  kill(): Promise<void>;
  signal(name: NodeJS.Signals): void;
  /** Stops it and removes its folder. */
  dispose(): Promise<void>;
  /** The whole log of all runs. */
  log(): Promise<string>;
  register(jid: string, password?: string): Promise<void>;
  /** Deletes the account as an administrator would: sessions end, modules are told. */
  deleteUser(jid: string): Promise<void>;
  /** Each of the two sees the other's presence, without asking; the halves that are not ours are left out. */
  befriend(a: string, b: string): Promise<void>;
  /** Only the watcher sees the presence of the watched. */
  subscribe(watcher: string, watched: string): Promise<void>;
  loadModule(host: string, name: string): Promise<void>;
  unloadModule(host: string, name: string): Promise<void>;
  reloadModule(host: string, name: string): Promise<void>;
  /** From now on this server finds the domains of the other one; also after a restart. */
  learnPeers(other: Pick<Server, 'domains' | 'ports'>): Promise<void>;
  /** Runs that of the server's own language inside it. */
  runInside(code: InsideCode, ...args: readonly Json[]): Promise<unknown>;
  /** The file of that name that mod_receipts keeps for a host. */
  receiptsPath(host: string, name: string): string;
}

/** Lets the servers find each other's domains (server-to-server streams). */
export async function introduce(...servers: readonly Server[]): Promise<void> {
  for (const server of servers) {
    for (const other of servers) if (other !== server) await server.learnPeers(other);
  }
}
