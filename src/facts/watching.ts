import type { Millis } from '../message/time.ts';
import { noticeId } from '../protocol/watch-id.ts';
import type { Rules } from '../receipt/rules.ts';
import { outcomeOf, type WatchOutcome } from '../receipt/watch.ts';
import type { RecordStore } from '../store/record-store.ts';
import { StoreUnavailable } from '../store/store.ts';
import type { CompleteServer, KeptWatch, WatchStore } from '../store/watch-store.ts';
import type { Counters } from '../telemetry/counters.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Completeness } from './completeness.ts';

export interface WatchingParts {
  readonly watches: Pick<WatchStore, 'due' | 'expire' | 'close'>;
  readonly records: Pick<RecordStore, 'find'>;
  readonly completeness: Pick<Completeness, 'completeUpTo' | 'mayHaveSeveralNodes'>;
  readonly rules: Rules;
  /** The domains whose servers we hear. */
  readonly heard: readonly string[];
  /** Called when somebody is to be told. */
  readonly onOverdue: () => void;
  readonly counters: Counters;
  readonly log: Logger;
  readonly now: () => Millis;
}

const LOOK_EVERY: Millis = 1000;
const MAX_WATCHES = 100;

/**
 * Finds the watches whose deadline is over. A deadline is a stamp of a server, and it is over when
 * all facts of that server up to then are here: so neither a restart nor a clock that is set makes
 * it early, and what waits on the server is known before.
 */
export class Watching {
  readonly #parts: WatchingParts;
  #lookedAt: Millis = -LOOK_EVERY;

  constructor(parts: WatchingParts) {
    this.#parts = parts;
  }

  async look(): Promise<void> {
    const { watches, now } = this.#parts;
    if (Math.abs(now() - this.#lookedAt) < LOOK_EVERY) return;
    const servers = this.#servers();
    const due = servers.length === 0 ? [] : await watches.due(servers, MAX_WATCHES);
    for (const watch of due) await this.#judge(watch, new Map(servers));
    if (due.length < MAX_WATCHES) this.#lookedAt = now();
  }

  #servers(): readonly CompleteServer[] {
    const { heard, completeness } = this.#parts;
    return heard.flatMap((domain) => {
      const upTo = completeness.completeUpTo(domain);
      return upTo === undefined ? [] : [[domain, upTo] as const];
    });
  }

  async #judge(watch: KeptWatch, servers: ReadonlyMap<string, number>): Promise<void> {
    try {
      await this.#conclude(watch, await this.#outcome(watch, servers.get(watch.server) ?? 0));
    } catch (error) {
      // Expected: it stays due. Anything else is our bug with this one, and the others go on.
      if (error instanceof StoreUnavailable) throw error;
      this.#parts.log.error({ err: error, ...watch.key }, NOT_JUDGED);
      await this.#close(watch, 'not judged');
    }
  }

  async #outcome(watch: KeptWatch, completeUpTo: number): Promise<WatchOutcome> {
    const { records, rules, completeness } = this.#parts;
    const hasSeveralNodes = completeness.mayHaveSeveralNodes(watch.server);
    const found = await records.find(watch.key);
    if (found === undefined) return { kind: 'gone' };
    return outcomeOf(watch, found.tracked, { rules, completeUpTo, hasSeveralNodes, ...found });
  }

  async #conclude(watch: KeptWatch, outcome: WatchOutcome): Promise<void> {
    const { watches, onOverdue, counters, log } = this.#parts;
    log.debug({ ...watch.key, outcome: outcome.kind }, 'a watch was judged');
    if (outcome.kind === 'wait') return;
    if (outcome.kind !== 'overdue') return this.#close(watch, outcome.kind);
    const { proof } = outcome;
    if (!(await watches.expire(watch, { notice: noticeId(), proof }))) return;
    counters.count('watches ended: overdue');
    onOverdue();
  }

  async #close(watch: KeptWatch, because: 'happened' | 'gone' | 'not judged'): Promise<void> {
    const { watches, counters } = this.#parts;
    if (await watches.close(watch)) counters.count(`watches ended: ${because}`);
  }
}

const NOT_JUDGED = 'a watch could not be judged and is dropped: this is a bug, please report it';
