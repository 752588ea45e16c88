import { errorOf, isRequest, type StanzaError } from '../protocol/iq.ts';
import type { Element } from '../protocol/xml.ts';
import type { Counters } from '../telemetry/counters.ts';

const TOO_LONG: StanzaError = {
  type: 'cancel',
  condition: 'resource-constraint',
  text: 'the answer is longer than the server takes',
};

export interface FittingParts {
  readonly fits: (stanza: Element) => boolean;
  readonly counters: Counters;
}

/**
 * An answer that is longer than the server takes would end the stream each time that it is asked
 * for.
 */
export function fittingAnswer(
  stanza: Element,
  answer: Element,
  { fits, counters }: FittingParts,
): Element {
  if (!isRequest(stanza) || fits(answer)) return answer;
  counters.count('requests refused: answer too long');
  return errorOf(stanza, TOO_LONG);
}
