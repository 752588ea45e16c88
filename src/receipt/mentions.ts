import type { Proof, Status } from '../message/status.ts';
import type { Stamp } from '../message/time.ts';
import { BAD_NEWS } from './bad-news.ts';
import type { Decision } from './decision.ts';
import type { WordsRules } from './rules.ts';
import type { Withdrawn } from './withdrawal.ts';

/** What is noted of a contact when it is said in words. */
export const MENTIONED = ['sent', 'stored', ...BAD_NEWS] as const;

/**
 * When a sender was told last, in words, that a contact confirms nothing, and that messages to a
 * contact wait: by the clock of the server. Neither is said again for a day. And when the last words
 * of each kind of bad news leave: by our own clock. Persisted.
 */
export type Mentions = { readonly [Status in (typeof MENTIONED)[number]]?: Stamp | undefined };

export const NO_MENTIONS: Mentions = {};

const DAY: Stamp = 86_400_000_000;

const MINUTE: Stamp = 60_000_000;

/** The sender sees by these that the contact is there again: what waits later is news. */
const ARRIVED: readonly Status[] = ['sent', 'delivered', 'displayed', 'confirmed'];

/** Messages that were written one after another, and wait, are told of together within this time. */
export function togetherFor({ storedAfter }: WordsRules): Stamp {
  return Math.min(MINUTE, storedAfter / 2);
}

/** Until when it is not said again that this contact confirms nothing; `undefined`: it may be. */
export function sentMentionedUntil({ sent }: Mentions, now: Stamp): Stamp | undefined {
  return sent === undefined || Math.abs(now - sent) >= DAY ? undefined : sent + DAY;
}

/** Until when it is not said again that messages to this contact wait; `undefined`: it may be. */
export function storedMentionedUntil(
  { stored }: Mentions,
  now: Stamp,
  rules: WordsRules,
): Stamp | undefined {
  if (stored === undefined) return undefined;
  const passed = Math.abs(now - stored);
  return passed >= DAY || passed <= togetherFor(rules) ? undefined : stored + DAY;
}

export interface MentionMatter {
  /** What is told in words now. */
  readonly decision: Decision;
  readonly withdrawn: readonly Withdrawn[];
  /** The furthest that the sender may know: nothing else may show here. */
  readonly newest: Proof | undefined;
  readonly now: Stamp;
  readonly rules: WordsRules;
}

/** What was mentioned, after a message was looked at. The same object, if nothing changed. */
export function mentionsAfter(before: Mentions, matter: MentionMatter): Mentions {
  const { newest } = matter;
  let { sent, stored } = before;
  if (isTakenBack('sent', matter)) sent = undefined;
  if (isTakenBack('stored', matter) || hasArrivedSince(stored, newest)) stored = undefined;
  if (isTold('sent', matter)) sent = matter.now;
  if (isTold('stored', matter)) stored = toldTogether(stored, matter);
  return sent === before.sent && stored === before.stored ? before : { ...before, sent, stored };
}

function isTold(status: Status, { decision }: MentionMatter): boolean {
  return decision.kind === 'tell' && decision.proofs.some((proof) => proof.status === status);
}

function isTakenBack(status: Status, { withdrawn }: MentionMatter): boolean {
  return withdrawn.some((it) => it.status === status && it.audience === 'people');
}

function hasArrivedSince(stored: Stamp | undefined, newest: Proof | undefined): boolean {
  return stored !== undefined && newest !== undefined && newest.at > stored
    ? ARRIVED.includes(newest.status)
    : false;
}

function toldTogether(stored: Stamp | undefined, { now, rules }: MentionMatter): Stamp {
  return stored !== undefined && Math.abs(now - stored) <= togetherFor(rules) ? stored : now;
}
