import { onTestFinished } from 'vitest';
import { type Store, StoreUnavailable } from '../../src/store/store.ts';

type Part = Exclude<keyof Store, 'close'>;

/** The verbs of the store, such as `records.update`. */
export type Verb = { [Of in Part]: `${Of}.${keyof Store[Of] & string}` }[Part];

type Given<Name extends Verb> = Name extends `${infer Of extends Part}.${infer Its}`
  ? Store[Of][Its & keyof Store[Of]] extends (...given: infer All) => unknown
    ? All
    : never
  : never;

/** A call that waits before it reaches the store. */
export interface Held {
  /** Resolves when the call has come. */
  readonly come: Promise<void>;
  /** From now on it goes its way. */
  release(): void;
}

type AnyVerb = (...given: readonly unknown[]) => unknown;

/** What happens before a call that is so many calls away. */
interface Plan {
  readonly verb: string;
  left: number;
  readonly before: () => Promise<void>;
}

const UNAVAILABLE = new StoreUnavailable('disk I/O error');

/**
 * A real store to which the things happen that a test names: that a verb fails, or waits. All else
 * is done by the store itself. It can always be closed.
 */
export class BreakableStore {
  /** For the daemon. */
  readonly store: Store;
  /** Every verb fails until this is `false` again. */
  isBroken = false;
  #plans: Plan[] = [];
  readonly #listeners: { readonly verb: string; readonly hear: AnyVerb }[] = [];

  constructor(store: Store) {
    this.store = this.#around(store);
  }

  /** The next call of that verb fails, or the one that is so many calls away. */
  failAt(verb: Verb, { call = 1, error = UNAVAILABLE }: { call?: number; error?: Error } = {}) {
    this.#plan({ verb, left: call, before: () => Promise.reject(error) });
  }

  /** The next call of that verb waits, or the one that is so many calls away. */
  holdAt(verb: Verb, { call = 1 }: { call?: number } = {}): Held {
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const come = new Promise<void>((resolve) => {
      const before = () => {
        resolve();
        return released;
      };
      this.#plan({ verb, left: call, before });
    });
    return { come, release };
  }

  /** Hears of every call of that verb, before anything happens to it. */
  onCall<Name extends Verb>(verb: Name, hear: (...given: Given<Name>) => void): void {
    this.#listeners.push({ verb, hear: hear as AnyVerb });
  }

  /** A test whose plan comes to nothing tests something else than it says. */
  #plan(plan: Plan): void {
    this.#plans.push(plan);
    onTestFinished(() => {
      if (this.#plans.includes(plan)) throw new Error(`${plan.verb} was not called so often`);
    });
  }

  /** The same object with all that it holds. A part has its name before those of its verbs. */
  #around<Of extends object>(part: Of, names = ''): Of {
    return new Proxy(part, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name);
        const path = `${names}${String(name)}`;
        if (typeof value === 'function') return this.#verb(path, value.bind(target));
        return typeof value === 'object' && value !== null
          ? this.#around(value, `${path}.`)
          : value;
      },
    });
  }

  #verb(name: string, verb: AnyVerb): AnyVerb {
    if (name === 'close') return verb;
    return (...given) => {
      for (const { hear } of this.#listenersTo(name)) hear(...given);
      const planned = this.#plannedFor(name);
      if (planned !== undefined) return planned.before().then(() => verb(...given));
      return this.isBroken ? Promise.reject(UNAVAILABLE) : verb(...given);
    };
  }

  #listenersTo(verb: string) {
    return this.#listeners.filter((listener) => listener.verb === verb);
  }

  #plannedFor(verb: string): Plan | undefined {
    for (const plan of this.#plans) if (plan.verb === verb) plan.left -= 1;
    const due = this.#plans.find((plan) => plan.verb === verb && plan.left <= 0);
    this.#plans = this.#plans.filter((plan) => plan !== due);
    return due;
  }
}
