import type { Proof, Status } from '../message/status.ts';
import type { Stamp } from '../message/time.ts';
import type { Decision } from './decision.ts';
import type { Withdrawn } from './withdrawal.ts';

/**
 * When a sender was told last, in words, that a contact confirms nothing, and that messages to a
 * contact wait. Neither is said again for a day. Persisted.
 */
export interface Mentions {
  readonly sent?: Stamp | undefined;
  readonly stored?: Stamp | undefined;
}

export const NO_MENTIONS: Mentions = {};

const DAY: Stamp = 86_400_000_000;

/** Messages that were written one after another are told of together. */
const TOGETHER: Stamp = 60_000_000;

/** The sender sees by these that the contact is there again: what waits later is news. */
const ARRIVED: readonly Status[] = ['sent', 'delivered', 'displayed', 'confirmed'];

/** Until when it is not said again; `undefined`: it may be said. */
export function mentionedUntil(
  status: keyof Mentions,
  mentions: Mentions,
  now: Stamp,
): Stamp | undefined {
  const at = mentions[status];
  if (at === undefined) return undefined;
  const passed = Math.abs(now - at);
  return passed >= DAY || (status === 'stored' && passed <= TOGETHER) ? undefined : at + DAY;
}

export interface MentionMatter {
  /** What is told in words now. */
  readonly decision: Decision;
  readonly withdrawn: readonly Withdrawn[];
  /** The furthest that the sender may know: nothing else may show here. */
  readonly newest: Proof | undefined;
  readonly now: Stamp;
}

/** What was mentioned, after a message was looked at. The same object, if nothing changed. */
export function mentionsAfter(before: Mentions, matter: MentionMatter): Mentions {
  const { newest } = matter;
  let { sent, stored } = before;
  if (isTakenBack('sent', matter)) sent = undefined;
  if (isTakenBack('stored', matter) || hasArrivedSince(stored, newest)) stored = undefined;
  if (isTold('sent', matter)) sent = matter.now;
  if (isTold('stored', matter)) stored = toldTogether(stored, matter.now);
  return sent === before.sent && stored === before.stored ? before : { sent, stored };
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

function toldTogether(stored: Stamp | undefined, now: Stamp): Stamp {
  return stored !== undefined && Math.abs(now - stored) <= TOGETHER ? stored : now;
}
