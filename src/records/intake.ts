import type { Counters } from '../counters.ts';
import type { Logger } from '../log.ts';
import type { Fact } from '../message/fact.ts';
import { domainOf } from '../message/jid.ts';
import { keyText } from '../message/key.ts';
import type { Stamp } from '../message/time.ts';
import { type Line, readLines } from '../protocol/feed-text.ts';
import { errorOf, resultOf } from '../protocol/iq.ts';
import { NS } from '../protocol/namespaces.ts';
import { type Element, element } from '../protocol/xml.ts';
import type { News, Store } from '../store/store.ts';
import { StoreUnavailable } from '../store/unavailable.ts';
import type { Completeness } from './completeness.ts';
import type { Ledger } from './ledger.ts';

export interface IntakeParts {
  readonly store: Pick<Store, 'forget'>;
  readonly ledger: Pick<Ledger, 'learn'>;
  readonly completeness: Completeness;
  readonly counters: Counters;
  readonly log: Logger;
  /** Called after a commit that forgot accounts of that domain, and what they chose. */
  readonly onForgotten: (domain: string) => void;
}

interface Batch {
  readonly domain: string;
  readonly waiting: number;
  readonly text: string;
  readonly lines: readonly Line[];
}

interface QueuedBatch {
  readonly batch: Batch;
  readonly settle: (isCommitted: boolean) => void;
}

/** Takes batches of facts: read, committed, acknowledged, in this order. What comes while a commit runs shares the next. */
export class Intake {
  readonly #parts: IntakeParts;
  #queue: QueuedBatch[] = [];
  #draining: Promise<void> | undefined;

  constructor(parts: IntakeParts) {
    this.#parts = parts;
  }

  /** The answer to an IQ of facts, once they are committed. */
  async take(request: Element, facts: Element): Promise<Element> {
    const batch = readBatch(request, facts);
    const isCommitted = await new Promise<boolean>((settle) => this.#enqueue({ batch, settle }));
    if (!isCommitted) return busy(request);
    this.#count(batch);
    return taken(request, batch);
  }

  /** Resolves when all that was taken is committed or refused. */
  async finish(): Promise<void> {
    await this.#draining;
  }

  #enqueue(queued: QueuedBatch): void {
    this.#queue.push(queued);
    this.#draining ??= this.#drain();
  }

  async #drain(): Promise<void> {
    await nextTurn();
    while (this.#queue.length > 0) {
      const queued = this.#queue.splice(0);
      const isCommitted = await this.#commit(queued.map(({ batch }) => batch));
      for (const { settle } of queued) settle(isCommitted);
    }
    this.#draining = undefined;
  }

  async #commit(batches: readonly Batch[]): Promise<boolean> {
    const { completeness, log } = this.#parts;
    try {
      await this.#forget(deletedIn(batches));
      await this.#learn(newsIn(batches));
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
    const { store, onForgotten } = this.#parts;
    for (const { account, at } of deleted) await store.forget(account, at);
    for (const { account } of deleted) onForgotten(domainOf(account));
  }

  /**
   * A message that cannot be judged (its record is damaged, or we have a bug) must not stop the feed:
   * it is left out. If the store fails as a whole, nothing is left out.
   */
  async #learn(news: readonly News[]): Promise<void> {
    const { ledger } = this.#parts;
    try {
      await ledger.learn(news);
    } catch (error) {
      if (error instanceof StoreUnavailable) throw error;
      for (const item of news) await this.#learnAlone(item);
    }
  }

  async #learnAlone(item: News): Promise<void> {
    const { ledger, counters, log } = this.#parts;
    try {
      await ledger.learn([item]);
    } catch (error) {
      if (error instanceof StoreUnavailable) throw error;
      counters.count('bad items');
      log.error(
        { err: error, ...item.key },
        'a message could not be judged and its facts are left out: this is a bug, please report it',
      );
    }
  }

  #settle(batch: Batch): void {
    const { domain, text, waiting } = batch;
    this.#parts.completeness.settle(domain, text);
    this.#parts.completeness.hear(domain, { at: newestIn(batch), waiting });
  }

  #count({ domain, lines }: Batch): void {
    const { counters, log } = this.#parts;
    for (const line of lines) {
      if (line.kind === 'message') counters.count('items');
      if (line.kind === 'bad') {
        counters.count('bad items');
        log.warn({ domain, because: line.because }, 'an item of the feed cannot be used');
      }
      if (line.kind === 'gap') {
        counters.count('items lost in gaps', line.count);
        log.error(
          { domain, items: line.count },
          'the server had to drop facts: its spool was full or its module fell behind',
        );
      }
    }
  }
}

function readBatch(request: Element, facts: Element): Batch {
  const domain = request.attrs['from'] ?? '';
  const text = facts.getText();
  const waiting = Number(facts.attrs['waiting'] ?? 0) || 0;
  return { domain, waiting, text, lines: readLines(text, domain) };
}

/** One piece of news for each message: what several batches say of it goes in at once. */
function newsIn(batches: readonly Batch[]): readonly News[] {
  const news = new Map<string, { key: News['key']; facts: Fact[] }>();
  for (const line of batches.flatMap(({ lines }) => lines)) {
    if (line.kind !== 'message') continue;
    const name = keyText(line.key);
    const known = news.get(name);
    if (known === undefined) news.set(name, { key: line.key, facts: [...line.facts] });
    else known.facts.push(...line.facts);
  }
  return [...news.values()];
}

type Deleted = Extract<Line, { kind: 'deleted' }>;

function deletedIn(batches: readonly Batch[]): readonly Deleted[] {
  return batches.flatMap(({ lines }) =>
    lines.flatMap((line) => (line.kind === 'deleted' ? [line] : [])),
  );
}

function newestIn({ lines }: Batch): Stamp | undefined {
  const stamps = lines.flatMap(stampsIn);
  return stamps.length === 0 ? undefined : Math.max(...stamps);
}

function stampsIn(line: Line): readonly Stamp[] {
  if (line.kind === 'message') return line.facts.map(({ at }) => at);
  return line.kind === 'gap' || line.kind === 'deleted' ? [line.at] : [];
}

/** What else has come in this turn shares the commit. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function taken(request: Element, { lines }: Batch): Element {
  const bad = lines.filter(({ kind }) => kind === 'bad').length;
  const count = lines.length - bad;
  return resultOf(request, element('facts', { xmlns: NS.feed, taken: count, bad }));
}

function busy(request: Element): Element {
  return errorOf(request, {
    type: 'wait',
    condition: 'resource-constraint',
    text: 'the store cannot take facts now',
  });
}
