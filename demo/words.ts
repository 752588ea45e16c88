import { unreachable } from '../src/unreachable.ts';
import { type Happening, nameOf, type Seen, type Told, type Written } from './happening.ts';

/** Who does it: a person's name, or the server. */
export function actorOf(happening: Happening): string {
  switch (happening.kind) {
    case 'act':
      return happening.who;
    case 'message':
    case 'receipt':
      return nameOf(happening.key.sender);
    case 'fact':
      return actorOfFact(happening);
    default:
      return unreachable(happening);
  }
}

/** What happens, in the words of people who have never heard of XMPP. */
export function wordsOf(happening: Happening): string {
  switch (happening.kind) {
    case 'act':
      return happening.text;
    case 'message':
      return wordsOfMessage(happening);
    case 'fact':
      return wordsOfFact(happening);
    case 'receipt':
      return `is told: ${happening.status}, after ${happening.afterMs} ms (${meaningOf(happening)})`;
    default:
      return unreachable(happening);
  }
}

function wordsOfMessage({ key, body, report }: Written): string {
  const wish = report.length === 0 ? '' : ` and asks to be told: ${report.join(', ')}`;
  return `writes to ${nameOf(key.recipient)}: “${body}”${wish}`;
}

function actorOfFact({ fact, key }: Seen): string {
  const isOfRecipient = ['acked', 'received', 'displayed', 'approved'].includes(fact.kind);
  return isOfRecipient ? nameOf(key.recipient) : 'Server';
}

function wordsOfFact({ fact, key, isCovered }: Seen): string {
  const name = nameOf(key.recipient);
  switch (fact.kind) {
    case 'accepted':
      return 'takes the message';
    case 'relayed':
      return 'hands it to the other server';
    case 'sent':
      return `sends it to ${name}’s ${fact.resource ?? 'device'}`;
    case 'stored':
      return `keeps it, ${name} is away`;
    case 'acked':
      return `the ${fact.resource ?? 'device'} confirms: it is here`;
    case 'received':
      return 'the app answers: it has arrived';
    case 'displayed':
      return isCovered
        ? 'seen too: a mark means “up to here”'
        : 'the app answers: it has been seen';
    case 'approved':
      return 'says that it arrived';
    case 'failed':
      return `cannot deliver it (${fact.condition})`;
    case 'lost':
      return `knows that ${name}’s device never got it`;
    case 'expired':
      return 'has seen nothing more of it for too long';
    default:
      return unreachable(fact);
  }
}

function meaningOf({ status, key, condition }: Told): string {
  const name = nameOf(key.recipient);
  switch (status) {
    case 'accepted':
      return 'the server has it';
    case 'relayed':
      return `${name}’s server has it`;
    case 'sent':
      return `it went out, ${name}’s app has not answered`;
    case 'stored':
      return `it waits until ${name} is back`;
    case 'failed':
      return `it cannot be delivered: ${condition ?? 'no reason given'}`;
    case 'lost':
      return 'it never arrived';
    case 'expired':
      return 'nothing more was heard of it';
    case 'delivered':
      return `a device of ${name} has it`;
    case 'displayed':
      return `${name} has seen it`;
    case 'confirmed':
      return `${name} says that it arrived`;
    default:
      return unreachable(status);
  }
}
