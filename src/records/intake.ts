import { type BareJid, domainOf } from '../message/jid.ts';
import type { Stamp } from '../message/time.ts';
import type { Counters } from '../observing/counters.ts';
import type { Logger } from '../observing/log.ts';
import type { Element } from '../protocol/xml.ts';
import type { Spelling } from '../spelling/spelling.ts';
import type { UpkeepStore } from '../store/upkeep-store.ts';
import {
  type Batch,
  busyError,
  type Deleted,
  deletedIn,
  emptiedIn,
  newestIn,
  newsIn,
  readBatch,
  restartsIn,
  takenResult,
} from './batch.ts';
import { reportBatch } from './batch-report.ts';
import type { Completeness } from './completeness.ts';
import { type EmptiedParts, noteEmptied } from './emptied.ts';
import type { Gaps } from './gaps.ts';
import type { Ledger } from './ledger.ts';
import { learnOfRestart, type RestartParts } from './restart.ts';

export interface IntakeParts {
  readonly upkeep: Pick<UpkeepStore, 'forget'>;
  readonly records: RestartParts['records'];
  readonly open: EmptiedParts['open'] & RestartParts['open'];
  readonly ledger: Pick<Ledger, 'learn'>;
  readonly gaps: Pick<Gaps, 'take'>;
  readonly completeness: Completeness;
  readonly counters: Counters;
  /** The one spelling of the addresses that servers write. */
  readonly spell: Spelling;
  readonly log: Logger;
  /** Called when accounts of that domain, and what they chose, were deleted. */
  readonly onForgotten: (domain: string) => void;
}

interface QueuedBatch {
  readonly batch: Batch;
  readonly settle: (isCommitted: boolean) => void;
}

/**
 * Takes batches of facts: reads, commits and acknowledges them, in this order. All batches that
 * come during a commit share the next commit.
 */
export class Intake {
  readonly #parts: IntakeParts;
  #queue: QueuedBatch[] = [];
  #draining: Promise<void> | undefined;

  constructor(parts: IntakeParts) {
    this.#parts = parts;
  }

  /** The answer to an IQ of facts, after they are committed. */
  async take(request: Element, facts: Element): Promise<Element> {
    const batch = readBatch(request, facts, this.#parts.spell);
    const isCommitted = await new Promise<boolean>((settle) => this.#enqueue({ batch, settle }));
    if (!isCommitted) return this.#refuse(request);
    reportBatch(batch, this.#parts);
    return takenResult(request, batch);
  }

  #refuse(request: Element): Element {
    this.#parts.counters.count('batches refused: not committed');
    return busyError(request);
  }

  /** Resolves when every batch so far is committed or refused. */
  async finish(): Promise<void> {
    await this.#draining;
  }

  #enqueue(queued: QueuedBatch): void {
    this.#parts.completeness.take(queued.batch.domain);
    this.#queue.push(queued);
    this.#draining ??= this.#drain();
  }

  async #drain(): Promise<void> {
    await nextTurn();
    while (this.#queue.length > 0) {
      const queued = this.#queue.splice(0);
      const isCommitted = await this.#commit(queued.map(({ batch }) => batch));
      for (const { batch, settle } of queued) {
        this.#parts.completeness.release(batch.domain);
        settle(isCommitted);
      }
    }
    this.#draining = undefined;
  }

  async #commit(batches: readonly Batch[]): Promise<boolean> {
    const { completeness, log } = this.#parts;
    try {
      await this.#parts.gaps.take(batches);
      await this.#forget(deletedIn(batches));
      await this.#parts.ledger.learn(newsIn(batches));
      for (const emptied of emptiedIn(batches)) await noteEmptied(emptied, this.#parts);
      for (const restart of restartsIn(batches)) await learnOfRestart(restart, this.#parts);
      for (const batch of batches) this.#settle(batch);
      return true;
    } catch (error) {
      for (const { domain, text } of batches) completeness.owe(domain, text);
      log.error(
        { err: error, batches: batches.length },
        'facts could not be committed; the server keeps them and sends them again',
      );
      return false;
    }
  }

  async #forget(deleted: readonly Deleted[]): Promise<void> {
    for (const { account, at } of deleted) await this.#forgetAccount(account, at);
    for (const { account } of deleted) this.#parts.onForgotten(domainOf(account));
  }

  /**
   * A chunk at a time. The batch is not acknowledged before all is gone: after a crash it comes
   * again.
   */
  async #forgetAccount(account: BareJid, at: Stamp): Promise<void> {
    let isMore = true;
    while (isMore) {
      isMore = (await this.#parts.upkeep.forget(account, at)).isMore;
      await nextTurn();
    }
  }

  #settle(batch: Batch): void {
    const { domain, text, waiting } = batch;
    this.#parts.completeness.settle(domain, text);
    this.#parts.completeness.hear(domain, { at: newestIn(batch), waiting });
  }
}

/** All batches that arrive in the same turn of the event loop share one commit. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
