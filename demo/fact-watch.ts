import type { Fact } from '../src/message/fact.ts';
import { keyText, type MessageKey } from '../src/message/key.ts';
import { newestLife } from '../src/message/life.ts';
import { factsReadUpTo, type Proof, proofsOf } from '../src/message/status.ts';
import type { Store } from '../src/store/store.ts';
import type { Seen } from './happening.ts';
import type { Journal } from './journal.ts';

const LOOK_EVERY_MS = 20;

/** Follows the records of messages in the daemon's own store, and notes each fact the first time that it is there. */
export class FactWatch {
  readonly #store: Store;
  readonly #journal: Journal;
  readonly #keys: MessageKey[] = [];
  readonly #seen = new Set<string>();
  readonly #timer: NodeJS.Timeout;
  #looking: Promise<void> = Promise.resolve();

  constructor(store: Store, journal: Journal) {
    this.#store = store;
    this.#journal = journal;
    this.#timer = setInterval(() => void this.look(), LOOK_EVERY_MS);
  }

  get keys(): readonly MessageKey[] {
    return this.#keys;
  }

  follow(key: MessageKey): void {
    this.#keys.push(key);
  }

  /** Resolves when all that is in the store by now is noted. */
  look(): Promise<void> {
    this.#looking = this.#looking.then(() => this.#lookOnce());
    return this.#looking;
  }

  /** What the record of a message proves, furthest last. */
  async proofs(key: MessageKey): Promise<readonly Proof[]> {
    return proofsOf((await this.#factsOf(key)).map(({ fact }) => fact));
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
    await this.#store.close();
  }

  async #lookOnce(): Promise<void> {
    const facts = await Promise.all(this.#keys.map((key) => this.#factsOf(key)));
    const news = facts.flat().filter((seen) => this.#isNew(seen));
    for (const seen of news.sort((a, b) => a.at - b.at)) this.#journal.note(seen);
  }

  async #factsOf(key: MessageKey): Promise<readonly Seen[]> {
    const found = await this.#store.find(key);
    const life = found === undefined ? undefined : newestLife(found.tracked.record);
    if (life === undefined) return [];
    return factsReadUpTo(life, found?.readUpTo).map((fact) => ({
      kind: 'fact',
      at: fact.at / 1000,
      key,
      fact,
      isCovered: !life.facts.some((own) => isSame(own, fact)),
    }));
  }

  #isNew({ key, fact }: Seen): boolean {
    const resource = 'resource' in fact ? fact.resource : '';
    const name = `${keyText(key)} ${fact.kind} ${resource}`;
    if (this.#seen.has(name)) return false;
    this.#seen.add(name);
    return true;
  }
}

function isSame(a: Fact, b: Fact): boolean {
  return a.kind === b.kind && a.at === b.at;
}
