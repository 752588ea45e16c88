/** What makes this process the only daemon on a store. */
export interface StoreLock {
  /** Resolves if another daemon has it now: this process gave no sign of life for too long. */
  readonly lost: Promise<void>;
  /** For the store that is opened under this lock; `undefined`: the lock cannot be lost. */
  readonly fence: Fence | undefined;
  release(): Promise<void>;
}

/** Each write looks whether its daemon still has the store, and commits nothing if not. */
export interface Fence {
  /** Rises each time that somebody takes the store. */
  readonly number: number;
  /** A write found another number. */
  readonly onLost: () => void;
}
