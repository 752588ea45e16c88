import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Spelling } from '../protocol/spelling/spelling.ts';
import type { Element } from '../protocol/xml.ts';
import type { Counters } from '../telemetry/counters.ts';
import type { Logger } from '../telemetry/log.ts';
import { type Batch, newestFactIn, newestIn } from './batch.ts';
import type { Completeness } from './completeness.ts';
import { measureBatch } from './measure-batch.ts';
import { type CommitParts, commitBatches, takeFacts } from './pipeline.ts';

export type IntakeParts = CommitParts & {
  readonly completeness: Completeness;
  readonly counters: Counters;
  /** The one spelling of the addresses that servers write. */
  readonly spell: Spelling;
  readonly log: Logger;
};

interface QueuedBatch {
  readonly batch: Batch;
  readonly settle: (isCommitted: boolean) => void;
}

/** The queue of batches of facts: all that come during a commit share the next commit. */
export class Intake {
  readonly #parts: IntakeParts;
  #queue: QueuedBatch[] = [];
  #draining: Promise<void> | undefined;

  constructor(parts: IntakeParts) {
    this.#parts = parts;
  }

  /** The answer to an IQ of facts, after they are committed. */
  take(request: Element, facts: Element): Promise<Element> {
    return takeFacts(request, facts, { ...this.#parts, commitInTurn: this.#commitInTurn });
  }

  /** Resolves when every batch so far is committed or refused. */
  async finish(): Promise<void> {
    await this.#draining;
  }

  readonly #commitInTurn = (batch: Batch): Promise<boolean> =>
    new Promise((settle) => {
      this.#parts.completeness.take(batch);
      this.#queue.push({ batch, settle });
      this.#draining ??= this.#drain();
    });

  async #drain(): Promise<void> {
    // All batches that arrive in the same turn of the event loop share one commit.
    await nextTurn();
    while (this.#queue.length > 0) {
      const queued = this.#queue.splice(0);
      const isCommitted = await this.#commit(queued.map(({ batch }) => batch));
      for (const { batch, settle } of queued) {
        this.#parts.completeness.release(batch);
        settle(isCommitted);
      }
    }
    this.#draining = undefined;
  }

  async #commit(batches: readonly Batch[]): Promise<boolean> {
    const { completeness, counters, log } = this.#parts;
    try {
      await commitBatches(batches, this.#parts);
      for (const batch of batches) this.#settle(batch);
      return true;
    } catch (error) {
      // The task ends here, whatever failed, the store or we ourselves: nothing is acknowledged.
      for (const batch of batches) completeness.owe(batch, batch.text);
      log.error(
        { err: error, batches: batches.length },
        'facts could not be committed; the server keeps them and sends them again',
      );
      counters.count('batches refused: not committed', batches.length);
      return false;
    }
  }

  #settle(batch: Batch): void {
    const { text, waiting } = batch;
    this.#parts.completeness.settle(batch, text);
    const { completeness, counters } = this.#parts;
    completeness.hear(batch, { at: newestIn(batch), waiting });
    const fact = newestFactIn(batch);
    if (fact !== undefined) completeness.clocks.show(batch.domain, fact);
    measureBatch(batch, { measures: counters.measures, clocks: completeness.clocks });
  }
}
