import { WATCH_GOALS, type WatchGoal } from '../../receipt/watch.ts';
import { peerOf } from '../commands/address.ts';
import type { Command, WatchAnswer, WatchTime } from '../commands/command.ts';
import { readTime } from '../text/read-time.ts';
import { normal } from './plain-text.ts';
import type { Situation } from './situation.ts';
import { type Phrase, phrasesIn, type Role } from './watch-words.ts';

/** A sentence, taken apart. */
interface Sentence {
  readonly phrases: readonly Phrase[];
  /** An address or a name. */
  readonly peer: string | undefined;
  readonly time: WatchTime | undefined;
}

/**
 * What a text says about messages that somebody watches; `undefined`: nothing, or it is not clear.
 * Every word of it must be known, but for one name.
 */
export function watchIn(text: string, situation: Situation): Command | undefined {
  const sentence = takenApart(normal(text));
  if (sentence === undefined) return undefined;
  return (
    listIn(sentence) ??
    endIn(sentence) ??
    watchingIn(sentence) ??
    noticeAnswerIn(sentence, situation)
  );
}

const ADDRESS =
  /(?:xmpp:)?[^\s@<>"'\p{Script=Han}，。！？]+@[^\s@<>"'\p{Script=Han}，。！？,;!?]+/u;

function takenApart(text: string): Sentence | undefined {
  const written = ADDRESS.exec(text)?.[0];
  const address = written && peerOf(written.replace(/[.:]+$/, ''));
  const without = written === undefined ? text : text.replace(written, ' ');
  const read = readTime(without);
  const phrases = phrasesIn(plain(read?.rest ?? without));
  const names = phrases.filter(({ roles }) => roles.size === 0).map(({ text }) => text);
  const peers = written === undefined ? names : [address, ...names];
  const isClear = peers.length === 0 || (peers.length === 1 && peers[0] !== undefined);
  return isClear ? { phrases, peer: peers[0], time: read?.time } : undefined;
}

/** A point at the end of a word ends the sentence. */
function plain(text: string): string {
  return text.replace(/[.:]+(?=\s|$)/g, ' ');
}

function listIn({ phrases, peer, time }: Sentence): Command | undefined {
  const isList = has(phrases, 'list') && only(phrases, ['list', 'beside']);
  return isList && peer === undefined && time === undefined ? { kind: 'watches' } : undefined;
}

/** "Stop watching" ends a rule; without a contact it drops the last message. */
function endIn({ phrases, peer, time }: Sentence): Command | undefined {
  if (!has(phrases, 'stop') || time !== undefined) return undefined;
  if (!only(phrases, ['stop', 'one', 'every', 'beside'])) return undefined;
  if (peer === undefined) return { kind: 'answer-notice', answer: 'drop' };
  return { kind: 'watch-contact', peer, goal: 'delivered', ms: 'off' };
}

function watchingIn({ phrases, peer, time }: Sentence): Command | undefined {
  const isTold = has(phrases, 'tell') && has(phrases, 'not');
  if (time === undefined || !(isTold || isWatched(phrases))) return undefined;
  const goal = goalIn(phrases);
  const isOne = isTold ? !has(phrases, 'every') : has(phrases, 'one');
  if (isOne || peer === undefined) return { kind: 'watch', goal, time, ...named(peer) };
  return time.kind === 'within' ? { kind: 'watch-contact', peer, goal, ms: time.ms } : undefined;
}

function isWatched(phrases: readonly Phrase[]): boolean {
  return has(phrases, 'watch') && !has(phrases, 'stop');
}

function named(peer: string | undefined): { readonly peer?: string } {
  return peer === undefined ? {} : { peer };
}

/** Where the time is missing, a plain yes to half an hour is enough. */
export function watchProposedBy(text: string): Command | undefined {
  const sentence = takenApart(normal(text));
  if (sentence === undefined || sentence.time !== undefined) return undefined;
  const { phrases, peer } = sentence;
  const goal = goalIn(phrases);
  const isMeant = has(phrases, 'tell') && has(phrases, 'not') && has(phrases, goal);
  return isMeant ? { kind: 'watch', goal, time: HALF_AN_HOUR, ...named(peer) } : undefined;
}

const HALF_AN_HOUR: WatchTime = { kind: 'within', ms: 1_800_000 };

function goalIn(phrases: readonly Phrase[]): WatchGoal {
  const goals: readonly WatchGoal[] = ['displayed', 'confirmed'];
  return goals.find((goal) => has(phrases, goal)) ?? WATCH_GOALS[0];
}

const ANSWERS: readonly WatchAnswer[] = ['remind', 'drop', 'wait'];

/** The answer to a notice: what it is, for whom, and how long to wait. */
function noticeAnswerIn(sentence: Sentence, situation: Situation): Command | undefined {
  const { phrases, peer, time } = sentence;
  const answer = answerIn(sentence);
  if (answer === undefined || !only(phrases, [answer, 'one', 'beside'])) return undefined;
  const { said } = situation;
  const isAfterNotice = said.kind === 'notice';
  if (!isAfterNotice && !isClear(sentence, answer, situation)) return undefined;
  const notice = isAfterNotice && peer === undefined ? { notice: said.id } : {};
  return { kind: 'answer-notice', answer, ...named(peer), ...notice, ...(time && { time }) };
}

/** A time alone says to wait. */
function answerIn({ phrases, time }: Sentence): WatchAnswer | undefined {
  const said = ANSWERS.find((answer) => has(phrases, answer));
  if (time === undefined) return said;
  return said === undefined || said === 'wait' ? 'wait' : undefined;
}

/**
 * If a notice was not the last that was said, the words must be those that we use ourselves; and
 * never where a question waits, which they could answer.
 */
function isClear(
  { phrases, time }: Sentence,
  answer: WatchAnswer,
  { said, questions }: Situation,
): boolean {
  const isAsked = said.kind === 'question' || said.kind === 'proposal' || questions.length > 0;
  return !isAsked && isOurWord(phrases, answer) && (answer !== 'wait' || time !== undefined);
}

function isOurWord(phrases: readonly Phrase[], answer: WatchAnswer): boolean {
  return phrases.some(({ text, roles }) => roles.has(answer) && OUR_WORDS.has(text));
}

const OUR_WORDS: ReadonlySet<string> = new Set([
  ...['remind', 'wait', 'drop', 'erinnern', 'erinnere', 'warten', 'warte', 'lassen'],
  ...['提醒', '再等', '放弃'],
]);

function has(phrases: readonly Phrase[], role: Role): boolean {
  return phrases.some(({ roles }) => roles.has(role));
}

function only(phrases: readonly Phrase[], roles: readonly Role[]): boolean {
  return phrases.every(
    (phrase) => phrase.roles.size === 0 || roles.some((role) => phrase.roles.has(role)),
  );
}
