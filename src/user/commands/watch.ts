import { serverOf } from '../../facts/completeness.ts';
import type { BareJid } from '../../message/jid.ts';
import { newestLife } from '../../message/life.ts';
import { currentStatusOf } from '../../receipt/current-status.ts';
import { isTooLong, outcomeOf, type Watch } from '../../receipt/watch.ts';
import type { Found } from '../../store/record-store.ts';
import type { WatchCommand } from './command.ts';
import { answerNotice } from './notice-answers.ts';
import { whichPerson } from './people.ts';
import type { Reply } from './reply.ts';
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

/** The sender's last message, or the last one to that person. */
async function beginWatch(
  user: BareJid,
  { peer, ...wanted }: BeginCommand,
  parts: WatchParts,
): Promise<Reply> {
  if (peer === undefined) return watchLast({ user, ...wanted }, parts);
  const called = await personMeant(user, peer, { ...parts, known: [] });
  if (called.kind === 'several') return whichPerson(called);
  if (called.kind === 'nobody') return NOT_KNOWN;
  return watchLast({ user, recipient: called.address, ...wanted }, parts);
}

const NOT_KNOWN: Reply = { kind: 'status', receipts: [], unseen: [] };

interface Wanted extends Pick<BeginCommand, 'goal' | 'time'> {
  readonly user: BareJid;
  readonly recipient?: BareJid;
}

async function watchLast(
  { user, recipient, goal, time }: Wanted,
  parts: WatchParts,
): Promise<Reply> {
  const [found] = await parts.store.records.latest(user, recipient, 1);
  const life = found && newestLife(found.tracked.record);
  if (found === undefined || life === undefined) return NOT_KNOWN;
  const { key } = found.tracked;
  const position = life.startedAt;
  const [within, present] = [withinOf(time), presentFor({ key, position }, parts)];
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
  const watches = (await parts.store.watches.of(user)).filter(({ state }) => state !== 'told');
  const { watched: contacts = {} } = await parts.store.preferences.get(user);
  const listed = watches.slice(0, LISTED).map((watch) => named(watch, parts));
  return { kind: 'watches', watches: await Promise.all(listed), contacts };
}
