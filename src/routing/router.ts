import { bareOf, botOf } from '../message/jid.ts';
import type { Millis } from '../message/time.ts';
import { errorOf, isRequest, type StanzaError } from '../protocol/iq.ts';
import { MAX_REPEATED_BYTES } from '../protocol/limits.ts';
import { weightOf } from '../protocol/weight.ts';
import type { Element } from '../protocol/xml.ts';
import type { Counters, RequestRefusal } from '../telemetry/counters.ts';
import type { Logger } from '../telemetry/log.ts';
import type { RequestRate } from '../user/commands/request-rate.ts';

/**
 * RFC 6120 §8.2.3: one kind of request that we answer, by its type and the name and namespace of
 * its payload.
 */
export interface Route {
  readonly type: 'get' | 'set';
  readonly name: string;
  readonly xmlns: string;
  /** The domains whose requests are taken. Absent: everybody's. */
  readonly from?: readonly string[];
  /** Hears of such a request from another domain. */
  readonly onStranger?: (request: Element) => void;
  readonly answer: (request: Element, payload: Element) => Element | Promise<Element>;
}

export interface RouterParts {
  /** Our own domain. */
  readonly component: string;
  readonly routes: readonly Route[];
  /** Limits all requests and presences of one user. */
  readonly limiter: Pick<RequestRate, 'take'>;
  readonly now: () => Millis;
  readonly counters: Counters;
  readonly log: Logger;
  /** Takes every message stanza, also errors that come back. */
  readonly onMessage: (message: Element) => Promise<void>;
  readonly onPresence: (presence: Element) => Promise<readonly Element[]>;
}

/** Takes one stanza. Answers with the stanzas to send back, if any. */
export async function route(stanza: Element, parts: RouterParts): Promise<readonly Element[]> {
  if (isTooLongToAnswer(stanza)) {
    parts.counters.count('stanzas ignored: too long');
    return [];
  }
  if (stanza.name === 'message') await take(stanza, parts);
  if (stanza.name === 'presence') return takePresence(stanza, parts);
  if (isRequest(stanza)) return [await answer(stanza, parts)];
  // What answers a request of ours is taken before it comes here.
  if (stanza.name === 'iq') parts.counters.count('stanzas ignored: answers nothing');
  return [];
}

/** Each may make us write to the store and answer: the limit is that of requests. */
async function takePresence(presence: Element, parts: RouterParts): Promise<readonly Element[]> {
  if (!isTooOften(presence, parts)) return parts.onPresence(presence);
  parts.counters.count('stanzas ignored: too many');
  return [];
}

async function take(message: Element, parts: RouterParts): Promise<void> {
  const { onMessage, counters, log } = parts;
  // An error makes us look into the store. What users say is limited where it is understood.
  if (message.attrs['type'] === 'error' && isTooOften(message, parts))
    return counters.count('stanzas ignored: too many');
  try {
    await onMessage(message);
  } catch (error) {
    // The task ends here, whatever failed: nobody waits for an answer to a message.
    counters.count('messages failed');
    log.error(
      { err: error, type: message.attrs['type'] },
      'a message could not be handled and is dropped; the error says why',
    );
  }
}

/** RFC 6120 §8.2.3: every get and every set is answered, even if something fails here. */
async function answer(request: Element, parts: RouterParts): Promise<Element> {
  try {
    return await answerByRoute(request, parts);
  } catch (error) {
    parts.counters.count('requests failed');
    parts.log.error(
      { err: error, payload: payloadName(request) },
      'a request was answered with an error: it could not be carried out',
    );
    return errorOf(request, FAILED);
  }
}

const FAILED: StanzaError = { type: 'wait', condition: 'internal-server-error' };
const NOT_HERE: StanzaError = { type: 'cancel', condition: 'service-unavailable' };

const REFUSALS: Readonly<Record<RequestRefusal, StanzaError>> = {
  'too many': {
    type: 'wait',
    condition: 'policy-violation',
    text: 'too many requests; ask again in a minute',
  },
  'nobody there': NOT_HERE,
  'not one child': {
    type: 'modify',
    condition: 'bad-request',
    text: 'a get or set must have exactly one child element (RFC 6120 section 8.2.3)',
  },
  'unknown request': NOT_HERE,
};

async function answerByRoute(request: Element, parts: RouterParts): Promise<Element> {
  const refuse = (why: RequestRefusal) => {
    parts.counters.count(`requests refused: ${why}`);
    return errorOf(request, REFUSALS[why]);
  };
  if (isTooOften(request, parts)) return refuse('too many');
  // RFC 6121 §8.5.1: there is nobody at any other address of ours.
  if (!isToUs(request, parts)) return refuse('nobody there');
  const [payload, ...others] = request.getChildElements();
  if (payload === undefined || others.length > 0) return refuse('not one child');
  const found = parts.routes.find((it) => isFor(it, request, payload));
  if (found === undefined) return refuse('unknown request');
  return isWelcome(request, found)
    ? found.answer(request, payload)
    : refuseStranger(request, found, parts.counters);
}

/** A user could end our stream, and that of everybody, by what an answer has to repeat. */
function isTooLongToAnswer({ attrs: { from = '', id = '' } }: Element): boolean {
  return weightOf(from) + weightOf(id) > MAX_REPEATED_BYTES;
}

/** Only users are limited. Servers, and we ourselves, ask from a domain. */
function isTooOften({ attrs }: Element, { limiter, now }: RouterParts): boolean {
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

/**
 * Most servers check `from`, so that nobody else can write from their bare domain. Where one does
 * not, the secret of our hello tells them apart.
 */
function isWelcome(request: Element, { from }: Route): boolean {
  return from === undefined || from.includes(request.attrs['from'] ?? '');
}

function refuseStranger(
  request: Element,
  { from, onStranger }: Route,
  counters: Counters,
): Element {
  onStranger?.(request);
  counters.count('stanzas from strangers refused');
  const text = `${request.attrs['from']} is not among the configured domains (${from?.join(', ')})`;
  return errorOf(request, { type: 'cancel', condition: 'not-allowed', text });
}

function payloadName(request: Element): string | undefined {
  const [payload] = request.getChildElements();
  return payload && `${payload.name} ${payload.getNS()}`;
}
