import { type Store, StoreUnavailable } from '../../src/store/store.ts';

const ERROR = new StoreUnavailable('disk I/O error');

/** A store whose verbs fail, each of them, from when the test breaks it until it is mended. It can always be closed. */
export class BreakableStore {
  /** For the daemon. */
  readonly store: Store;
  isBroken = false;

  constructor(store: Store) {
    this.store = this.#around(store);
  }

  /** The same object with all that it holds, the parts of the store that have names of their own too. */
  #around<Part extends object>(part: Part): Part {
    return new Proxy(part, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name);
        if (typeof value === 'function') return this.#verb(value.bind(target), name);
        return typeof value === 'object' && value !== null ? this.#around(value) : value;
      },
    });
  }

  #verb(verb: (...given: readonly unknown[]) => unknown, name: string | symbol) {
    return (...given: readonly unknown[]) =>
      this.isBroken && name !== 'close' ? Promise.reject(ERROR) : verb(...given);
  }
}
