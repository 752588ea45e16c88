import type { CopiedKind } from './copied-kinds.ts';
import type { Place } from './record-store.ts';

/** A column as both databases can say it. */
export type CopiedValue = string | number | null;

export type CopiedRow = Readonly<Record<string, CopiedValue>>;

export interface CopiedPage {
  readonly rows: readonly CopiedRow[];
  /** Where the next page begins; `undefined`: this was the last. */
  readonly end: Place | undefined;
}

/** Names of the versions of policies, so that servers which know one hear only what is newer. */
export interface Openings {
  /** Of the last change to a policy. */
  readonly number: number;
  readonly epochs: readonly Epoch[];
}

export interface Epoch {
  readonly opening: number;
  readonly epoch: string;
  readonly began: number;
  /** Of the daemon that opened it, where several can use the store. */
  readonly component?: string;
}

/** How far a copy has come. It is kept in the store that it goes into. */
export interface CopyProgress {
  /** The last epoch of the source: another one, if a daemon has used it since. */
  readonly source: string;
  /** Tables that are whole. */
  readonly tables: number;
  /** Where the next page of the one after them begins. */
  readonly place: Place | undefined;
}

/** Both ends of a copy while no daemon uses them. All verbs reject as those of `Store` do. */
interface CopyEnd {
  /** Of the copy into this store that was begun and is not whole. */
  progress(): Promise<CopyProgress | undefined>;
  count(kind: CopiedKind): Promise<number>;
  close(): Promise<void>;
}

/** A store that is copied. To open it is no opening that gives policies a name. */
export interface CopySourcePort extends CopyEnd {
  openings(): Promise<Openings>;
  page(kind: CopiedKind, after: Place | undefined, limit: number): Promise<CopiedPage>;
}

/** A store that a copy goes into. */
export interface CopyTargetPort extends CopyEnd {
  /** A copy into this store begins. Its own openings go: nobody has heard of them. */
  begin(openings: Openings, progress: CopyProgress): Promise<void>;
  /** Keeps these rows, and with them how far the copy is. */
  put(kind: CopiedKind, rows: readonly CopiedRow[], progress: CopyProgress): Promise<void>;
  /** The copy is whole: a daemon may use the store. */
  finish(): Promise<void>;
}

/** What every adapter does. */
export type CopyingPort = CopySourcePort & CopyTargetPort;

/** A daemon that used half a store would tell wrong things. */
export const HALF_COPIED =
  'store: a copy into this store was begun and is not whole. Give the same "xmpp-receipts migrate" again: it goes on. A backup that broke off is made anew';
