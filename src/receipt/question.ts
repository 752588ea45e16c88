import { type Fact, isWithheld } from '../message/fact.ts';
import type { Life } from '../message/life.ts';
import type { Consent } from './consent.ts';
import type { Entitlement } from './disclose.ts';
import { isAnswered } from './tick.ts';

/** Whether the recipient is to be asked for a receipt, and why not. */
export type QuestionDecision =
  | { readonly kind: 'ask'; readonly asker: Entitlement }
  | { readonly kind: 'none'; readonly because: NoQuestionReason };

export type NoQuestionReason =
  | 'not-manual'
  | 'ticked'
  | 'answered'
  | 'client-answered'
  | 'not-on-a-device';

export interface QuestionMatter {
  /** Who asks: may the sender see the recipient's presence? */
  readonly asker: Entitlement;
  /** Has the sender's client a tick of ours already? */
  readonly wasTicked: boolean;
}

/** Under `manual` the recipient is asked once the message has reached a device. */
export function questionOf(
  life: Life,
  { policy }: Consent,
  { asker, wasTicked }: QuestionMatter,
): QuestionDecision {
  if (policy !== 'manual') return none('not-manual');
  if (life.facts.some(isAnswer)) return none('answered');
  if (isAnswered(life)) return none('client-answered');
  if (wasTicked) return none('ticked');
  return life.facts.some(hasReached) ? { kind: 'ask', asker } : none('not-on-a-device');
}

function isAnswer({ kind }: Fact): boolean {
  return kind === 'approved' || kind === 'declined';
}

/** Of a session without XEP-0198 nothing better will be heard than that the message was written to it. */
function hasReached(fact: Fact): boolean {
  return (
    fact.kind === 'acked' ||
    isWithheld(fact) ||
    (fact.kind === 'sent' && fact.unacknowledged === true)
  );
}

function none(because: NoQuestionReason): QuestionDecision {
  return { kind: 'none', because };
}
