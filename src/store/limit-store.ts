import type { Millis } from '../message/time.ts';

/** How long a stanza the server takes, as its end of a stream has shown. */
export interface KeptLimit {
  /** Our component. */
  readonly domain: string;
  readonly bytes: number;
  /** When it was learned. */
  readonly at: Millis;
  /** The version of the daemon that learned it. */
  readonly version: string;
}

/** How long a stanza the server takes, over a restart. */
export interface LimitStore {
  /**
   * The limit of that component; `undefined`: none was kept. How old it may be, the caller judges.
   */
  get(domain: string): Promise<KeptLimit | undefined>;
  /** Keeps a limit, in the place of what was kept for that component. */
  keep(limit: KeptLimit): Promise<void>;
}
