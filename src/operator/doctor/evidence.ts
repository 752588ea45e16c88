import type { FailureReason } from '../../link/link.ts';
import type { NodeState } from '../../protocol/other-node.ts';
import type { ServerProblemReason } from '../../servers/server-problem.ts';

/** What was seen. From it alone come the findings. */
export interface Evidence {
  /** Why the settings cannot be used. Then nothing else was looked at. */
  readonly settingsProblem?: string | undefined;
  readonly component: string;
  /** host:port of the server. */
  readonly address: string;
  /** How many characters of the secret were read. */
  readonly secretLength: number;
  readonly domains: readonly string[];
  readonly daemon: DaemonSeen;
  /** Those that share the store; `undefined`: no daemon that serves was asked. */
  readonly daemons?: DaemonsSeen | undefined;
  /** `undefined`: it was not looked at, because another daemon may be connected. */
  readonly link: LinkSeen | undefined;
  readonly servers: readonly ServerSeen[];
  /** Hosts that have mod_receipts for our component, and are not among the domains. */
  readonly unconfigured: readonly string[];
  /** Those who were named. */
  readonly users: readonly UserSeen[];
}

export interface DaemonsSeen {
  readonly members: readonly MemberSeen[];
  readonly differences: readonly {
    readonly setting: string;
    readonly values: Readonly<Record<string, unknown>>;
    readonly holds?: unknown;
  }[];
}

export interface MemberSeen {
  readonly component: string;
  readonly holder: string;
  readonly isServed: boolean;
  readonly silentSeconds: number;
  readonly standbys: readonly string[];
}

export type DaemonSeen =
  | { readonly kind: 'answers'; readonly version: string }
  | { readonly kind: 'none' }
  /** It waits until the daemon that serves the component ends. */
  | { readonly kind: 'stands-by'; readonly holder: string }
  | { readonly kind: 'unseen' }
  /** The store cannot be ours alone: another daemon has it, or it cannot be used. */
  | { readonly kind: 'store-refused'; readonly problem: string };

export interface LinkSeen {
  readonly isOnline: boolean;
  readonly problem?: string | undefined;
  readonly reason?: FailureReason | undefined;
}

export interface ServerSeen {
  readonly domain: string;
  /** Why nothing can be told of its users. */
  readonly problem?: string | undefined;
  readonly reason?: ServerProblemReason | undefined;
  /** The domain, as its server spells it. */
  readonly spelled?: string | undefined;
  /** The server's name and version. */
  readonly server?: string | undefined;
  /** The version of mod_receipts. */
  readonly module?: string | undefined;
  readonly stores: readonly string[];
  /** The node that has our stream. */
  readonly node?: string | undefined;
  readonly otherNodes?: readonly NodeSeen[] | undefined;
  readonly health?: HealthSeen | undefined;
}

/** Another node of a cluster. */
export interface NodeSeen {
  readonly name: string;
  readonly state: NodeState;
  readonly downSeconds?: number | undefined;
}

/** What its module says of its host; `undefined` is what it does not say. */
export interface HealthSeen {
  readonly acks?: boolean | undefined;
  readonly filters: readonly string[];
  readonly longestStanza?: number | undefined;
  readonly sharing: number;
  readonly clockAheadSeconds?: number | undefined;
  readonly spool?: number | undefined;
  readonly spoolLimit?: number | undefined;
  readonly factsLostSecondsAgo?: number | undefined;
}

/** One who was named, and what the daemon knows; `undefined`: no daemon was asked. */
export interface UserSeen {
  readonly written: string;
  readonly known?: UserKnown | undefined;
}

export interface UserKnown {
  readonly policy: string;
  /** False: it is the default of the settings. */
  readonly isOwn: boolean;
  readonly exceptions: number;
  /** The last messages of this user, the newest first. */
  readonly sent: readonly { readonly acceptedAt: string; readonly status: string }[];
}
