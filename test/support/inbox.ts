/** Where a wait begins to look, and for how long it looks. */
export interface Wait {
  readonly ms?: number;
  /** A mark: nothing that came before it counts. */
  readonly since?: number;
}

interface Arrival<T> {
  readonly item: T;
  readonly at: number;
}

/** Far more than anything takes: on a busy machine it takes longer. */
const DEFAULT_WAIT_MS = 15_000;
const SHOWN_IN_ERRORS = 8;

/**
 * What arrived, in order. Nothing is lost between two waits: each wait looks at what is already
 * there and not yet taken, then at what comes; what it returns is taken, and no later wait gets it.
 */
export class Inbox<T> {
  readonly #all: T[] = [];
  readonly #show: (item: T) => string;
  readonly #untaken: Arrival<T>[] = [];
  #watchers: (() => void)[] = [];
  readonly #givingUp = new Set<() => void>();

  constructor(show: (item: T) => string) {
    this.#show = show;
  }

  /** Everything that ever arrived, taken or not. */
  get all(): readonly T[] {
    return this.#all;
  }

  /** This moment: to be given as `since` to a later wait. */
  mark(): number {
    return this.#all.length;
  }

  add(item: T): void {
    this.#untaken.push({ item, at: this.#all.length });
    this.#all.push(item);
    for (const look of [...this.#watchers]) look();
  }

  /** What came is taken, and who waits is told that nothing more will come. */
  startAnew(): void {
    this.#untaken.length = 0;
    for (const giveUp of [...this.#givingUp]) giveUp();
  }

  /** Takes the first item that matches, now or when it comes. */
  async waitFor(
    matches: (item: T) => boolean,
    { ms = DEFAULT_WAIT_MS, since = 0 }: Wait = {},
  ): Promise<T> {
    const taken = await this.#watch(() => this.#take(matches, since), ms);
    if (taken === undefined)
      throw new Error(`nothing matched within ${ms} ms; ${this.#lastWords()}`);
    return taken.item;
  }

  /** Resolves when the whole history satisfies the condition. */
  async waitUntil(holds: (all: readonly T[]) => boolean, ms = DEFAULT_WAIT_MS): Promise<void> {
    const held = await this.#watch(() => holds(this.#all) || undefined, ms);
    if (held === undefined) throw new Error(`did not hold within ${ms} ms; ${this.#lastWords()}`);
  }

  /** Resolves after the time if nothing untaken matches until then; rejects as soon as something does. */
  async expectNone(
    matches: (item: T) => boolean,
    { ms = DEFAULT_WAIT_MS, since = 0 }: Wait = {},
  ): Promise<void> {
    const found = await this.#watch(() => this.#untaken[this.#indexOf(matches, since)], ms);
    if (found !== undefined) throw new Error(`not expected: ${this.#show(found.item)}`);
  }

  #indexOf(matches: (item: T) => boolean, since: number): number {
    return this.#untaken.findIndex(({ item, at }) => at >= since && matches(item));
  }

  #take(matches: (item: T) => boolean, since: number): Arrival<T> | undefined {
    const index = this.#indexOf(matches, since);
    return index === -1 ? undefined : this.#untaken.splice(index, 1)[0];
  }

  #watch<R>(look: () => R | undefined, ms: number): Promise<R | undefined> {
    return new Promise((resolve, reject) => {
      const end = (settle: () => void) => {
        clearTimeout(timer);
        this.#givingUp.delete(giveUp);
        this.#watchers = this.#watchers.filter((watcher) => watcher !== attempt);
        settle();
      };
      const attempt = () => {
        try {
          const result = look();
          if (result !== undefined) end(() => resolve(result));
        } catch (error) {
          end(() => reject(error));
        }
      };
      const giveUp = () => end(() => reject(new Error('it began anew')));
      const timer = setTimeout(() => end(() => resolve(undefined)), ms);
      this.#watchers.push(attempt);
      this.#givingUp.add(giveUp);
      attempt();
    });
  }

  #lastWords(): string {
    if (this.#all.length === 0) return 'nothing has arrived at all';
    const last = this.#all.slice(-SHOWN_IN_ERRORS).map((item) => `  ${this.#show(item)}`);
    return `the last of ${this.#all.length} that arrived:\n${last.join('\n')}`;
  }
}
