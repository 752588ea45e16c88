import { isWithheld } from '../src/message/fact.ts';
import { BOT } from './cast.ts';
import {
  type Happening,
  nameOf,
  type Said,
  type Seen,
  type Ticked,
  type Told,
  type Written,
} from './happening.ts';

/** Who does it: a person, their app or device, or the server. With the words it is a sentence. */
export function actorOf(happening: Happening): string {
  switch (happening.kind) {
    case 'act':
      return happening.who;
    case 'message':
    case 'receipt':
    case 'tick':
      return nameOf(happening.key.sender);
    case 'chat':
      return happening.from === BOT ? 'The bot' : nameOf(happening.from);
    case 'fact':
      return actorOfFact(happening);
    default:
      return happening satisfies never;
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
      return `is told: ${happening.status} after ${happening.afterMs} ms: ${meaningOf(happening)}`;
    case 'tick':
      return wordsOfTick(happening);
    case 'chat':
      return wordsOfChat(happening);
    default:
      return happening satisfies never;
  }
}

function wordsOfMessage({ key, body, report }: Written): string {
  const wish = report.length === 0 ? '' : ` (asks for: ${report.join(', ')})`;
  return `writes to ${nameOf(key.recipient)}: “${body}”${wish}`;
}

function wordsOfTick({ key, by }: Ticked): string {
  const name = nameOf(key.recipient);
  const answer = by === 'app' ? `${name}’s app answered` : `the server answered for ${name}`;
  return `has a tick in her own app: ${answer}`;
}

function wordsOfChat({ from, to, body, meaning }: Said): string {
  const listener = from === BOT ? nameOf(to) : 'the bot';
  return `tells ${listener}: “${body}”${meaning === undefined ? '' : ` (${meaning})`}`;
}

function actorOfFact({ fact, key }: Seen): string {
  const name = nameOf(key.recipient);
  switch (fact.kind) {
    case 'acked':
      return `${name}’s ${fact.resource ?? 'device'}`;
    case 'received':
    case 'displayed':
      return `${name}’s app`;
    case 'approved':
    case 'declined':
      return name;
    default:
      return 'The server';
  }
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
    case 'kept':
      return `keeps it for ${name}’s ${fact.resource ?? 'device'}, which is out of reach`;
    case 'acked':
      return 'confirms: it is here';
    case 'received':
      return `answers: it has arrived${isWithheld(fact) ? '; the server stops that answer' : ''}`;
    case 'displayed':
      return isCovered ? 'means this one too: seen “up to here”' : 'answers: it has been seen';
    case 'approved':
      return 'has said yes: it arrived';
    case 'declined':
      return 'has said no: no receipt for it';
    case 'failed':
      return `cannot deliver it (${fact.condition})`;
    case 'lost':
      return `knows that ${name}’s device never got it`;
    case 'gone':
      return `keeps it no more (${fact.where})`;
    case 'expired':
      return 'has seen nothing more of it for too long';
    default:
      return fact satisfies never;
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
      return 'it went out, and no answer came';
    case 'stored':
      return `it waits until ${name} is back`;
    case 'failed':
      return `nobody could take it (${condition ?? 'no reason given'})`;
    case 'lost':
      return 'it never arrived';
    case 'expired':
      return 'nothing more was heard of it';
    case 'delivered':
      return `a device of ${name} has it`;
    case 'displayed':
      return `${name} has seen it`;
    case 'declined':
      return `${name} gives no receipt`;
    case 'confirmed':
      return `${name} says that it arrived`;
    default:
      return status satisfies never;
  }
}
