import { type Life, newestLife } from '../message/life.ts';
import type { Status } from '../message/status.ts';
import type { Millis } from '../message/time.ts';
import { type AnswerContext, currentStatusOf } from './current-status.ts';
import { decide } from './decide.ts';
import type { Decision, HoldReason } from './decision.ts';
import { type Disclosed, disclosedTo } from './disclose.ts';
import { entitlementOf } from './entitlement.ts';
import { untoldUntil } from './other-sessions.ts';
import type { Preferences } from './preferences.ts';
import type { Receipt } from './receipt.ts';
import { askedFor } from './report.ts';
import { hasMark, type Tracked } from './tracked.ts';

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
  /** It is among none of the statuses that the sender is told. */
  | 'not-wanted'
  /** The message asked for other statuses. */
  | 'not-named'
  | 'app-shows-it'
  | 'server-said-it'
  | 'soon';

/**
 * `presence-not-seen`: the sender knows that, by the own list of contacts. Everything else has one
 * answer: nothing more has happened, the recipient refuses, hides, blocks, or has not answered.
 */
export type NoMore = 'presence-not-seen' | 'nothing-more';

export interface WhyContext extends AnswerContext {
  readonly sender: Preferences;
  /** Does the sender get words? */
  readonly hasWords: boolean;
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
  const entitlement = entitlementOf(tracked.key, life, rules);
  return entitlement === 'stranger' ? 'presence-not-seen' : 'nothing-more';
}

function heardOf(known: Receipt, message: Message, context: WhyContext): Heard | undefined {
  const heard = toldOf(known, message) ?? untoldOf(known, message, context);
  const isOfWords = heard?.kind === 'told' || heard?.kind === 'soon';
  return isOfWords && !context.hasWords ? { kind: 'words-off' } : heard;
}

function toldOf({ status }: Receipt, { tracked, life }: Message): Heard | undefined {
  const told = tracked.told.find(
    (it) => it.status === status && it.silent !== true && hasMark(life, it.at),
  );
  return told && { kind: 'told', made: told.made };
}

function untoldOf(known: Receipt, message: Message, context: WhyContext): Heard | undefined {
  const { status, evidence } = known;
  if (evidence === 'client') return { kind: 'app-shows-it' };
  const disclosed = tellable(message, context);
  // What no receipt may say, an answer said only because the time is over.
  if (disclosed.proofs.at(-1)?.status !== status || status === 'accepted') return undefined;
  const asked = askedFor(message.life);
  if (asked !== undefined) return { kind: asked.includes(status) ? 'soon' : 'not-named' };
  const { key } = message.tracked;
  return heardBy(decide({ ...context, key, life: message.life, disclosed, told: [] }));
}

/** Without what may not be told yet: it must not show that there is something. */
function tellable({ tracked, life }: Message, context: WhyContext): Disclosed {
  const { proofs } = disclosedTo(tracked.key, life, context);
  return { proofs: proofs.filter((proof) => untoldUntil(proof, life, context) === undefined) };
}

const UNHEARD: Readonly<Partial<Record<HoldReason, Unheard>>> = {
  'not-asked-for': 'not-wanted',
  'client-shows-it': 'app-shows-it',
  'server-told': 'server-said-it',
};

/** That a client has answered is said only to who may know it: then it is what is known. */
function heardBy(decision: Decision): Heard | undefined {
  if (decision.kind !== 'hold') return { kind: 'soon' };
  const kind = UNHEARD[decision.because];
  return kind && { kind };
}
