import type { Fact } from '../message/fact.ts';
import type { MessageKey } from '../message/key.ts';
import type { Millis } from '../message/time.ts';

/** What just happened, for who watches. `at`: of a fact by its server's clock, else by our own. */
export type Happening = { readonly at: Millis } & (
  | (MessageKey & { readonly kind: 'fact'; readonly fact: Fact['kind']; readonly side: string })
  | (MessageKey & DecisionMade)
  | ReceiptsLeft
  | { readonly kind: 'link'; readonly isOnline: boolean; readonly problem: string | undefined }
  | { readonly kind: 'server'; readonly domain: string; readonly problem: string | undefined }
  /** Who watches was too slow for so many. */
  | { readonly kind: 'skipped'; readonly count: number }
);

/** What was decided about a message: what its sender is told, and the reasons for the rest. */
export interface DecisionMade {
  readonly kind: 'decision';
  readonly decision: string;
  readonly told: readonly string[];
  readonly because: string | undefined;
  readonly withheld: string | undefined;
  readonly tick: string;
  readonly question: string;
}

/** What became of a stanza with receipts. */
export interface ReceiptsLeft {
  readonly kind: 'receipts';
  readonly user: string;
  readonly outcome: 'sent' | 'refused' | 'given up';
  /** The receipts in the stanza; none, where only the id of the stanza is known. */
  readonly receipts: readonly {
    readonly recipient: string;
    readonly id: string;
    readonly status: string;
  }[];
}

/** How many wait for one who watches; of more only the number is told. */
export const MAX_WAITING = 1000;

/** Maximum number of those who watch at once. */
const MAX_WATCHERS = 32;

/** Tells what happens to all who watch. It never waits for them. */
export class Happenings {
  readonly #watchings = new Set<Watching>();

  /** Nothing is made while nobody watches. */
  tell(make: () => readonly Happening[]): void {
    if (this.#watchings.size === 0) return;
    for (const happening of make())
      for (const watching of this.#watchings) watching.hear(happening);
  }

  /** For one user, or for all. `undefined`: too many watch already. */
  watch(user?: string): Watching | undefined {
    if (this.#watchings.size >= MAX_WATCHERS) return undefined;
    const watching = new Watching(user, () => this.#watchings.delete(watching));
    this.#watchings.add(watching);
    return watching;
  }
}

/** What one who watches has not read yet. */
export class Watching {
  readonly #user: string | undefined;
  readonly #leave: () => void;
  #waiting: Happening[] = [];
  #skipped = 0;
  #isClosed = false;
  #wake: () => void = () => {};

  constructor(user: string | undefined, leave: () => void) {
    this.#user = user;
    this.#leave = leave;
  }

  hear(happening: Happening): void {
    if (!isAbout(happening, this.#user)) return;
    if (this.#waiting.length < MAX_WAITING) this.#waiting.push(happening);
    else this.#skipped++;
    this.#wake();
  }

  /** All that waits, as soon as something does. Nothing: it is closed. */
  async next(now: () => Millis = Date.now): Promise<readonly Happening[]> {
    if (this.#waiting.length === 0 && !this.#isClosed) await this.#untilWoken();
    const skipped = this.#skipped;
    const waiting = this.#isClosed ? [] : this.#waiting;
    [this.#waiting, this.#skipped] = [[], 0];
    return skipped === 0 ? waiting : [...waiting, { kind: 'skipped', at: now(), count: skipped }];
  }

  close(): void {
    this.#isClosed = true;
    this.#skipped = 0;
    this.#leave();
    this.#wake();
  }

  #untilWoken(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}

/** Links and servers are the business of all. */
function isAbout(happening: Happening, user: string | undefined): boolean {
  if (user === undefined) return true;
  if (happening.kind === 'fact' || happening.kind === 'decision')
    return happening.sender === user || happening.recipient === user;
  return happening.kind !== 'receipts' || happening.user === user;
}
