import { type Fact, isWithheld } from '../message/fact.ts';
import type { MessageKey } from '../message/key.ts';
import { acceptedFacts, type Life } from '../message/life.ts';
import type { Stamp } from '../message/time.ts';
import type { Consent } from './consent.ts';
import type { Entitlement } from './disclose.ts';

/** An order to the recipient's server: `<received/>` on behalf of the recipient, so that the sender's client shows its own tick. Persisted. */
export interface Tick {
  readonly key: MessageKey;
  /** What the server gave us with `accepted`, and wants back. */
  readonly token: string;
  readonly because: 'acked' | 'approved';
}

/** Whether a tick is due, and why not. */
export type TickDecision =
  | { readonly kind: 'order'; readonly tick: Tick }
  | { readonly kind: 'wait'; readonly until: Stamp }
  | { readonly kind: 'none'; readonly because: NoTickReason };

export type NoTickReason =
  | 'ordered-before'
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
  readonly wasOrdered: boolean;
  /** Up to when all that the servers saw has reached us. */
  readonly completeUpTo: Stamp;
  readonly grace: Stamp;
}

/**
 * XEP-0184 §5.3: a receipt says that the message reached a client. So there is no tick from what only the server knows; and
 * none beside the client's own, which may already say more: some clients lower `displayed` to `delivered` for a late one.
 */
export function tickOf(matter: TickMatter): TickDecision {
  const { life, wasOrdered, key, consent } = matter;
  const token = acceptedFacts(life).findLast((fact) => fact.token !== undefined)?.token;
  if (isAnswered(life)) return none('client-answered');
  if (wasOrdered) return none('ordered-before');
  if (token === undefined) return none('server-cannot');
  if (consent.policy === 'refuse') return none('recipient-decides');
  if (has(life, 'approved')) return { kind: 'order', tick: { key, token, because: 'approved' } };
  return consent.policy === 'automatic' ? tickOfStream(matter, token) : none('recipient-decides');
}

/** Has the sender's client an answer of the recipient's client? */
export function isAnswered({ facts }: Life): boolean {
  return facts.some(
    (fact) => (fact.kind === 'received' || fact.kind === 'displayed') && !isWithheld(fact),
  );
}

/** The client may still answer by itself. */
function tickOfStream(matter: TickMatter, token: string): TickDecision {
  const { key, life, entitlement, completeUpTo, grace } = matter;
  const acked = life.facts.find(({ kind }) => kind === 'acked');
  if (acked === undefined) return none('not-on-a-device');
  if (entitlement === 'stranger') return none('presence-not-shared');
  const until = acked.at + grace;
  if (until > completeUpTo) return { kind: 'wait', until };
  return { kind: 'order', tick: { key, token, because: 'acked' } };
}

function has({ facts }: Life, wanted: Fact['kind']): boolean {
  return facts.some(({ kind }) => kind === wanted);
}

function none(because: NoTickReason): TickDecision {
  return { kind: 'none', because };
}
