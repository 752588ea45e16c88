import type { Millis } from '../message/time.ts';

/** How long a stanza the server takes, as its end of a stream has shown. */
export interface KeptLimit {
  /** Our component. */
  readonly domain: string;
  readonly bytes: number;
  readonly at: Millis;
  /** Of the daemon that learned it. */
  readonly version: string;
}

/** What the server does not take. */
export interface LimitStore {
  /** `undefined`: none was kept. */
  get(domain: string): Promise<KeptLimit | undefined>;
  /** In the place of what was kept for that domain. */
  keep(limit: KeptLimit): Promise<void>;
}
