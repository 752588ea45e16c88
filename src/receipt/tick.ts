import { type Fact, isUnseen } from '../message/fact.ts';
import type { MessageKey } from '../message/key.ts';
import { acceptedFacts, type Life } from '../message/life.ts';
import type { Stamp } from '../message/time.ts';
import { isLetThrough } from './client-answers.ts';
import type { Consent } from './consent.ts';
import type { Entitlement } from './entitlement.ts';

/**
 * An order to the recipient's server to send `<received/>` on behalf of the recipient, so that the
 * sender's client shows its own tick. Persisted.
 */
export interface Tick {
  readonly key: MessageKey;
  /** The server gave us this with `accepted`, and wants it back in the order. */
  readonly token: string;
  /** The sender as the server wrote it: the token is made of this. Absent: as in the key. */
  readonly writtenSender?: string;
  readonly because: 'acked' | 'approved';
}

/** Why the recipient's server did not deliver a tick that was ordered; docs/protocol.md §2.4 says when. */
export const TICK_REFUSALS = [
  'bad-order',
  'bad-token',
  'no-account',
  'policy',
  'presence-not-shared',
  'blocked',
  'failed',
] as const;

/** `not-told`: an older module says no reason, and a newer one may say one that is unknown here. */
export type TickRefusal = (typeof TICK_REFUSALS)[number] | 'not-told';

/** Is a tick due? If not, why not? */
export type TickDecision =
  | { readonly kind: 'order'; readonly tick: Tick }
  | { readonly kind: 'wait'; readonly until: Stamp }
  | { readonly kind: 'none'; readonly because: NoTickReason };

export type NoTickReason =
  | 'ticked'
  | 'client-answered'
  | 'server-cannot'
  | 'recipient-decides'
  | 'not-on-a-device'
  | 'presence-not-shared';

export interface TickMatter {
  readonly key: MessageKey;
  readonly life: Life;
  readonly consent: Consent;
  readonly entitlement: Entitlement;
  readonly wasTicked: boolean;
  /** Everything that the servers saw up to this time has reached us. */
  readonly completeUpTo: Stamp;
  readonly grace: Stamp;
}

/**
 * XEP-0184 §5.3: a receipt says that the message reached a client. So what only the server knows
 * makes no tick. And if the recipient's client has answered, we send no second one: some clients
 * would go back from `displayed` to `delivered`.
 */
export function tickOf(matter: TickMatter): TickDecision {
  const { life, wasTicked, key, consent } = matter;
  const { token, writtenSender } =
    acceptedFacts(life).findLast((fact) => fact.token !== undefined) ?? {};
  if (isAnsweredByClient(life)) return noTick('client-answered');
  if (wasTicked) return noTick('ticked');
  if (token === undefined) return noTick('server-cannot');
  if (consent.policy === 'refuse') return noTick('recipient-decides');
  const order = { key, token, ...(writtenSender === undefined ? {} : { writtenSender }) };
  if (has(life, 'approved')) return { kind: 'order', tick: { ...order, because: 'approved' } };
  return consent.policy === 'automatic' ? tickOfStream(matter, order) : noTick('recipient-decides');
}

/** Did the recipient's client itself answer, and did the sender's client get it? */
export function isAnsweredByClient({ facts }: Life): boolean {
  return facts.some(isLetThrough);
}

/** First the grace: the client may still answer by itself. */
function tickOfStream(matter: TickMatter, order: Omit<Tick, 'because'>): TickDecision {
  const { life, entitlement, completeUpTo, grace } = matter;
  const acked = life.facts.find((fact) => fact.kind === 'acked' && !isUnseen(fact));
  if (acked === undefined) return noTick('not-on-a-device');
  if (entitlement === 'stranger') return noTick('presence-not-shared');
  const until = acked.at + grace;
  if (until > completeUpTo) return { kind: 'wait', until };
  return { kind: 'order', tick: { ...order, because: 'acked' } };
}

function has({ facts }: Life, wanted: Fact['kind']): boolean {
  return facts.some(({ kind }) => kind === wanted);
}

function noTick(because: NoTickReason): TickDecision {
  return { kind: 'none', because };
}
