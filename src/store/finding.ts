import type { BareJid } from '../message/jid.ts';
import type { MessageKey } from '../message/key.ts';
import type { MessagePort } from './message-port.ts';
import type { Found } from './record-store.ts';
import { type Entry, WorkingSet } from './working-set.ts';

/** The message of that id or, if there is none, of that origin-id. */
export async function findMessage(rows: MessagePort, key: MessageKey): Promise<Found | undefined> {
  const working = new WorkingSet(await rows.load({ messages: [], named: [key] }), 0);
  return foundIn(working, working.resolve(key))[0];
}

interface Latest {
  readonly sender: BareJid;
  readonly recipient: BareJid | undefined;
  readonly limit: number;
}

/** The last messages of a sender, the newest first. */
export async function latestMessages(
  rows: MessagePort,
  { sender, recipient, limit }: Latest,
): Promise<readonly Found[]> {
  return foundAll(rows, await rows.latest(sender, recipient, limit));
}

/** The newest messages of all, or of those with that sender, recipient or id. */
export async function newestMessages(
  rows: MessagePort,
  about: string | undefined,
  limit: number,
): Promise<readonly Found[]> {
  return foundAll(rows, await rows.newest(about, limit));
}

/** The messages of these keys, as a store found them. */
export async function foundAll(
  rows: MessagePort,
  keys: readonly MessageKey[],
): Promise<readonly Found[]> {
  const working = new WorkingSet(await rows.load({ messages: keys, named: [] }), 0);
  return keys.flatMap((key) => foundIn(working, working.get(key)));
}

function foundIn(working: WorkingSet, { tracked, firstSeen }: Entry): readonly Found[] {
  if (firstSeen === undefined) return [];
  const { key } = tracked;
  const [readUpTo, mentions] = [working.readUpTo(key), working.mentions(key)];
  return [{ tracked, readUpTo, mentions, recipient: working.chosenBy(key.recipient) }];
}
