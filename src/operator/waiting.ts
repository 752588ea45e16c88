import type { Link } from '../link/link.ts';
import type { BareJid } from '../message/jid.ts';
import type { Millis } from '../message/time.ts';
import type { Spelling } from '../protocol/spelling/spelling.ts';
import type { QuestionStore, WaitingQuestion } from '../store/question-store.ts';
import type { SurveyStore, UnsettledReceipt } from '../store/survey-store.ts';
import type { Backlog, UpkeepStore } from '../store/upkeep-store.ts';

/** Why it waits. */
export type WaitReason =
  /** The link is down. */
  | 'offline'
  /** Its time has come: others are sent before it, or it must keep to a rate. */
  | 'its-turn-comes'
  /** Not before its time, so that others can travel with it. */
  | 'gathers'
  /** The server has not said yet that it took it. */
  | 'sent'
  /** It came back: it is sent again at its time. */
  | 'came-back'
  /** The recipient has not answered. */
  | 'asked'
  /** It is put, or put again, at its time. */
  | 'put-later';

export type Waits<Subject> = Subject & { readonly because: WaitReason };

export interface WhatWaits {
  /** Of all, in numbers. */
  readonly counts: Backlog;
  readonly receipts: readonly Waits<UnsettledReceipt>[];
  readonly questions: readonly Waits<WaitingQuestion>[];
}

export interface WaitingParts {
  readonly survey: Pick<SurveyStore, 'waitingReceipts'>;
  readonly questions: Pick<QuestionStore, 'waitingForAll'>;
  readonly upkeep: Pick<UpkeepStore, 'backlog'>;
  readonly link: Pick<Link, 'state'>;
  readonly clock: { readonly now: () => Millis };
  readonly spell: Spelling;
}

interface Now {
  readonly now: Millis;
  readonly isOnline: boolean;
}

/** What waits for all, or the receipts to one person and the questions to or from that person. */
export async function whatWaits(
  user: BareJid | undefined,
  limit: number,
  { survey, questions, upkeep, link, clock, spell }: WaitingParts,
): Promise<WhatWaits> {
  const about = user && spell(user);
  const present = { now: clock.now(), isOnline: link.state.isOnline };
  const receipts = await survey.waitingReceipts(about, limit);
  const asked = await questions.waitingForAll(about, limit);
  return {
    counts: await upkeep.backlog(),
    receipts: receipts.map((it) => ({ ...it, because: whyReceipt(it, present) })),
    questions: asked.map((it) => ({ ...it, because: whyQuestion(it, present) })),
  };
}

function whyReceipt({ next, isSent, tries }: UnsettledReceipt, { now, isOnline }: Now): WaitReason {
  if (!isOnline) return 'offline';
  if (next <= now) return 'its-turn-comes';
  if (!isSent) return 'gathers';
  return tries > 0 ? 'came-back' : 'sent';
}

function whyQuestion({ next }: WaitingQuestion, { now, isOnline }: Now): WaitReason {
  if (next === undefined) return 'asked';
  if (!isOnline) return 'offline';
  return next <= now ? 'its-turn-comes' : 'put-later';
}
