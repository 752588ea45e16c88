import type { Members } from './members.ts';

/** What makes this process the only daemon on a store, or on what it serves of a shared one. */
export interface StoreLock {
  /** Resolves if another daemon has it now: this process gave no sign of life for too long. */
  readonly lost: Promise<void>;
  /** For the store that is opened under this lock; `undefined`: the lock cannot be lost. */
  readonly fence: Fence | undefined;
  /** False: another daemon may have it by now; this one has not heard from the store for so long. */
  isSure(): boolean;
  /** Who else uses the store; `undefined`: nobody else can. */
  readonly members: Members | undefined;
  release(): Promise<void>;
}

/** A lock that may have to be waited for. */
export interface StoreClaim extends StoreLock {
  /** Answers at once: whether it is ours now, or who has it. Throws StoreUnavailable. */
  take(): Promise<Holder | undefined>;
}

/** Who has what we want. */
export interface Holder {
  /** The component domain; `undefined`: the whole store. */
  readonly component: string | undefined;
  /** Machine and process. */
  readonly process: string;
}

/** Each write looks whether its daemon still has the store, and commits nothing if not. */
export interface Fence {
  /** Rises each time that somebody takes the store; no two that were given out are the same. */
  readonly number: number;
  /** A write found another number. */
  readonly onLost: () => void;
}
