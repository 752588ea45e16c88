import { type BareJid, bareOf } from '../../message/jid.ts';
import { POLICIES } from '../../message/policy.ts';
import type { Status } from '../../message/status.ts';
import {
  type Command,
  LANGUAGES,
  type LanguageCode,
  RECEIPT_STATUSES,
} from '../commands/command.ts';
import type { CommandWord } from '../text/vocabulary.ts';
import { type AddressToken, type Token, tokensOf } from './lexer.ts';
import { isAddress, isFiller, isMeant, isPreposition, onlyMeaning } from './meaning.ts';
import { readWhy } from './why-reader.ts';
import { readZone } from './zone-reader.ts';

type Reader = (rest: readonly Token[]) => Command | undefined;

/** Reads the words beside the command's own word. */
export const READERS: Readonly<Record<CommandWord, Reader>> = {
  help: readHelp,
  questions: alone({ kind: 'questions' }),
  statistics: alone({ kind: 'statistics' }),
  policy: readPolicy,
  declined: readDeclined,
  status: readStatus,
  why: readWhy,
  receipts: readReceipts,
  text: readText,
  language: readLanguage,
  zone: readZone,
};

function alone(command: Command): Reader {
  return (rest) => (rest.length === 0 ? command : undefined);
}

function readHelp(rest: readonly Token[]): Command | undefined {
  if (rest.length === 0) return { kind: 'help' };
  return onlyMeaning(rest, ['all']) === undefined ? undefined : { kind: 'help', isAll: true };
}

function readPolicy(rest: readonly Token[]): Command | undefined {
  if (rest.length === 0) return { kind: 'show-policy' };
  const said = rest.filter((token) => !isPreposition(token));
  const addresses = said.filter(isAddress);
  const policy = onlyMeaning(
    said.filter((token) => !isAddress(token)),
    [...POLICIES, 'default'],
  );
  const [first] = addresses;
  if (policy === undefined || addresses.length > 1) return undefined;
  if (first !== undefined) return { kind: 'set-exception', peer: first.address, policy };
  return rest.some((token) => isMeant(token, 'for')) ? undefined : { kind: 'set-policy', policy };
}

function readDeclined(rest: readonly Token[]): Command | undefined {
  const told = onlyMeaning(rest, ['tell', 'silent', 'default']);
  const said = told ?? onlyMeaning(rest, ['on', 'off']);
  if (said === undefined) return undefined;
  const tells = said === 'tell' || said === 'on';
  return { kind: 'tell-declined', tells: said === 'default' ? said : tells };
}

function readStatus(rest: readonly Token[]): Command | undefined {
  const at = rest.findIndex(isAddress);
  const address = rest[at];
  const before = rest.slice(0, Math.max(at, 0));
  if (rest.length === 0) return { kind: 'status' };
  if (address?.kind !== 'address' || !before.every(isPreposition)) return undefined;
  const recipient: BareJid = bareOf(address.address);
  const resource = address.resource === undefined ? {} : { resource: address.resource };
  const id = idIn(address);
  return { kind: 'status', recipient, ...resource, ...(id === '' ? {} : { id }) };
}

/** Punctuation, polite words and the command's own word are not an id. */
function idIn({ rest }: AddressToken): string {
  const isCourtesy = tokensOf(rest).every(
    (token) => isFiller(token) || isPreposition(token) || isMeant(token, 'status'),
  );
  return isCourtesy ? '' : rest;
}

function readReceipts(rest: readonly Token[]): Command | undefined {
  const [first, ...others] = rest;
  if (first === undefined) return { kind: 'show-receipts' };
  if (isMeant(first, 'text')) return readText(others);
  const group = onlyMeaning(rest, ['all', 'none', 'off', 'default']);
  if (group !== undefined) return { kind: 'set-receipts', statuses: STATUS_GROUPS[group] };
  const statuses = statusesIn(rest);
  return statuses && { kind: 'set-receipts', statuses };
}

/** `undefined`: there are none, or other words too. */
function statusesIn(tokens: readonly Token[]): readonly Status[] | undefined {
  const statuses = tokens.map((token) => RECEIPT_STATUSES.find((status) => isMeant(token, status)));
  return statuses.length > 0 && statuses.every(isDefined) ? [...new Set(statuses)] : undefined;
}

const STATUS_GROUPS: Readonly<
  Record<'all' | 'none' | 'off' | 'default', readonly Status[] | 'default'>
> = {
  all: RECEIPT_STATUSES,
  none: [],
  off: [],
  default: 'default',
};

function readText(rest: readonly Token[]): Command | undefined {
  const state = onlyMeaning(rest, ['on', 'off', 'default', 'all', 'none']);
  if (state === 'all') return { kind: 'set-text', text: true, statuses: RECEIPT_STATUSES };
  if (state === 'default') return { kind: 'set-text', text: state };
  if (state !== undefined) return { kind: 'set-text', text: state === 'on' };
  const statuses = statusesIn(rest.filter((token) => !isMeant(token, 'on')));
  return statuses && { kind: 'set-text', text: true, statuses };
}

function readLanguage(rest: readonly Token[]): Command | undefined {
  const said = rest.filter((token) => !isMeant(token, 'upTo'));
  const language = onlyMeaning<LanguageCode | 'default'>(said, [...LANGUAGES, 'default']);
  return language === undefined ? undefined : { kind: 'set-language', language };
}

function isDefined<Value>(value: Value | undefined): value is Value {
  return value !== undefined;
}
