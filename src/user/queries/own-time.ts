import { timeElement } from '../../protocol/entity-time.ts';
import { resultOf } from '../../protocol/iq.ts';
import type { Element } from '../../protocol/xml.ts';

/** XEP-0202 §2: the time of our machine, in its own zone. */
export function answerTime(request: Element): Element {
  return resultOf(request, timeElement(new Date()));
}
