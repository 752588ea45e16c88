import type { Intake } from '../facts/intake.ts';
import { bareOf } from '../message/jid.ts';
import { conditionOf, resultOf } from '../protocol/iq.ts';
import { NS } from '../protocol/namespaces.ts';
import type { Spelling } from '../protocol/spelling/spelling.ts';
import type { Element } from '../protocol/xml.ts';
import { isOurs, type Rules } from '../receipt/rules.ts';
import type { NoticeSender } from '../sending/notice-sender.ts';
import type { QuestionSender } from '../sending/question-sender.ts';
import type { ReceiptSender } from '../sending/receipt-sender.ts';
import type { Refusal, Refusals } from '../sending/refusals.ts';
import type { Greeter } from '../servers/greeter.ts';
import type { RecordStore } from '../store/record-store.ts';
import type { Counters } from '../telemetry/counters.ts';
import { type AdhocParts, answerCommand } from '../user/adhoc/adhoc.ts';
import type { Announcements } from '../user/bot/announcements.ts';
import type { Bot, BotParts } from '../user/bot/bot.ts';
import type { Contacts } from '../user/bot/contacts.ts';
import { answersToPresence, type BotIdentity } from '../user/bot/presence.ts';
import { answerItems } from '../user/card/personal-nodes.ts';
import { answerVcard } from '../user/card/vcard.ts';
import type { Introductions } from '../user/commands/introductions.ts';
import { answerDiscoInfo, answerDiscoItems } from '../user/queries/disco.ts';
import { answerTime } from '../user/queries/own-time.ts';
import { answerVersion } from '../user/queries/software-version.ts';
import { answerQuery, type QueryParts } from '../user/queries/status-query.ts';
import type { Route } from './router.ts';

/** What users may do, and how. */
export type Users = AdhocParts & Omit<BotParts, 'link'>;

export interface RouteParts {
  readonly intake: Intake;
  readonly greeter: Greeter;
  readonly records: Pick<RecordStore, 'find'>;
  readonly rules: Rules;
  /** Those of this daemon: other daemons of the store hear the servers of other ones. */
  readonly domains: readonly string[];
  readonly counters: Counters;
  readonly timeFor: QueryParts['timeFor'];
  readonly spell: Spelling;
  readonly users: Users;
}

/** What the bot reads in messages must be named: XEP-0184 §4, XEP-0461 §2, XEP-0444 §2. */
const READ_BY_THE_BOT = [NS.clientReceipts, NS.reply, NS.reactions];

/** Everything that we answer. The features in disco#info are made from the same list. */
export function routesOf(parts: RouteParts): readonly Route[] {
  const open = openRoutes(parts);
  const features = [NS.discoInfo, NS.discoItems, ...open.map(({ xmlns }) => xmlns)];
  return [...feedRoutes(parts), ...open, ...discoRoutes(parts, features)];
}

/** Only the servers of the configured domains may send these. */
function feedRoutes({ intake, greeter, domains: from }: RouteParts): readonly Route[] {
  return [
    {
      ...set('facts', NS.feed),
      from,
      answer: (request, facts) =>
        greeter.believes(request, facts) ? intake.take(request, facts) : greeter.refuse(request),
    },
    {
      ...get('hello', NS.feed),
      from,
      answer: (request) => greeter.answer(request),
      onStranger: ({ attrs }) => greeter.noteStranger(attrs['from'] ?? ''),
    },
  ];
}

function openRoutes(parts: RouteParts): readonly Route[] {
  const { users } = parts;
  return [
    {
      ...get('query', NS.receipts),
      answer: (request, query) => answerQuery(request, query, parts),
    },
    {
      ...set('command', NS.commands),
      answer: (request, command) => answerCommand(request, command, users),
    },
    { ...get('vCard', NS.vcard), answer: (request) => answerVcard(request, users) },
    { ...get('query', NS.version), answer: answerVersion },
    { ...get('time', NS.time), answer: answerTime },
    { ...get('ping', NS.ping), answer: (request) => resultOf(request) },
  ];
}

function discoRoutes({ users }: RouteParts, features: readonly string[]): readonly Route[] {
  const parts = { ...users, features, botFeatures: READ_BY_THE_BOT };
  return [
    {
      ...get('pubsub', NS.pubsub),
      answer: (request, pubsub) => answerItems(request, pubsub, users),
    },
    {
      ...get('query', NS.discoInfo),
      answer: (request, query) => answerDiscoInfo(request, query, parts),
    },
    {
      ...get('query', NS.discoItems),
      answer: (request, query) => answerDiscoItems(request, query, parts),
    },
  ];
}

function get(name: string, xmlns: string) {
  return { type: 'get', name, xmlns } as const;
}

function set(name: string, xmlns: string) {
  return { type: 'set', name, xmlns } as const;
}

export interface MessageParts {
  readonly receipts: Pick<ReceiptSender, 'refused' | 'loop'>;
  readonly questions: Pick<QuestionSender, 'refused'>;
  readonly notices: Pick<NoticeSender, 'refused'>;
  readonly refusals: Pick<Refusals, 'isNews' | 'note'>;
  readonly bot: Pick<Bot, 'take' | 'wasSaidTo'>;
  readonly introductions: Pick<Introductions, 'takeBack'>;
  readonly domains: readonly string[];
  readonly counters: Counters;
}

/** Takes messages: errors for what we sent, and what users say to the bot. */
export function messagesOf(parts: MessageParts) {
  const { bot, counters } = parts;
  return async (message: Element): Promise<void> => {
    const { type, id = '', from = '' } = message.attrs;
    if (type !== 'error') return bot.take(message);
    const user = bareOf(from);
    // We write to our users only: an error from anybody else is not about a stanza of ours.
    if (!isOurs(user, parts)) return counters.count('stanzas ignored: strangers');
    await takeRefusal({ id, user, condition: conditionOf(message) }, parts);
  };
}

/** Anybody can invent an id: an error for nothing that we sent says nothing about our words. */
async function takeRefusal(
  refusal: Refusal,
  { receipts, questions, notices, refusals, bot, introductions, counters }: MessageParts,
): Promise<void> {
  const { id, user, condition } = refusal;
  await introductions.takeBack(refusal);
  const isNews = refusals.isNews(user, condition);
  const isReceipt = await receipts.refused(refusal, isNews ? 'at once' : 'later');
  const isQuestion = await questions.refused(refusal);
  const isNotice = await notices.refused(refusal);
  if (!isReceipt && !isQuestion && !isNotice && !bot.wasSaidTo(user, id))
    return counters.count('stanzas ignored: answers nothing');
  refusals.note(user, condition);
  if (isNews) receipts.loop.kick();
}

export interface PresenceParts {
  readonly users: BotIdentity;
  readonly contacts: Pick<Contacts, 'learn'>;
  readonly announcements: Pick<Announcements, 'availability'>;
}

/** Takes presences: users who have the bot among their contacts. */
export function presencesOf({ users, contacts, announcements }: PresenceParts) {
  return async (presence: Element): Promise<readonly Element[]> => {
    await contacts.learn(presence);
    return answersToPresence(presence, users, announcements.availability);
  };
}
