import type { Millis, Stamp } from '../../message/time.ts';
import type { Watch } from '../../receipt/watch.ts';
import type { Overdue } from '../../store/watch-store.ts';
import type { WatchedMessage, WatchReply } from '../commands/reply.ts';
import type { Language } from './language.ts';
import { type Clock, distinctLines, moment } from './moment.ts';
import { receiptLines } from './receipt-text.ts';
import type { TimeUnit, WatchedWording } from './watch-texts.ts';

/** Nothing came of a message in time: how far it came, and what can be done now. */
export function noticeText(overdue: Overdue, language: Language, now: Clock): string {
  const { proof, goal, position, deadline, within } = overdue;
  const { watch } = language;
  const messageTime = proof.messageTime ?? position;
  const deadlineTime = messageTime + deadline - position;
  const wording = wordingOf({ ...overdue, messageTime, deadlineTime }, language, now);
  return [
    watch.overdue[goal](wording),
    receiptLines({ receipts: [proof] }, language, now),
    watch.howToAnswer(lengthText(within / 1000, language)),
  ].join('\n');
}

export function watchReplyText(reply: WatchReply, language: Language, now: Clock): string {
  const { watch: texts } = language;
  switch (reply.kind) {
    case 'watching':
      return texts.begun[reply.watch.goal](wordingOf(reply.watch, language, now));
    case 'not-watching':
      return reply.reason === 'too many' ? texts.tooMany : texts.tooLong;
    case 'watches':
      return listText(reply, language, now);
    case 'watched-contact':
      return reply.patience === undefined
        ? texts.ruleGone(reply.contact)
        : texts.ruleKept(reply.contact, lengthOf(reply.patience, language));
    case 'reminding':
      return texts.reminding(reply.recipient);
    case 'dropped':
      return texts.dropped(wordingOf(reply.watch, language, now));
    case 'no-notice':
      return texts.nothingToAnswer;
    default:
      return reply satisfies never;
  }
}

/** To the recipient of a message, for its sender. */
export function reminderText(
  { sender, messageTime }: { readonly sender: string; readonly messageTime: Stamp },
  language: Language,
  now: Clock,
): string {
  return language.watch.reminder({ sender, time: moment(messageTime, language, now) });
}

type ListReply = Extract<WatchReply, { kind: 'watches' }>;

function listText({ watches, contacts }: ListReply, language: Language, now: Clock): string {
  const { watch: texts } = language;
  const lines = [...watchedLines(watches, language, now), ...ruleLines(contacts, language)];
  return lines.length === 0 ? texts.nothing : [texts.listed, ...lines].join('\n');
}

/** A line for each message. */
export function watchedLines(
  watches: readonly WatchedMessage[],
  language: Language,
  now: Clock,
): readonly string[] {
  const lineOf = (watch: WatchedMessage, clock: Clock) =>
    language.watch.item(wordingOf(watch, language, clock));
  return distinctLines(watches, { now, nameOf: lineOf, lineOf });
}

/** A line for each contact whose messages are all watched. */
export function ruleLines(contacts: ListReply['contacts'], language: Language): readonly string[] {
  return Object.entries(contacts).map(([contact, patience]) =>
    language.watch.rule(contact, lengthOf(patience, language)),
  );
}

function wordingOf(watch: WatchedMessage, language: Language, now: Clock): WatchedWording {
  return {
    recipient: watch.key.recipient,
    time: moment(watch.messageTime, language, now),
    length: lengthOf(watch, language),
    deadline: moment(watch.deadlineTime, language, now),
  };
}

function lengthOf({ within }: Pick<Watch, 'within'>, language: Language): string {
  return lengthText(within / 1000, language);
}

const UNITS: readonly (readonly [TimeUnit, Millis])[] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
];

/** The two largest units say enough: "1 hour 30 minutes". */
export function lengthText(ms: Millis, { watch }: Pick<Language, 'watch'>): string {
  let rest = Math.max(1000, Math.round(ms / 1000) * 1000);
  const parts = UNITS.flatMap(([unit, size]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return count === 0 ? [] : [watch.length(count, unit)];
  });
  return parts.slice(0, 2).join(' ');
}
