import { setTimeout as sleep } from 'node:timers/promises';
import { type FactKind, isWithheld } from '../src/message/fact.ts';
import { keyText, type MessageKey } from '../src/message/key.ts';
import type { Status } from '../src/message/status.ts';
import { Inbox } from '../test/support/inbox.ts';
import { BOT } from './cast.ts';
import { now } from './clock.ts';
import type { Act, Happening, Said, Seen, Ticked, Told } from './happening.ts';
import type { InOrder } from './in-order.ts';
import { actorOf, wordsOf } from './words.ts';

/** Long, for machines that are busy. */
const PATIENCE_MS = 20_000;
const POLL_MS = 20;

/** Something that the demo promises has not come true. */
export class BrokenPromise extends Error {}

/** All that happens, in order: shown as it comes, and held against what the scenes promise. */
export class Journal {
  readonly #inbox = new Inbox<Happening>((it) => `${actorOf(it)} ${wordsOf(it)}`);
  readonly #printer: InOrder;
  #isClosed = false;

  constructor(printer: InOrder) {
    this.#printer = printer;
  }

  get all(): readonly Happening[] {
    return this.#inbox.all;
  }

  note(happening: Happening): void {
    if (this.#isClosed) return;
    const noted = this.#notBeforeItsWords(happening);
    this.#printer.show(noted);
    this.#inbox.add(noted);
  }

  /** The play is over: what happens from now on is not ours to tell. */
  close(): void {
    this.#isClosed = true;
  }

  act(who: string, text: string): void {
    this.note({ kind: 'act', at: now(), who, text });
  }

  /** Whether something waits until older facts are known. */
  get isHolding(): boolean {
    return this.#printer.isHolding;
  }

  /** All facts until then are noted. */
  knowsUntil(at: number): void {
    this.#printer.showUntil(at);
  }

  /** Resolves when all that has happened is shown. */
  async expectAllShown(): Promise<void> {
    for (const end = now() + PATIENCE_MS; this.isHolding; await sleep(POLL_MS)) {
      if (now() > end) throw new BrokenPromise(`the daemon learned nothing for ${PATIENCE_MS} ms`);
    }
  }

  async expectFact(key: MessageKey, fact: FactKind): Promise<void> {
    await this.#expect(`“${key.id}”: the fact ${fact}`, (it) => isFact(it, key, fact));
  }

  /** The recipient's app answered, and the server kept that from the sender. */
  async expectStopped(key: MessageKey): Promise<void> {
    const isIt = (it: Happening) => isFact(it, key, 'received') && isWithheld(it.fact);
    await this.#expect(`“${key.id}”: the app’s answer is stopped`, isIt);
  }

  async expectTold(key: MessageKey, status: Status): Promise<void> {
    const isIt = (it: Happening) => isTold(it) && isAbout(it, key) && it.status === status;
    await this.#expect(`“${key.id}”: the sender is told ${status}`, isIt);
  }

  async expectTick(key: MessageKey, by: Ticked['by']): Promise<void> {
    const isIt = (it: Happening) => isTick(it) && isAbout(it, key) && it.by === by;
    await this.#expect(`“${key.id}”: a tick by the ${by}`, isIt);
  }

  /** The bot says something with these words in it to somebody. */
  async expectHeard(person: string, words: string): Promise<void> {
    const isIt = (it: Happening) => isByBot(it) && it.to === person && it.body.includes(words);
    await this.#expect(`the bot says to ${person}: … ${words} …`, isIt);
  }

  /** Of what no scene has expected the sender is told nothing, by us or by a tick, and the bot is silent, within so long. */
  async expectNothingElse(ms = 0): Promise<void> {
    const isIt = (it: Happening) => isTold(it) || isTick(it) || isByBot(it);
    await promised('nothing else', this.#inbox.expectNone(isIt, { ms }));
  }

  /** What a person answers gets the time of the last news from the server, which is older than the words themselves. */
  #notBeforeItsWords(happening: Happening): Happening {
    if (!isByPerson(happening)) return happening;
    const { recipient } = happening.key;
    const words = this.all.findLast((it) => it.kind === 'chat' && it.from === recipient);
    return { ...happening, at: Math.max(happening.at, words?.at ?? 0) };
  }

  async #expect(what: string, isIt: (it: Happening) => boolean): Promise<void> {
    await promised(what, this.#inbox.waitFor(isIt, { ms: PATIENCE_MS }));
  }
}

async function promised(what: string, coming: Promise<unknown>): Promise<void> {
  try {
    await coming;
  } catch (cause) {
    const found = cause instanceof Error ? cause.message : String(cause);
    throw new BrokenPromise(`expected ${what}; ${found}`, { cause });
  }
}

function isTold(happening: Happening): happening is Told {
  return happening.kind === 'receipt';
}

function isTick(happening: Happening): happening is Ticked {
  return happening.kind === 'tick';
}

function isByBot(happening: Happening): happening is Said {
  return happening.kind === 'chat' && happening.from === BOT;
}

function isFact(happening: Happening, key: MessageKey, fact: FactKind): happening is Seen {
  return happening.kind === 'fact' && isAbout(happening, key) && happening.fact.kind === fact;
}

function isByPerson(happening: Happening): happening is Seen {
  return happening.kind === 'fact' && ['approved', 'declined'].includes(happening.fact.kind);
}

function isAbout(happening: Exclude<Happening, Act | Said>, key: MessageKey): boolean {
  return keyText(happening.key) === keyText(key);
}
