import { LEAST_LIMIT } from '../protocol/limits.ts';
import { NS } from '../protocol/namespaces.ts';
import { spellingsOf } from '../protocol/spelling/domain.ts';
import { child, type Element } from '../protocol/xml.ts';

/** How a connection, or an attempt to connect, ended. */
export type Ending =
  | { readonly kind: 'socket-error'; readonly code: string }
  | { readonly kind: 'stream-error'; readonly condition: string; readonly text: string }
  | { readonly kind: 'too-big'; readonly bytes: number; readonly condition: string }
  | { readonly kind: 'malformed'; readonly detail: string }
  | { readonly kind: 'handshake-timeout'; readonly afterMs: number }
  | { readonly kind: 'silent'; readonly forMs: number }
  | { readonly kind: 'closed' };

/**
 * How soon to try again. Slowly if an operator must correct something; rarely if we would throw
 * another daemon out each time.
 */
export type Retry = 'soon' | 'slowly' | 'rarely';

/** What went wrong, for programs. */
export type FailureReason =
  | 'unresolved'
  | 'unreached'
  | 'secret-refused'
  | 'name-unknown'
  | 'conflict'
  | 'other';

export interface Failure {
  readonly reason: FailureReason;
  /** What is wrong and what to do, in one sentence for the operator. */
  readonly sentence: string;
  readonly retry: Retry;
}

export interface Attempt {
  readonly domain: string;
  /** The server's address, as host:port. */
  readonly address: string;
  readonly wasOnline: boolean;
}

export function endingOf(error: Error): Ending {
  if ('code' in error && typeof error.code === 'string') {
    return { kind: 'socket-error', code: error.code };
  }
  return { kind: 'malformed', detail: error.message };
}

/** RFC 6120 §4.9.2: the first child is the condition. */
export function endingOfStreamError(error: Element): Ending {
  const [condition] = error.getChildElements();
  const text = child(error, 'text', NS.streamErrors)?.getText() ?? '';
  return { kind: 'stream-error', condition: condition?.name ?? 'undefined-condition', text };
}

/**
 * Did the server end the stream because of the size of a stanza? ejabberd says policy-violation,
 * Prosody not-well-formed, and neither which stanza it was: the largest that it may not have read.
 */
export function isAboutSize(ending: Ending, largest: number): ending is StreamError {
  const conditions = ['policy-violation', 'not-well-formed'];
  return (
    ending.kind === 'stream-error' && conditions.includes(ending.condition) && largest > LEAST_LIMIT
  );
}

/** What happened, what was expected, and what to do about it. */
export function explain(ending: Ending, attempt: Attempt): Failure {
  if (ending.kind === 'stream-error') return explainStreamError(ending, attempt);
  return {
    reason: reasonOf(ending, attempt),
    sentence: sentenceOf(ending, attempt),
    retry: 'soon',
  };
}

function reasonOf(ending: Ending, { wasOnline }: Attempt): FailureReason {
  if (ending.kind !== 'socket-error' || wasOnline) return 'other';
  return isUnresolved(ending.code) ? 'unresolved' : 'unreached';
}

function isUnresolved(code: string): boolean {
  return code === 'ENOTFOUND' || code === 'EAI_AGAIN';
}

type StreamError = Extract<Ending, { kind: 'stream-error' }>;

function sentenceOf(ending: Exclude<Ending, StreamError>, where: Attempt): string {
  const { address, wasOnline } = where;
  switch (ending.kind) {
    case 'socket-error':
      return wasOnline ? lost(where, ending.code) : unreached(where, ending.code);
    case 'closed':
      return wasOnline ? lost(where, 'closed by the server') : closedEarly(where);
    case 'too-big':
      return tooLong(where, ending);
    case 'malformed':
      return `${address} sent XML that cannot be read (${ending.detail}): connection dropped; reconnecting automatically`;
    case 'handshake-timeout':
      return `${address} did not complete the handshake within ${ending.afterMs} ms: is that the server's component port, and is the server overloaded? reconnecting automatically`;
    case 'silent':
      return lost(where, `no answer to a ping in ${ending.forMs} ms`);
    default:
      return ending satisfies never;
  }
}

function tooLong(
  { address }: Attempt,
  { bytes, condition }: Extract<Ending, { kind: 'too-big' }>,
): string {
  return `${address} ended the stream at a stanza of ${bytes} bytes (${condition}): raise component_stanza_size_limit in Prosody, or max_stanza_size of the ejabberd_service listener in ejabberd; until then what is longer is divided or left out; reconnecting automatically`;
}

function lost({ address }: Attempt, why: string): string {
  return `lost the connection to ${address} (${why}): reconnecting automatically`;
}

function unreached({ address }: Attempt, code: string): string {
  if (isUnresolved(code)) return unresolved(address, code);
  return `cannot reach ${address} (${code}): is the server up and its component port open? reconnecting automatically`;
}

function unresolved(address: string, code: string): string {
  return `cannot find the address of ${address} (${code}): is the name in "component.server" right, and does this machine resolve it? reconnecting automatically`;
}

function closedEarly({ address }: Attempt): string {
  return `${address} closed the connection before the handshake was done: is that the server's component port? reconnecting automatically`;
}

function explainStreamError({ condition, text }: StreamError, where: Attempt): Failure {
  const found = text === '' ? condition : `${condition}: ${text}`;
  switch (condition) {
    case 'not-authorized':
      return { reason: 'secret-refused', sentence: secretRefused(where, found), retry: 'slowly' };
    case 'host-unknown':
      return { reason: 'name-unknown', sentence: nameUnknown(where, found), retry: 'slowly' };
    case 'conflict':
      return {
        reason: 'conflict',
        sentence: nameTaken(where, found),
        retry: where.wasOnline ? 'rarely' : 'slowly',
      };
    default:
      return { reason: 'other', sentence: otherError(where, found), retry: 'soon' };
  }
}

function secretRefused({ address, domain }: Attempt, found: string): string {
  return `${address} refused the secret of ${domain} (${found}): it must equal component_secret of that Component in Prosody, or its password in ejabberd. ejabberd says the same if no listener has ${domain} among its hosts${otherSpelling(domain)}; trying again slowly`;
}

function nameUnknown({ address, domain }: Attempt, found: string): string {
  return `${address} knows no component ${domain} (${found}): add it to the server's configuration (Component "${domain}" in Prosody, hosts of an ejabberd_service listener), or correct our domain${otherSpelling(domain)}; trying again slowly`;
}

/** A server knows a component by one spelling only. */
function otherSpelling(domain: string): string {
  const others = spellingsOf(domain).filter((spelling) => spelling !== domain);
  return others.length === 0 ? '' : `. The server may know it as ${others.join(' or ')}`;
}

function nameTaken({ address, domain, wasOnline }: Attempt, found: string): string {
  const what = wasOnline
    ? `another connection took the name ${domain} at ${address} and replaced us`
    : `another connection already has the name ${domain} at ${address}`;
  return `${what} (${found}): is a second daemon running? one daemon for each component domain; trying again slowly`;
}

function otherError(where: Attempt, found: string): string {
  if (where.wasOnline) return lost(where, found);
  return `${where.address} refused ${where.domain} (${found}): is that the server's component port? reconnecting automatically`;
}
