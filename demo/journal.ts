import type { FactKind } from '../src/message/fact.ts';
import { keyText, type MessageKey } from '../src/message/key.ts';
import type { Status } from '../src/message/status.ts';
import { Inbox } from '../test/support/inbox.ts';
import type { Act, Happening, Told } from './happening.ts';
import type { Printer } from './printer.ts';
import { actorOf, wordsOf } from './words.ts';

const PATIENCE_MS = 5000;

/** Something that the demo promises has not come true. */
export class BrokenPromise extends Error {}

/** All that happens, in order: shown as it comes, and held against what the scenes promise. */
export class Journal {
  readonly #inbox = new Inbox<Happening>((it) => `${actorOf(it)} ${wordsOf(it)}`);
  readonly #printer: Printer;

  constructor(printer: Printer) {
    this.#printer = printer;
  }

  get all(): readonly Happening[] {
    return this.#inbox.all;
  }

  note(happening: Happening): void {
    this.#printer.show(happening);
    this.#inbox.add(happening);
  }

  act(who: string, text: string, at = Date.now()): void {
    this.note({ kind: 'act', at, who, text });
  }

  async expectFact(key: MessageKey, fact: FactKind): Promise<void> {
    const isIt = (it: Happening) => it.kind === 'fact' && isAbout(it, key) && it.fact.kind === fact;
    await promised(`“${key.id}”: the fact ${fact}`, this.#inbox.waitFor(isIt, { ms: PATIENCE_MS }));
  }

  async expectTold(key: MessageKey, status: Status): Promise<void> {
    const isIt = (it: Happening) => isTold(it) && isAbout(it, key) && it.status === status;
    await promised(
      `“${key.id}”: the sender is told ${status}`,
      this.#inbox.waitFor(isIt, { ms: PATIENCE_MS }),
    );
  }

  /** Of what no scene has expected nothing is told, within so long. */
  async expectNothingElseTold(ms = 0): Promise<void> {
    await promised('the sender is told nothing else', this.#inbox.expectNone(isTold, { ms }));
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

function isAbout(happening: Exclude<Happening, Act>, key: MessageKey): boolean {
  return keyText(happening.key) === keyText(key);
}
