import type { BareJid } from '../../message/jid.ts';
import type { Millis } from '../../message/time.ts';
import { isTooLong } from '../../receipt/watch.ts';
import type { KeptWatch } from '../../store/watch-store.ts';
import type { OwnMessage, WatchAnswerCommand } from './command.ts';
import { whichPerson } from './people.ts';
import type { Reply } from './reply.ts';
import {
  named,
  notWatching,
  personMeant,
  presentFor,
  type WatchParts,
  withinOf,
} from './watched-message.ts';

const HOUR: Millis = 3_600_000;

/** What a sender says to the notice that nothing came of a message in time. */
export async function answerNotice(
  user: BareJid,
  command: WatchAnswerCommand,
  parts: WatchParts,
): Promise<Reply> {
  const watches = await parts.store.watches.of(user);
  const { peer } = command;
  if (peer === undefined) return answerOneOf(watches, command, parts);
  const known = watches.map(({ key }) => key.recipient);
  const called = await personMeant(user, peer, { ...parts, known });
  if (called.kind === 'several') return whichPerson(called);
  const theirs = watches.filter(
    ({ key }) => called.kind === 'one' && key.recipient === called.address,
  );
  return answerOneOf(theirs, command, parts);
}

async function answerOneOf(
  watches: readonly KeptWatch[],
  command: WatchAnswerCommand,
  parts: WatchParts,
): Promise<Reply> {
  const watch = answered(watches, command);
  if (watch === undefined) return { kind: 'no-notice' };
  switch (command.answer) {
    case 'wait':
      return waitAgain(watch, command, parts);
    case 'drop':
      return dropWatch(watch, parts);
    case 'remind':
      return remindOf(watch, parts);
    default:
      return command.answer satisfies never;
  }
}

/** The notice that was told last, among those that are meant. What is not told yet can be dropped. */
function answered(
  watches: readonly KeptWatch[],
  { answer, notice, message }: WatchAnswerCommand,
): KeptWatch | undefined {
  const meant = watches.filter(
    (watch) =>
      (notice === undefined || watch.notice === notice) &&
      (message === undefined || isAbout(watch, message)),
  );
  const told = meant.filter(({ state }) => state === 'told' || state === 'overdue');
  const last = told.toSorted((a, b) => b.deadline - a.deadline)[0];
  return last ?? (answer === 'drop' ? meant[0] : undefined);
}

function isAbout({ key }: KeptWatch, { recipient, id }: OwnMessage): boolean {
  return key.recipient === recipient && key.id === id;
}

async function waitAgain(
  watch: KeptWatch,
  { time }: WatchAnswerCommand,
  parts: WatchParts,
): Promise<Reply> {
  const within = time === undefined ? watch.within : await withinOf(watch.key.sender, time, parts);
  const deadline = presentFor(watch, parts) + within;
  const next = { ...watch, within, deadline };
  if (isTooLong(next, parts.rules)) return notWatching('too long', parts);
  const again = await parts.store.watches.again(watch, { within, deadline });
  if (again === 'too many') return notWatching(again, parts);
  if (again === 'changed') return { kind: 'no-notice' };
  return { kind: 'watching', watch: await named(next, parts) };
}

async function dropWatch(watch: KeptWatch, parts: WatchParts): Promise<Reply> {
  if (!(await parts.store.watches.close(watch))) return { kind: 'no-notice' };
  parts.counters.count('watches ended: dropped');
  return { kind: 'dropped', watch: await named(watch, parts) };
}

/**
 * The answer is the same, whoever the recipient is and whatever comes of it: their server is asked
 * afterwards, and the sender does not hear what it says.
 */
async function remindOf(watch: KeptWatch, parts: WatchParts): Promise<Reply> {
  const { store, counters, remindersPerHour: limit, now } = parts;
  const order = { now: now(), since: now() - HOUR, limit };
  const ordered = await store.reminders.order(watch, order);
  counters.count(ordered === 'ordered' ? 'reminders ordered' : `reminders not ordered: ${ordered}`);
  return { kind: 'reminding', recipient: watch.key.recipient };
}
