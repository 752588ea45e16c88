import type { RequestRate } from './commands/request-rate.ts';
import type { Counters } from './counters.ts';
import type { Logger } from './log.ts';
import { bareOf, botOf } from './message/jid.ts';
import type { Millis } from './message/time.ts';
import { errorOf, isRequest, type StanzaError } from './protocol/iq.ts';
import type { Element } from './protocol/xml.ts';

/** One kind of question that we answer: RFC 6120 §8.2.3, by type and the payload's name and namespace. */
export interface Route {
  readonly type: 'get' | 'set';
  readonly name: string;
  readonly xmlns: string;
  /** Whose questions are taken; absent: everybody's. */
  readonly from?: readonly string[];
  readonly answer: (request: Element, payload: Element) => Element | Promise<Element>;
}

export interface RouterParts {
  /** Our own domain. */
  readonly component: string;
  readonly routes: readonly Route[];
  /** How much one user may ask, whatever it is. */
  readonly limiter: Pick<RequestRate, 'take'>;
  readonly now: () => Millis;
  readonly counters: Counters;
  readonly log: Logger;
  /** A message stanza, answers to our own included. */
  readonly onMessage: (message: Element) => Promise<void>;
  readonly onPresence: (presence: Element) => readonly Element[];
}

/** One stanza's way in: what to send in answer, if anything. */
export async function route(stanza: Element, parts: RouterParts): Promise<readonly Element[]> {
  if (stanza.name === 'message') await take(stanza, parts);
  if (stanza.name === 'presence') return parts.onPresence(stanza);
  return isRequest(stanza) ? [await answer(stanza, parts)] : [];
}

async function take(message: Element, { onMessage, log }: RouterParts): Promise<void> {
  try {
    await onMessage(message);
  } catch (error) {
    log.error({ err: error, type: message.attrs['type'] }, 'a message could not be handled');
  }
}

/** RFC 6120 §8.2.3: every get and every set is answered, whatever fails here. */
async function answer(request: Element, parts: RouterParts): Promise<Element> {
  try {
    return await answerByRoute(request, parts);
  } catch (error) {
    parts.counters.count('requests failed');
    parts.log.error(
      { err: error, payload: payloadName(request) },
      'a request could not be answered',
    );
    return errorOf(request, FAILED);
  }
}

const FAILED: StanzaError = { type: 'wait', condition: 'internal-server-error' };
const NOBODY: StanzaError = { type: 'cancel', condition: 'service-unavailable' };
const NOT_ONE_CHILD: StanzaError = {
  type: 'modify',
  condition: 'bad-request',
  text: 'a get or set must have exactly one child element (RFC 6120 section 8.2.3)',
};
const TOO_MUCH: StanzaError = {
  type: 'wait',
  condition: 'policy-violation',
  text: 'too many requests; ask again in a minute',
};

async function answerByRoute(request: Element, parts: RouterParts): Promise<Element> {
  const refuse = (error: StanzaError) => errorOf(request, error);
  if (isTooMuch(request, parts)) {
    parts.counters.count('requests refused');
    return refuse(TOO_MUCH);
  }
  // RFC 6121 §8.5.1: nobody else lives here.
  if (!isToUs(request, parts)) return refuse(NOBODY);
  const [payload, ...others] = request.getChildElements();
  if (payload === undefined || others.length > 0) return refuse(NOT_ONE_CHILD);
  const found = parts.routes.find((it) => isFor(it, request, payload));
  if (found === undefined) return refuse(NOBODY);
  return isWelcome(request, found)
    ? found.answer(request, payload)
    : refuseStranger(request, found, parts.counters);
}

/** Servers, and we ourselves, ask as a domain. */
function isTooMuch({ attrs }: Element, { limiter, now }: RouterParts): boolean {
  const asker = bareOf(attrs['from'] ?? '');
  return asker.includes('@') && limiter.take(asker, now()) !== 'ok';
}

function isToUs({ attrs }: Element, { component }: RouterParts): boolean {
  const to = bareOf(attrs['to'] ?? component);
  return to === component || to === botOf(component);
}

function isFor({ type, name, xmlns }: Route, request: Element, payload: Element): boolean {
  return type === request.attrs['type'] && payload.is(name, xmlns);
}

/** The server checks the address: nobody else can write as a bare domain of it. */
function isWelcome(request: Element, { from }: Route): boolean {
  return from === undefined || from.includes(request.attrs['from'] ?? '');
}

function refuseStranger(request: Element, { from }: Route, counters: Counters): Element {
  counters.count('stanzas from strangers refused');
  const text = `${request.attrs['from']} is not among the configured domains (${from?.join(', ')})`;
  return errorOf(request, { type: 'cancel', condition: 'not-allowed', text });
}

function payloadName(request: Element): string | undefined {
  const [payload] = request.getChildElements();
  return payload && `${payload.name} ${payload.getNS()}`;
}
