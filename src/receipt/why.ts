import { isOccupant } from '../message/jid.ts';
import { type Life, newestLife } from '../message/life.ts';
import type { Status } from '../message/status.ts';
import type { Millis } from '../message/time.ts';
import { isFor } from './audience.ts';
import { type AnswerContext, currentStatusOf } from './current-status.ts';
import type { Decision, HoldReason } from './decision.ts';
import { type Disclosed, disclosedTo } from './disclose.ts';
import { entitlementOf } from './entitlement.ts';
import { type Mentions, storedMentionedUntil } from './mentions.ts';
import { untoldUntil } from './other-sessions.ts';
import { type Preferences, wantsWords } from './preferences.ts';
import type { Receipt } from './receipt.ts';
import { askedFor } from './report.ts';
import { tickAndQuestionOf } from './tick-and-question.ts';
import { hasMark, type Tracked } from './tracked.ts';
import { decideWords } from './words.ts';

/** Answers a sender who asks why nothing was heard of a message. */
export interface Why {
  /** What the sender may know of it. */
  readonly known: Receipt;
  /** How the sender heard of that, or why not; `undefined`: there was nothing to hear. */
  readonly heard: Heard | undefined;
  /** Why no more is told; `undefined`: no more is to be expected. */
  readonly noMore: NoMore | undefined;
}

export type Heard =
  | { readonly kind: 'told'; readonly made: Millis | undefined }
  | { readonly kind: Unheard };

export type Unheard =
  | 'words-off'
  /** It is none of the statuses that the sender is told in words. */
  | 'not-wanted'
  /** The message asked for other statuses. */
  | 'not-named'
  | 'app-shows-it'
  | 'server-said-it'
  /** Told if it still waits after a while, with others for the same contact. */
  | 'waits'
  /** Others for the same contact wait, and the sender was told so: of this one a day after that. */
  | 'a-day-later'
  /** That a contact confirms nothing is not said for each message. */
  | 'once-a-day'
  | 'soon'
  /** It could be told now, and was not when it became known: for what the sender chose then. */
  | 'not-then';

/**
 * `presence-not-seen`: when the message was sent; the sender knows that, by the own list of contacts.
 * In a room, everybody sees everybody. Everything else has one answer: nothing more has happened,
 * the recipient refuses, hides, blocks, or has not answered.
 */
export type NoMore = 'presence-not-seen' | 'nothing-more';

export interface WhyContext extends AnswerContext {
  readonly sender: Preferences;
  /** What the sender was told of this recipient lately. */
  readonly mentions: Mentions;
}

/** After these no more is to be expected. */
const ENDS: readonly Status[] = [
  'delivered',
  'displayed',
  'confirmed',
  'declined',
  'failed',
  'lost',
];

/**
 * Follows from what the sender may know, what the sender chose and what the sender was told, and
 * from nothing else. `undefined`: the message is not known to be accepted.
 */
export function whyQuiet(tracked: Tracked, context: WhyContext): Why | undefined {
  const life = newestLife(tracked.record);
  const known = currentStatusOf(tracked, context);
  if (known === undefined || life === undefined) return undefined;
  return {
    known,
    heard: heardOf(known, { tracked, life }, context),
    noMore: noMoreOf(known, { tracked, life }, context),
  };
}

interface Message {
  readonly tracked: Tracked;
  readonly life: Life;
}

function noMoreOf(
  { status }: Receipt,
  { tracked, life }: Message,
  { rules }: WhyContext,
): NoMore | undefined {
  if (ENDS.includes(status)) return undefined;
  const { key } = tracked;
  const isUnseen = entitlementOf(key, life, rules) === 'stranger' && !isOccupant(key.recipient);
  return isUnseen ? 'presence-not-seen' : 'nothing-more';
}

/** Who asks is a person, so it is about words. */
function heardOf(known: Receipt, message: Message, context: WhyContext): Heard | undefined {
  const heard = toldOf(known, message) ?? untoldOf(known, message, context);
  const { sender, rules } = context;
  const isOff = !wantsWords(sender, rules.words.byDefault);
  return heard?.kind === 'told' && isOff ? { kind: 'words-off' } : heard;
}

function toldOf({ status }: Receipt, { tracked, life }: Message): Heard | undefined {
  const told = tracked.told.find(
    (it) =>
      it.status === status && it.silent !== true && isFor(it, 'people') && hasMark(life, it.at),
  );
  return told && { kind: 'told', made: told.made };
}

function untoldOf(known: Receipt, message: Message, context: WhyContext): Heard | undefined {
  const { status, evidence } = known;
  if (evidence === 'client') return { kind: 'app-shows-it' };
  const disclosed = tellable(message, context);
  // What no receipt may say, an answer said only because the time is over.
  if (disclosed.proofs.at(-1)?.status !== status || status === 'accepted') return undefined;
  const { tracked, life } = message;
  const { tick } = tickAndQuestionOf(tracked, life, context);
  const matter = { ...context, key: tracked.key, tracked, life, disclosed, tick };
  const decision = decideWords({ ...matter, told: [] });
  return decision.kind === 'wait'
    ? { kind: delayOf(status, context) }
    : heardBy(decision, status, life);
}

/** Without what may not be told yet: it must not show that there is something. */
function tellable({ tracked, life }: Message, context: WhyContext): Disclosed {
  const { proofs } = disclosedTo(tracked.key, life, context);
  return { proofs: proofs.filter((proof) => untoldUntil(proof, life, context) === undefined) };
}

const UNHEARD: Readonly<Partial<Record<HoldReason, Unheard>>> = {
  'words-off': 'words-off',
  'client-shows-it': 'app-shows-it',
  'server-told': 'server-said-it',
  mentioned: 'once-a-day',
};

function delayOf(status: Status, { mentions, completeUpTo, rules }: WhyContext): Unheard {
  if (status !== 'stored') return 'soon';
  const until = storedMentionedUntil(mentions, completeUpTo, rules.words);
  return until === undefined ? 'waits' : 'a-day-later';
}

type Decided = Exclude<Decision, { kind: 'wait' }>;

/** That a client has answered is said only to who may know it: then it is what is known. */
function heardBy(decision: Decided, status: Status, life: Life): Heard | undefined {
  if (decision.kind === 'tell') return { kind: 'not-then' };
  if (decision.because === 'not-asked-for')
    return { kind: askedFor(life)?.includes(status) === false ? 'not-named' : 'not-wanted' };
  const kind = UNHEARD[decision.because];
  return kind && { kind };
}
