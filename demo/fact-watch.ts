import type { Fact } from '../src/message/fact.ts';
import { keyText, type MessageKey } from '../src/message/key.ts';
import { newestLife } from '../src/message/life.ts';
import { factsReadUpTo, type Proof, proofsOf } from '../src/message/status.ts';
import type { Store } from '../src/store/store.ts';
import type { Seen } from './happening.ts';
import type { Journal } from './journal.ts';
import type { Probe } from './probe.ts';

const LOOK_EVERY_MS = 20;

/** Follows the records of messages in the daemon's own store, and notes each fact the first time that it is there. */
export class FactWatch {
  readonly #store: Store;
  readonly #journal: Journal;
  readonly #probe: Probe;
  readonly #keys: MessageKey[] = [];
  readonly #seen = new Set<string>();
  readonly #timer: NodeJS.Timeout;
  #looking: Promise<void> = Promise.resolve();

  constructor(store: Store, journal: Journal, probe: Probe) {
    this.#store = store;
    this.#journal = journal;
    this.#probe = probe;
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
  }

  get keys(): readonly MessageKey[] {
    return this.#keys;
  }

  follow(key: MessageKey): void {
    this.#keys.push(key);
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

  #look(): void {
    this.#looking = this.#looking.then(() => this.#lookOnce());
    if (this.#journal.isHolding) this.#probe.send();
  }

  async #lookOnce(): Promise<void> {
    // First, for the daemon may write between two reads.
    const knownUntil = await this.#probe.knownUntil();
    const facts = await Promise.all(this.#keys.map((key) => this.#factsOf(key)));
    const news = facts.flat().filter((seen) => this.#isNew(seen));
    for (const seen of news.sort((a, b) => a.at - b.at)) this.#journal.note(seen);
    this.#journal.knowsUntil(knownUntil);
  }

  async #factsOf(key: MessageKey): Promise<readonly Seen[]> {
    const found = await this.#store.records.find(key);
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
