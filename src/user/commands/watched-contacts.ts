import type { BareJid } from '../../message/jid.ts';
import type { Preferences } from '../../receipt/preferences.ts';
import { isTooLong, type Patience } from '../../receipt/watch.ts';
import type { WatchCommand } from './command.ts';
import { whichPerson } from './people.ts';
import type { Reply } from './reply.ts';
import { notWatching, personMeant, type WatchParts } from './watched-message.ts';

type ContactCommand = Extract<WatchCommand, { kind: 'watch-contact' }>;

/** Maximum number of contacts of one sender whose messages are watched. */
const MAX_CONTACTS = 50;

/** Each message to that contact is watched from now on, or none any more. */
export async function changeWatchedContact(
  user: BareJid,
  command: ContactCommand,
  parts: WatchParts,
): Promise<Reply> {
  const { watched = {} } = await parts.store.preferences.get(user);
  const known = Object.keys(watched) as BareJid[];
  const called = await personMeant(user, command.peer, { ...parts, known });
  if (called.kind === 'several') return whichPerson(called);
  if (called.kind === 'nobody') return { kind: 'status', receipts: [], unseen: [] };
  return keep({ user, contact: called.address, watched }, patienceIn(command), parts);
}

function patienceIn({ goal, ms }: ContactCommand): Patience | undefined {
  return ms === 'off' ? undefined : { goal, within: Math.round(ms) * 1000 };
}

interface Keeping extends Pick<Preferences, 'watched'> {
  readonly user: BareJid;
  readonly contact: BareJid;
}

async function keep(
  { user, contact, watched }: Keeping,
  patience: Patience | undefined,
  parts: WatchParts,
): Promise<Reply> {
  const change = (before: Preferences) => withContact(before, contact, patience);
  const refusal = patience && refusalOf(patience, change({ ...(watched && { watched }) }), parts);
  if (refusal !== undefined) return refusal;
  await parts.store.preferences.change(user, { change, now: parts.now() });
  return { kind: 'watched-contact', contact, patience };
}

function refusalOf(
  { within }: Patience,
  { watched = {} }: Preferences,
  parts: WatchParts,
): Reply | undefined {
  if (isTooLong({ position: 0, deadline: within, within }, parts.rules))
    return notWatching('too long', parts);
  const isTooMany = Object.keys(watched).length > MAX_CONTACTS;
  return isTooMany ? notWatching('too many', parts) : undefined;
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
