import type { Millis, Stamp } from '../message/time.ts';

/**
 * The module collects facts for a short time before it sends them: the newest may still be on their
 * way.
 */
const ON_ITS_WAY: Millis = 100;

/** What a node last said about its clock and its spool. */
export interface Heard {
  /**
   * Its newest stamp that is committed here or, if nothing waits, its present time; `undefined`:
   * unknown.
   */
  readonly at: Stamp | undefined;
  /** Number of items that have not reached us. */
  readonly waiting: number;
}

/** Up to which time the facts of one node are complete here. */
export class NodeCompleteness {
  /** How long we were able to hear the servers. */
  readonly #listenedFor: () => Millis;
  #heard: (Heard & { readonly heardAt: Millis }) | undefined;
  /** Batches that could not be committed and come again as they were. */
  readonly #owed = new Set<string>();
  /** Number of batches that came and are not committed yet. */
  #inHand = 0;
  /** How far it was known before those came. */
  #upToBefore: Stamp | undefined;

  constructor(listenedFor: () => Millis) {
    this.#listenedFor = listenedFor;
  }

  hear({ at, waiting }: Heard): void {
    const newest = latest(at, this.#heard?.at);
    this.#heard = { at: newest, waiting, heardAt: this.#listenedFor() };
  }

  /** A batch came. Until it is committed or refused, silence after it means nothing. */
  take(): void {
    if (this.#inHand === 0) this.#upToBefore = this.completeUpTo;
    this.#inHand += 1;
  }

  /** A batch that came is committed or refused. */
  release(): void {
    this.#inHand = Math.max(0, this.#inHand - 1);
  }

  /** A batch was refused: until it comes again, the facts are not complete here. */
  owe(batch: string): void {
    this.#owed.add(batch);
  }

  /** A batch is committed, perhaps one that was refused before. */
  settle(batch: string): void {
    this.#owed.delete(batch);
  }

  /** It says that nothing waits: what we refused has come again, perhaps in other batches. */
  forgive(): void {
    this.#owed.clear();
  }

  /** It does not speak to us: from now on, facts may be waiting there. */
  forget(): void {
    this.#heard = undefined;
    this.#owed.clear();
  }

  /** `undefined`: it has said nothing since we connected, so its silence means nothing. */
  get completeUpTo(): Stamp | undefined {
    if (this.#owed.size > 0) return undefined;
    const heard = this.#heard;
    if (this.#inHand > 0) return latest(this.#upToBefore, heard?.at);
    if (heard?.at === undefined || heard.waiting > 0) return heard?.at;
    const quietFor = this.#listenedFor() - heard.heardAt - ON_ITS_WAY;
    return heard.at + Math.max(0, quietFor) * 1000;
  }

  /** Is nothing waiting there, and nothing in hand here? */
  get isCaughtUp(): boolean {
    return this.#owed.size === 0 && this.#inHand === 0 && this.#heard?.waiting === 0;
  }
}

function latest(a: Stamp | undefined, b: Stamp | undefined): Stamp | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.max(a, b);
}
