import { errorOf, isRequest, type StanzaError } from '../protocol/iq.ts';
import type { Element } from '../protocol/xml.ts';

const TOO_LONG: StanzaError = {
  type: 'cancel',
  condition: 'resource-constraint',
  text: 'the answer is longer than the server takes',
};

/**
 * An answer that is longer than the server takes would end the stream each time that it is asked
 * for.
 */
export function fittingAnswer(
  stanza: Element,
  answer: Element,
  { fits }: { readonly fits: (stanza: Element) => boolean },
): Element {
  return isRequest(stanza) && !fits(answer) ? errorOf(stanza, TOO_LONG) : answer;
}
