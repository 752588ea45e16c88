import { type Fact, isWithheld } from '../message/fact.ts';
import type { Life } from '../message/life.ts';
import type { Stamp } from '../message/time.ts';
import type { Consent } from './consent.ts';
import type { Entitlement } from './entitlement.ts';
import { timesOf } from './receipt.ts';
import { isAnsweredByClient } from './tick.ts';

/** Is the recipient to be asked for a receipt? If not, why not? */
export type QuestionDecision =
  | {
      readonly kind: 'ask';
      readonly asker: Entitlement;
      /** The time of day of the message, where it is not its stamp. */
      readonly time: Stamp | undefined;
    }
  | { readonly kind: 'none'; readonly because: NoQuestionReason };

export type NoQuestionReason =
  | 'not-manual'
  | 'ticked'
  | 'answered'
  | 'client-answered'
  | 'not-on-a-device';

/** Why a recipient is not asked about a message: too many questions wait already. */
export type NotAskedReason = 'too many' | 'too many from strangers';

export interface QuestionMatter {
  /** May the sender, who is the one who asks, see the recipient's presence? */
  readonly asker: Entitlement;
  readonly wasTicked: boolean;
}

/** Under `manual` the recipient is asked once the message has reached a device. */
export function questionOf(
  life: Life,
  { policy }: Consent,
  { asker, wasTicked }: QuestionMatter,
): QuestionDecision {
  if (policy !== 'manual') return noQuestion('not-manual');
  if (life.facts.some(isRecipientsAnswer)) return noQuestion('answered');
  if (isAnsweredByClient(life)) return noQuestion('client-answered');
  if (wasTicked) return noQuestion('ticked');
  if (!life.facts.some(hasReached)) return noQuestion('not-on-a-device');
  return { kind: 'ask', asker, time: timesOf(life, undefined).messageTime };
}

function isRecipientsAnswer({ kind }: Fact): boolean {
  return kind === 'approved' || kind === 'declined';
}

/** A session without XEP-0198 never acknowledges: "written to it" is all that we will know. */
function hasReached(fact: Fact): boolean {
  return (
    fact.kind === 'acked' ||
    isWithheld(fact) ||
    (fact.kind === 'sent' && fact.unacknowledged === true)
  );
}

function noQuestion(because: NoQuestionReason): QuestionDecision {
  return { kind: 'none', because };
}
