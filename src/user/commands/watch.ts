import { serverOf } from '../../facts/completeness.ts';
import type { BareJid } from '../../message/jid.ts';
import { newestLife } from '../../message/life.ts';
import { currentStatusOf } from '../../receipt/current-status.ts';
import { isTooLong, outcomeOf, type Watch } from '../../receipt/watch.ts';
import type { Found } from '../../store/record-store.ts';
import type { WatchCommand } from './command.ts';
import { answerNotice } from './notice-answers.ts';
import { whichPerson } from './people.ts';
import type { Reply, WatchedMessage } from './reply.ts';
import { changeWatchedContact } from './watched-contacts.ts';
import {
  named,
  notWatching,
  personMeant,
  presentFor,
  type WatchParts,
  withinOf,
} from './watched-message.ts';

/** Maximum number of messages in a list. */
const LISTED = 20;

export function performWatch(
  user: BareJid,
  command: WatchCommand,
  parts: WatchParts,
): Promise<Reply> {
  switch (command.kind) {
    case 'watch':
      return beginWatch(user, command, parts);
    case 'watch-contact':
      return changeWatchedContact(user, command, parts);
    case 'watches':
      return listWatches(user, parts);
    case 'answer-notice':
      return answerNotice(user, command, parts);
    default:
      return command satisfies never;
  }
}

type BeginCommand = Extract<WatchCommand, { kind: 'watch' }>;

/** That message of the sender, the last one, or the last one to that person. */
async function beginWatch(
  user: BareJid,
  { message, peer, ...wanted }: BeginCommand,
  parts: WatchParts,
): Promise<Reply> {
  const { records } = parts.store;
  const watchLast = async (to?: BareJid) =>
    watchFound((await records.latest(user, to, 1))[0], wanted, parts);
  if (message !== undefined)
    return watchFound(await records.find({ sender: user, ...message }), wanted, parts);
  if (peer === undefined) return watchLast();
  const called = await personMeant(user, peer, { ...parts, known: [] });
  if (called.kind === 'several') return whichPerson(called);
  if (called.kind === 'nobody') return NOT_KNOWN;
  return watchLast(called.address);
}

const NOT_KNOWN: Reply = { kind: 'status', receipts: [], unseen: [] };

type Wanted = Pick<BeginCommand, 'goal' | 'time'>;

async function watchFound(
  found: Found | undefined,
  { goal, time }: Wanted,
  parts: WatchParts,
): Promise<Reply> {
  const life = found && newestLife(found.tracked.record);
  if (found === undefined || life === undefined) return NOT_KNOWN;
  const { key } = found.tracked;
  const position = life.startedAt;
  const within = await withinOf(key.sender, time, parts);
  const present = presentFor({ key, position }, parts);
  const watch = { key, position, goal, within, deadline: present + within };
  if (isTooLong(watch, parts.rules)) return notWatching('too long', parts);
  return (await alreadyHappened(watch, found, parts)) ?? openWatch(watch, parts);
}

/** Then it is said at once: as much as the sender may know. */
async function alreadyHappened(
  watch: Watch,
  found: Found,
  { rules, ledger }: WatchParts,
): Promise<Reply | undefined> {
  const context = { rules, ...ledger.timeFor(watch.key), ...found };
  if (outcomeOf(watch, found.tracked, context).kind !== 'happened') return undefined;
  const receipt = currentStatusOf(found.tracked, context);
  return { kind: 'status', receipts: receipt === undefined ? [] : [receipt], unseen: [] };
}

async function openWatch(watch: Watch, parts: WatchParts): Promise<Reply> {
  const { store, rules, counters } = parts;
  const opened = await store.watches.open({ ...watch, server: serverOf(watch.key, rules) });
  if (opened === 'too many') return notWatching('too many', parts);
  counters.count('watches begun');
  return { kind: 'watching', watch: await named(watch, parts) };
}

async function listWatches(user: BareJid, parts: WatchParts): Promise<Reply> {
  const all = await parts.store.watches.of(user);
  const { watched: contacts = {} } = await parts.store.preferences.get(user);
  const [watches, told] = await Promise.all([
    namedAll(all.filter(({ state }) => state !== 'told').slice(0, LISTED), parts),
    namedAll(all.filter(({ state }) => state === 'told').slice(0, LISTED), parts),
  ]);
  return { kind: 'watches', watches, told, contacts };
}

function namedAll(
  watches: readonly Watch[],
  parts: WatchParts,
): Promise<readonly WatchedMessage[]> {
  return Promise.all(watches.map((watch) => named(watch, parts)));
}
