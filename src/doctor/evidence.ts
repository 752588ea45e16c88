import type { FailureReason } from '../link/link.ts';

/** What was seen. From it alone come the findings. */
export interface Evidence {
  readonly component: string;
  /** host:port of the server. */
  readonly address: string;
  /** How many characters of the secret were read. */
  readonly secretLength: number;
  readonly daemon: DaemonSeen;
  /** `undefined`: it was not looked at, because another daemon may be connected. */
  readonly link: LinkSeen | undefined;
  readonly servers: readonly ServerSeen[];
}

export type DaemonSeen =
  | { readonly kind: 'answers'; readonly version: string }
  | { readonly kind: 'none' }
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
  /** The server's name and version. */
  readonly server?: string | undefined;
  /** The version of mod_receipts. */
  readonly module?: string | undefined;
  readonly stores: readonly string[];
  readonly nodes?: number | undefined;
}
