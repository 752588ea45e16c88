import type { Millis } from '../../message/time.ts';
import type { Logger } from '../../telemetry/log.ts';
import type { NewMessage } from '../newest.ts';
import type { Operator } from '../operator.ts';

/** What happened between two looks. */
export interface Beat {
  /** Facts that came, and receipts that were sent, in a second. */
  readonly facts: number;
  readonly receipts: number;
  /** The median lag of the receipts made meanwhile, in seconds; `undefined`: none was made. */
  readonly lag: number | undefined;
}

/** How many beats are kept: ten minutes. */
export const BEATS = 120;

export const LOOKS_EVERY: Millis = 5_000;

/** Number of the newest messages whose lag is measured. */
const LOOKED_AT = 200;

interface PulseParts {
  readonly operator: Pick<Operator, 'counts' | 'newestMessages'>;
  readonly log: Logger;
  readonly now?: () => Millis;
  readonly every?: Millis;
}

/** Looks at the counters again and again, so that the page can draw curves. */
export class Pulse {
  readonly #parts: PulseParts;
  readonly #now: () => Millis;
  readonly #timer: NodeJS.Timeout;
  readonly #beats: Beat[] = [];
  #last: { readonly at: Millis; readonly counts: Readonly<Record<string, number>> };

  constructor(parts: PulseParts) {
    this.#parts = parts;
    this.#now = parts.now ?? Date.now;
    this.#last = { at: this.#now(), counts: parts.operator.counts() };
    this.#timer = setInterval(() => void this.#look(), parts.every ?? LOOKS_EVERY);
    this.#timer.unref();
  }

  get beats(): readonly Beat[] {
    return this.#beats;
  }

  /** What happened since the last look is one beat more. */
  async look(): Promise<void> {
    const { operator } = this.#parts;
    const before = this.#last;
    const messages = await operator.newestMessages(undefined, LOOKED_AT);
    const counts = operator.counts();
    this.#last = { at: this.#now(), counts };
    const seconds = Math.max(1, this.#last.at - before.at) / 1000;
    const since = (name: string) => ((counts[name] ?? 0) - (before.counts[name] ?? 0)) / seconds;
    const lag = medianLag(messages, before.at);
    this.#beats.push({ facts: since('items'), receipts: since('receipts sent'), lag });
    if (this.#beats.length > BEATS) this.#beats.shift();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    try {
      await this.look();
    } catch (err) {
      // The task ends here, whatever failed: the next look comes by itself.
      this.#parts.log.warn({ err }, 'the curves of the page miss a value');
    }
  }
}

function medianLag(messages: readonly NewMessage[], since: Millis): number | undefined {
  const lags = messages
    .flatMap(({ receipts }) => receipts)
    .filter(({ made }) => made >= since)
    .map(({ lag }) => lag / 1000)
    .toSorted((a, b) => a - b);
  return lags[Math.floor(lags.length / 2)];
}
