import type { Millis, Stamp } from '../message/time.ts';
import { NodeCompleteness } from './node-completeness.ts';

/** Servers that name no node have one, with this name. */
const UNNAMED = '';

/**
 * The nodes of one domain's server. Its facts are complete up to the least of its nodes: what
 * another node saw may still be on its way from there.
 */
export class ServerNodes {
  readonly #listenedFor: () => Millis;
  readonly #nodes = new Map<string, NodeCompleteness>();
  /** Was it said which nodes there are? Until then a named one may not be the only one. */
  #isListed = false;
  #areNamed = false;

  constructor(listenedFor: () => Millis) {
    this.#listenedFor = listenedFor;
  }

  /** Did a list of this stream name them? */
  get areNamed(): boolean {
    return this.#isListed && this.#areNamed;
  }

  /** Of a named one nobody knows, before the list, whether it is alone. */
  get mayBeSeveral(): boolean {
    return this.#nodes.size > 1 || (this.#nodes.size === 1 && !this.#areKnown);
  }

  /**
   * A node that was not named yet is one more to wait for, until the next list. What a module told
   * before it was updated has no name, and nobody is to be waited for.
   */
  node(name: string): NodeCompleteness {
    const known = this.#nodes.get(name);
    if (known !== undefined) return known;
    const node = new NodeCompleteness(this.#listenedFor);
    const isLeftOver = name === UNNAMED && this.areNamed;
    if (!isLeftOver) this.#nodes.set(name, node);
    return node;
  }

  /** If it is still one of them. */
  find(name: string): NodeCompleteness | undefined {
    return this.#nodes.get(name);
  }

  /** These are all its nodes; what others said, or owe, does not count any more. */
  list(names: readonly string[]): void {
    this.#isListed = true;
    this.#areNamed = !names.includes(UNNAMED);
    for (const name of this.#nodes.keys()) if (!names.includes(name)) this.#nodes.delete(name);
    for (const name of names) this.node(name);
  }

  /** `undefined`: of one node at least nothing is known, so its silence means nothing. */
  get completeUpTo(): Stamp | undefined {
    if (!this.#areKnown) return undefined;
    let least: Stamp | undefined;
    for (const { completeUpTo } of this.#nodes.values()) {
      if (completeUpTo === undefined) return undefined;
      if (least === undefined || completeUpTo < least) least = completeUpTo;
    }
    return least;
  }

  get isCaughtUp(): boolean {
    const nodes = [...this.#nodes.values()];
    return this.#areKnown && nodes.length > 0 && nodes.every(({ isCaughtUp }) => isCaughtUp);
  }

  /** None of them speaks to us: from now on, facts may be waiting, and there may be other nodes. */
  forget(): void {
    this.#isListed = false;
    for (const node of this.#nodes.values()) node.forget();
  }

  get #areKnown(): boolean {
    return this.#isListed || (this.#nodes.size === 1 && this.#nodes.has(UNNAMED));
  }
}
