import type { BareJid } from '../message/jid.ts';
import type { MessageKey } from '../message/key.ts';
import type { Awaitable, Within } from './awaitable.ts';
import type { KeptWatch, WatchStore } from './watch-store.ts';

/** What an adapter does for watches; what becomes of one is decided in watching.ts. */
export interface WatchPort extends Within<Pick<WatchStore, 'due'>> {
  get(key: MessageKey): Awaitable<KeptWatch | undefined>;
  /** Keeps it in the place of the one for that message. */
  put(watch: KeptWatch): Awaitable<void>;
  remove(key: MessageKey): Awaitable<void>;
  /** Number of watches of that sender that are open or overdue. */
  countOpen(sender: BareJid): Awaitable<number>;
  /** Those that wait, the newest message first; then those told, the last deadline first. */
  of(sender: BareJid, limit: number): Awaitable<readonly KeptWatch[]>;
}
