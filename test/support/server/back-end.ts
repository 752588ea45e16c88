import type { Ports, ServerOptions } from './options.ts';
import type { ServerProcess } from './process.ts';
import type { InsideCode, ServerKind } from './server.ts';

/** What a run of a server is made of. */
export interface Launch {
  readonly options: ServerOptions;
  /** Its own: configuration, data, log. */
  readonly folder: string;
  readonly ports: Ports;
  /** Where the servers of other domains listen. */
  readonly peers: Readonly<Record<string, number>>;
  /** What an operator pasted into the configuration. */
  readonly pasted?: readonly Pasted[];
}

/** Lines for the configuration of either server. */
export interface Pasted {
  readonly prosody?: string;
  readonly ejabberd?: string;
}

/** What is different between the servers that tests can start. */
export interface BackEnd {
  readonly kind: ServerKind;
  /** As people write it. */
  readonly name: string;
  readonly orders: Orders;
  /** Does it print what stands in its log as well? */
  readonly printsItsLog: boolean;
  dataPath(folder: string): string;
  logPath(folder: string): string;
  /** The file of that name that mod_receipts keeps for a host. */
  receiptsPath(folder: string, host: string, name: string): string;
  /** Writes the configuration, and starts the server on it. */
  spawn(launch: Launch): Promise<ServerProcess>;
  /** That of its own language. */
  codeOf(code: InsideCode): string;
}

/** What a test asks of the server, in the server's own language. */
export interface Orders {
  /** Arguments: JID, password. */
  readonly CREATE_USER: string;
  /** Argument: JID. */
  readonly DELETE_USER: string;
  /** Arguments: JID, contact, subscription. Another server's user is left out. */
  readonly SUBSCRIBE: string;
  /** Arguments: load, unload or reload; host; name. */
  readonly MANAGE_MODULE: string;
  /** Argument: domains with their ports. */
  readonly ADD_PEERS: string;
  /** Argument: ports. Returns those that nothing listens on, as text. */
  readonly CLOSED_PORTS: string;
  readonly IS_STARTED: string;
  readonly VERSION: string;
  /** What was said so far is in the file after that, where loggers write later than they are told. */
  readonly WRITE_LOG?: string;
}
