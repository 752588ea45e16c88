import type { Status } from '../../message/status.ts';
import type { PolicyReply, ReceiptsReply, Reply } from '../commands/reply.ts';
import { helpText, longHelpText } from './help-text.ts';
import type { Language } from './language.ts';
import { LANGUAGE_OF } from './languages.ts';
import type { Clock } from './moment.ts';
import { answeredText, askingText, questionList } from './question-text.ts';
import { receiptLines } from './receipt-text.ts';
import { watchReplyText } from './watch-text.ts';
import { unseenLines, whyText } from './why-text.ts';
import { zoneLine, zoneReplyText } from './zone-text.ts';

export function replyText(reply: Reply, language: Language, now: Clock): string {
  switch (reply.kind) {
    case 'help':
      return (reply.isAll ? longHelpText : helpText)(reply.isAdmin, language);
    case 'policy':
      return policyText(reply, language);
    case 'receipts':
      return receiptsText(reply, language, now);
    case 'zone':
    case 'no-such-zone':
      return zoneReplyText(reply, language, now);
    case 'status':
      return statusText(reply, language, now);
    case 'why':
      return whyText(reply.why, language, now);
    case 'which-person':
      return language.people.several(reply.people.join(', '));
    case 'statistics':
      return statisticsText(reply, language);
    case 'refused':
      return language.refusals[reply.because];
    case 'watching':
    case 'not-watching':
    case 'watches':
    case 'watched-contact':
    case 'reminding':
    case 'dropped':
    case 'no-notice':
      return watchReplyText(reply, language, now);
    default:
      return questionsText(reply, language, now);
  }
}

type StatusReply = Extract<Reply, { kind: 'status' }>;

function statusText(reply: StatusReply, language: Language, now: Clock): string {
  if (reply.receipts.length === 0) return language.status.none;
  return [receiptLines(reply, language, now), ...unseenLines(reply.unseen, language)].join('\n');
}

type QuestionsReply = Extract<
  Reply,
  { kind: 'questions' | 'answered' | 'which' | 'no-such-question' }
>;

function questionsText(reply: QuestionsReply, language: Language, now: Clock): string {
  const { questions } = reply;
  const texts = language.questions;
  switch (reply.kind) {
    case 'questions':
      return askingText({ questions, waiting: questions.length }, language, now);
    case 'answered':
      return answeredText(reply, language, now);
    case 'which':
      return questionList(texts.which, questions, { language, now });
    case 'no-such-question':
      return [
        texts.noSuch(reply.number),
        askingText({ questions, waiting: questions.length }, language, now),
      ].join('\n');
    default:
      return reply satisfies never;
  }
}

function policyText(reply: PolicyReply, language: Language): string {
  const texts = language.policy;
  const { change } = reply;
  return [
    ...(change === undefined ? [] : [texts.changed[change]]),
    texts.inForce(language.policies[reply.policy]),
    ...(reply.isLocked ? [texts.locked] : ownText(reply, language)),
    reply.tellsDeclined ? texts.tellsDeclined : texts.hidesDeclined,
  ].join('\n');
}

function ownText({ isOwn, exceptions }: PolicyReply, language: Language): readonly string[] {
  const texts = language.policy;
  const lines = Object.entries(exceptions)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([peer, policy]) => texts.exception(peer, language.policies[policy].name));
  return [
    ...(isOwn ? [] : [texts.byDefault]),
    ...(lines.length === 0 ? [] : [texts.exceptions]),
    ...lines,
  ];
}

function receiptsText(reply: ReceiptsReply, language: Language, now: Clock): string {
  const texts = language.receipts;
  const names = namesOf(reply.statuses, language);
  return [
    ...(reply.isChanged ? [texts.changed] : []),
    names.length === 0 ? texts.none : texts.wanted(names),
    ...(reply.isOwn ? [] : [texts.byDefault]),
    hasWords(reply) ? texts.withText(namesOf(reply.inWords, language)) : texts.withoutText,
    texts.language(LANGUAGE_OF[reply.language].name),
    zoneLine(reply.zone, language, now),
  ].join('\n');
}

function hasWords({ text, inWords }: ReceiptsReply): boolean {
  return text && inWords.length > 0;
}

function namesOf(statuses: readonly Status[], { statusNames }: Language): readonly string[] {
  return statuses.map((status) => statusNames[status].name);
}

type StatisticsReply = Extract<Reply, { kind: 'statistics' }>;

function statisticsText(reply: StatisticsReply, language: Language): string {
  const { line } = language.statistics;
  return countedSections(reply, language)
    .flatMap(({ heading, counts }) => [
      heading,
      ...counts.map(([name, count]) => line(name, count)),
    ])
    .join('\n');
}

interface CountedSection {
  readonly heading: string;
  readonly counts: readonly (readonly [name: string, count: number])[];
}

/** What waits, and what was counted. */
export function countedSections(
  { counts, backlog }: StatisticsReply,
  { statistics: texts }: Language,
): readonly CountedSection[] {
  const names = ['receipts', 'ticks', 'questions'] as const;
  const counted = Object.entries(counts);
  return [
    { heading: texts.waiting, counts: names.map((name) => [texts.backlog[name], backlog[name]]) },
    { heading: counted.length === 0 ? texts.nothingCounted : texts.counted, counts: counted },
  ];
}
