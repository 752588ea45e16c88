import type { Fact } from '../message/fact.ts';
import { domainOf } from '../message/jid.ts';
import type { MessageKey } from '../message/key.ts';
import type { IgnoredFact } from '../message/kinds.ts';
import { newestLife } from '../message/life.ts';
import { addFacts, type MessageRecord } from '../message/record.ts';
import type { Stamp } from '../message/time.ts';
import type { UpkeepStore } from '../store/upkeep-store.ts';
import { type Batch, newestGapIn } from './batch.ts';
import { type LeftOutParts, noteLeftOut } from './left-out.ts';

/**
 * The facts that may not be true after a gap: that a message is lost follows from facts that are
 * not there.
 */
const NEEDS_ALL_FACTS: ReadonlySet<Fact['kind']> = new Set(['gone', 'lost']);

export interface GapsParts {
  readonly gaps: Pick<Gaps, 'take'>;
}

/**
 * Up to when each server may have dropped facts. Of a message from before then nobody knows whether
 * it was handed out, or to which devices: it is never called lost.
 */
export class Gaps {
  readonly #upkeep: Pick<UpkeepStore, 'gaps' | 'noteGap'>;
  readonly #parts: LeftOutParts;
  #upTo: Map<string, Stamp> | undefined;

  constructor(upkeep: Pick<UpkeepStore, 'gaps' | 'noteGap'>, parts: LeftOutParts) {
    this.#upkeep = upkeep;
    this.#parts = parts;
  }

  /** Learns the gaps that batches name, and those of earlier runs, before their facts are learned. */
  async take(batches: readonly Batch[]): Promise<void> {
    await this.#known();
    for (const batch of batches) {
      const at = newestGapIn(batch);
      if (at !== undefined) await this.note(batch.domain, at);
    }
  }

  /** Facts from before then may be missing. */
  async note(domain: string, at: Stamp): Promise<void> {
    const upTo = await this.#known();
    if (at <= (upTo.get(domain) ?? 0)) return;
    await this.#upkeep.noteGap(domain, at);
    upTo.set(domain, at);
  }

  async #known(): Promise<Map<string, Stamp>> {
    this.#upTo ??= new Map(await this.#upkeep.gaps());
    return this.#upTo;
  }

  /** Leaves out what a gap over the time of the message makes doubtful. */
  withoutDoubtful(
    news: readonly Fact[],
    { key, record }: { readonly key: MessageKey; readonly record: MessageRecord },
  ): readonly Fact[] {
    const upTo = this.#upTo?.get(domainOf(key.recipient));
    if (upTo === undefined || !news.some(({ kind }) => NEEDS_ALL_FACTS.has(kind))) return news;
    const startedAt = newestLife(addFacts(record, news))?.startedAt ?? 0;
    return startedAt > upTo ? news : this.#withoutThoseThatNeedAll(key, news);
  }

  #withoutThoseThatNeedAll(key: MessageKey, news: readonly Fact[]): readonly Fact[] {
    const certain = news.filter(({ kind }) => !NEEDS_ALL_FACTS.has(kind));
    const because = Array<IgnoredFact>(news.length - certain.length).fill('doubtful after a gap');
    noteLeftOut(key, because, this.#parts);
    return certain;
  }
}
