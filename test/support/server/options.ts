import type { LuaValue } from '../prosody/lua-literal.ts';

/** What a private server shall be. Everything has a default but the hosts; what only one server has is left out by the other. */
export interface ServerOptions {
  readonly hosts: readonly HostOptions[];
  readonly components?: readonly ComponentOptions[];
  /** Domain of a MUC service. */
  readonly muc?: string;
  /** Domain of a service that sends on to all who are named in a message (XEP-0033). */
  readonly multicast?: string;
  readonly streamManagement?: StreamManagementOptions | 'off';
  /** XEP-0191; on unless false. */
  readonly blocking?: boolean;
  /** Streams to other servers, by dialback without TLS; on unless false. */
  readonly s2s?: boolean;
  /** BOSH and WebSocket; no port is open for them unless named. */
  readonly http?: HttpOptions;
  /** Loads mod_receipts on every host, with these options of its own. */
  readonly receipts?: Readonly<Record<`receipts_${string}`, LuaValue>>;
  /** Where mod_receipts is taken from at each start; the working tree unless named. */
  readonly moduleFolder?: string;
  readonly logLevel?: 'debug' | 'info' | 'warn' | 'error';
  /** More modules on every host. */
  readonly modules?: readonly string[];
  /** The longest stanza that a component may send, in bytes; the server's own limit unless named. */
  readonly componentStanzaBytes?: number;
  /** The test can set the server's clock, by `setClock`; it needs libfaketime. */
  readonly hasOwnClock?: boolean;
  /** More global configuration, as Lua. */
  readonly lua?: string;
  /** What only ejabberd has. */
  readonly ejabberd?: EjabberdOptions;
}

export interface EjabberdOptions {
  /** How many messages an absent user can have; 20,000 unless named. */
  readonly offlineMessages?: number;
  /** mod_offline keeps nothing that the archive keeps. */
  readonly usesArchiveForOffline?: boolean;
  /** Components may send from any address; they may not unless true. */
  readonly trustsComponents?: boolean;
  /** Each component's stream gets the stanzas of all of them, as where `global_routes` is left as it is; not unless true. */
  readonly sharesStreams?: boolean;
  /** Options of mod_block_strangers, as in YAML; it is not loaded unless named. */
  readonly blockStrangers?: Readonly<Record<string, unknown>>;
  /** How many threads run Erlang; 2 unless named. */
  readonly schedulers?: number;
  /** Makes it a node that others may join; it has no name unless named. */
  readonly node?: ErlangNode;
}

/** A node that is found without a port mapper: all nodes of a test listen on one port of loopback addresses of their own. */
export interface ErlangNode {
  readonly address: string;
  readonly port: number;
}

export interface HostOptions {
  readonly name: string;
  /** mod_offline; on unless false. */
  readonly offline?: boolean;
  /** mod_mam; off unless true. */
  readonly mam?: boolean;
  /** XEP-0357: the server wakes phones through their push services; off unless true. */
  readonly push?: boolean;
  readonly modules?: readonly string[];
  /** False where this host shall be without mod_receipts. */
  readonly receipts?: boolean;
  /** More configuration of this host, as Lua. */
  readonly lua?: string;
}

export interface ComponentOptions {
  readonly domain: string;
  readonly secret: string;
  /** Which of two streams with the same name is closed; the old one unless named. */
  readonly conflict?: 'kick_old' | 'kick_new';
  readonly lua?: string;
}

export interface StreamManagementOptions {
  readonly hibernationSeconds?: number;
  readonly ackDelaySeconds?: number;
  readonly queueSize?: number;
}

export interface HttpOptions {
  /** How long a BOSH session lives without a request. */
  readonly inactivitySeconds: number;
}

export interface Ports {
  readonly c2s: number;
  readonly s2s: number;
  readonly http: number;
  readonly component: number;
  readonly control: number;
}
