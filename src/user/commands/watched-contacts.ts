import type { BareJid } from '../../message/jid.ts';
import type { Preferences } from '../../receipt/preferences.ts';
import { LONGEST_WATCH, type Patience } from '../../receipt/watch.ts';
import type { WatchCommand } from './command.ts';
import type { Reply } from './reply.ts';
import { isCalled, messageTo, type WatchParts } from './watched-message.ts';

type ContactCommand = Extract<WatchCommand, { kind: 'watch-contact' }>;

/** Maximum number of contacts of one sender whose messages are watched. */
const MAX_CONTACTS = 50;

/** Each message to that contact is watched from now on, or none any more. */
export async function changeWatchedContact(
  user: BareJid,
  { peer, goal, ms }: ContactCommand,
  parts: WatchParts,
): Promise<Reply> {
  const { watched = {} } = await parts.store.preferences.get(user);
  const contact = await contactCalled(user, peer, { ...parts, known: Object.keys(watched) });
  if (contact === undefined) return { kind: 'status', receipts: [], unseen: [] };
  const patience = ms === 'off' ? undefined : { goal, within: Math.round(ms) * 1000 };
  const change = (before: Preferences) => withContact(before, contact, patience);
  const refusal = patience && refusalOf(patience, change({ watched }), parts);
  if (refusal !== undefined) return refusal;
  await parts.store.preferences.change(user, { change, now: parts.now() });
  return { kind: 'watched-contact', contact, patience };
}

function refusalOf(
  { within }: Patience,
  { watched = {} }: Preferences,
  { keptFor }: WatchParts,
): Reply | undefined {
  const longest = Math.min(LONGEST_WATCH, keptFor.retentionDays * DAY);
  if (within > longest) return { kind: 'not-watching', reason: 'too long' };
  const isTooMany = Object.keys(watched).length > MAX_CONTACTS;
  return isTooMany ? { kind: 'not-watching', reason: 'too many' } : undefined;
}

const DAY = 86_400_000_000;

interface LookingForContact extends WatchParts {
  readonly known: readonly string[];
}

/** An address, or the name of somebody who is watched or was written to. */
async function contactCalled(
  user: BareJid,
  peer: string,
  parts: LookingForContact,
): Promise<string | undefined> {
  if (peer.includes('@')) return parts.spell(peer);
  const known = parts.known.find((contact) => isCalled(contact, peer));
  return known ?? (await messageTo(user, peer, parts))?.tracked.key.recipient;
}

function withContact(
  { watched = {}, ...rest }: Preferences,
  contact: string,
  patience: Patience | undefined,
): Preferences {
  const others = Object.entries(watched).filter(([known]) => known !== contact);
  const all = patience === undefined ? others : [...others, [contact, patience] as const];
  return all.length === 0 ? rest : { ...rest, watched: Object.fromEntries(all) };
}
