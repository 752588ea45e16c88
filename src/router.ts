import type { RequestRate } from './commands/request-rate.ts';
import type { Counters } from './counters.ts';
import { bareOf } from './message/jid.ts';
import type { Millis } from './message/time.ts';
import { errorOf, isRequest } from './protocol/iq.ts';
import { child, type Element } from './protocol/xml.ts';

/** One kind of question that we answer: RFC 6120 §8.2.3, by type and the payload's name and namespace. */
export interface Route {
  readonly type: 'get' | 'set';
  readonly name: string;
  readonly xmlns: string;
  /** Whose questions are taken; nobody named: everybody's. */
  readonly from?: readonly string[];
  readonly answer: (request: Element, payload: Element) => Element | Promise<Element>;
}

export interface RouterParts {
  readonly routes: readonly Route[];
  /** How much one user may ask, whatever it is. */
  readonly limiter: Pick<RequestRate, 'take'>;
  readonly now: () => Millis;
  readonly counters: Counters;
  /** A message stanza, answers to our own included. */
  readonly onMessage: (message: Element) => Promise<void>;
  readonly onPresence: (presence: Element) => readonly Element[];
}

/** One stanza's way in: what to send in answer, if anything. */
export async function route(stanza: Element, parts: RouterParts): Promise<readonly Element[]> {
  if (stanza.name === 'message') await parts.onMessage(stanza);
  if (stanza.name === 'presence') return parts.onPresence(stanza);
  if (!isRequest(stanza)) return [];
  return [isTooMuch(stanza, parts) ? refuseMore(stanza, parts) : await answer(stanza, parts)];
}

/** Servers, and we ourselves, ask as a domain. */
function isTooMuch({ attrs }: Element, { limiter, now }: RouterParts): boolean {
  const asker = bareOf(attrs['from'] ?? '');
  return asker.includes('@') && limiter.take(asker, now()) !== 'ok';
}

function refuseMore(stanza: Element, { counters }: RouterParts): Element {
  counters.count('requests refused');
  const text = 'too many requests; ask again in a minute';
  return errorOf(stanza, { type: 'wait', condition: 'policy-violation', text });
}

async function answer(stanza: Element, { routes, counters }: RouterParts): Promise<Element> {
  const found = routes.find(
    ({ type, name, xmlns }) =>
      type === stanza.attrs['type'] && child(stanza, name, xmlns) !== undefined,
  );
  if (found === undefined)
    return errorOf(stanza, { type: 'cancel', condition: 'service-unavailable' });
  if (!isWelcome(stanza, found)) return refuse(stanza, found, counters);
  return found.answer(stanza, child(stanza, found.name, found.xmlns) as Element);
}

/** The address is checked by the server: nobody else can write as a bare domain of it. */
function isWelcome(stanza: Element, { from }: Route): boolean {
  return from === undefined || from.includes(stanza.attrs['from'] ?? '');
}

function refuse(stanza: Element, { from }: Route, counters: Counters): Element {
  counters.count('stanzas from strangers refused');
  const text = `${stanza.attrs['from']} is not among the configured domains (${from?.join(', ')})`;
  return errorOf(stanza, { type: 'cancel', condition: 'not-allowed', text });
}
