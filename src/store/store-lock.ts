/** What makes this process the only daemon on a store. */
export interface StoreLock {
  /** Resolves if another daemon has it now: this process gave no sign of life for too long. */
  readonly lost: Promise<void>;
  release(): Promise<void>;
}
