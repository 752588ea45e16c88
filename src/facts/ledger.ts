import { setImmediate as nextTurn } from 'node:timers/promises';
import type { MessageKey } from '../message/key.ts';
import type { Millis } from '../message/time.ts';
import type { ServerTime } from '../receipt/current-status.ts';
import type { News, RecordStore } from '../store/record-store.ts';
import { StoreUnavailable } from '../store/store.ts';
import { type Completeness, serverOf } from './completeness.ts';
import type { Elsewhere } from './elsewhere.ts';
import { type LearnParts, learnTogether } from './pipeline.ts';
import type { Moment } from './server-clocks.ts';

/**
 * Maximum number of messages in one commit. To write so many to the disk takes a part of the time
 * that one turn of the event loop may take; the store does the rest of the work in portions.
 */
const IN_ONE_COMMIT = 1000;

/**
 * Number of messages above which others have their turn first: to put so much news together took a
 * noticeable part of a turn.
 */
const LONG = 100;

/** When to look again at a message that cannot be judged. */
const LATER: Millis = 3_600_000;

export interface LedgerParts extends LearnParts {
  readonly completeness: Pick<
    Completeness,
    'clocks' | 'completeUpTo' | 'furthestUpTo' | 'mayHaveSeveralNodes'
  >;
  /** Of servers that another daemon hears. */
  readonly elsewhere: Pick<Elsewhere, 'timeOf'>;
  readonly records: Pick<RecordStore, 'update' | 'lookLater'>;
}

/**
 * The only way in which we learn what became of messages: facts are merged and judged, the results
 * are saved with them, and the senders are woken.
 */
export class Ledger {
  readonly #parts: LedgerParts;

  constructor(parts: LedgerParts) {
    this.#parts = parts;
  }

  /**
   * Resolves when everything is committed. A message that cannot be judged (its record is damaged,
   * or we have a bug) is left out, so that it does not stop the others. If the store as a whole
   * fails, nothing is left out. Then a part may be committed: to repeat it is harmless.
   */
  async learn(news: readonly News[]): Promise<void> {
    const isLong = news.length > LONG;
    for (let rest = news; rest.length > 0; ) {
      if (isLong) await nextTurn();
      const chunk = rest.slice(0, IN_ONE_COMMIT);
      await this.#learnTogether(chunk);
      rest = rest.slice(chunk.length);
    }
  }

  /** Judges these messages again: a grace may be over, or a policy may have changed. */
  async lookAgain(keys: readonly MessageKey[]): Promise<void> {
    await this.learn(keys.map((key) => ({ key, facts: [] })));
  }

  /**
   * Now, by the clock of the server whose facts decide about this message. What people answer gets
   * this time.
   */
  presentFor(key: MessageKey): Moment {
    const { completeness, rules, now } = this.#parts;
    return completeness.clocks.present(serverOf(key, rules)) ?? { at: now() * 1000 };
  }

  /** For answers: what was said by this time once is not taken back when the server is not heard. */
  timeFor(key: MessageKey): ServerTime {
    const { completeness, rules, heard, elsewhere } = this.#parts;
    const server = serverOf(key, rules);
    if (!heard.includes(server)) return elsewhere.timeOf(server);
    return {
      completeUpTo: completeness.furthestUpTo(server) ?? 0,
      hasSeveralNodes: completeness.mayHaveSeveralNodes(server),
    };
  }

  /**
   * Learns news in one transaction. After an error each half is tried alone, until the message is
   * found that cannot be judged: one message that we have a bug with must not hold up the others.
   */
  async #learnTogether(news: readonly News[]): Promise<void> {
    try {
      await learnTogether(news, this.#parts);
    } catch (error) {
      // Expected: all of it is tried again later. Anything else is our bug with one of the
      // messages.
      if (error instanceof StoreUnavailable) throw error;
      await this.#learnApart(news, error);
    }
  }

  async #learnApart(news: readonly News[], error: unknown): Promise<void> {
    const [first, second] = news;
    if (first === undefined) return;
    if (second === undefined) return this.#leaveOut(first, error);
    const half = Math.ceil(news.length / 2);
    await nextTurn();
    await this.#learnTogether(news.slice(0, half));
    await this.#learnTogether(news.slice(half));
  }

  /**
   * Puts a message off that cannot be judged: it would be due all the time, and hide the others
   * that are due.
   */
  async #leaveOut({ key }: News, error: unknown): Promise<void> {
    const { records, counters, log, now } = this.#parts;
    counters.count('bad items: not judged');
    log.error(
      { err: error, ...key },
      'a message could not be judged and its facts are left out: this is a bug, please report it',
    );
    await records.lookLater(key, now() + LATER);
  }
}
