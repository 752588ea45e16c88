import type { Link } from '../link/link.ts';
import { LIMIT_HOLDS_MS } from '../link/stanza-limit.ts';
import type { Millis } from '../message/time.ts';
import type { LimitStore } from '../store/limit-store.ts';
import type { Logger } from '../telemetry/log.ts';
import { VERSION } from '../telemetry/version.ts';

export interface KnownLimitParts {
  readonly domain: string;
  readonly link: Pick<Link, 'limitTo'>;
  readonly limits: LimitStore;
  readonly now: () => Millis;
  readonly log: Logger;
}

/**
 * The longest stanza that the server takes, over a restart: it tells by ending the stream, and
 * should not have to tell again.
 */
export class KnownLimit {
  readonly #parts: KnownLimitParts;

  constructor(parts: KnownLimitParts) {
    this.#parts = parts;
  }

  /** To be called before the link starts. Another version of the daemon learns it anew. */
  async load(): Promise<void> {
    const { domain, link, limits, now } = this.#parts;
    const kept = await limits.get(domain);
    if (kept === undefined || kept.version !== VERSION) return;
    const left = kept.at + LIMIT_HOLDS_MS - now();
    if (left > 0) link.limitTo(kept.bytes, Math.min(left, LIMIT_HOLDS_MS));
  }

  /**
   * The server takes no longer stanzas than this. Never rejects: what was not kept is learned anew.
   */
  async keep(bytes: number): Promise<void> {
    const { domain, limits, now, log } = this.#parts;
    await limits.keep({ domain, bytes, at: now(), version: VERSION }).catch((err) => {
      log.error({ err }, 'the longest stanza that the server takes could not be kept now');
    });
  }
}
