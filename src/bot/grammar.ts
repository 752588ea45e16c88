import type { Answer, Command, LanguageCode, Which } from '../commands/command.ts';
import { LANGUAGES, RECEIPT_STATUSES } from '../commands/command.ts';
import { type BareJid, bareOf } from '../message/jid.ts';
import { POLICIES } from '../message/policy.ts';
import type { Status } from '../message/status.ts';
import type { CommandWord } from '../text/language.ts';
import { type AddressToken, type NumbersToken, type Token, tokensOf } from './lexer.ts';
import type { Sense } from './vocabulary.ts';

/** What these words mean, if they mean one thing only. */
export function interpret(tokens: readonly Token[]): Command | undefined {
  const told = tokens.filter((token) => !isFiller(token));
  if (told.every((token) => isMeant(token, 'greeting')))
    return told.length === 0 ? undefined : { kind: 'help' };
  const words = withRanges(told.filter((token) => !isMeant(token, 'greeting')));
  return commandOf(words) ?? answerOf(words);
}

/** Which command it is, and what is said beside it; the words for it may stand anywhere among addresses. */
export function headOf(
  tokens: readonly Token[],
): { readonly head: CommandWord; readonly rest: readonly Token[] } | undefined {
  const at = tokens.findIndex((token) => !mayComeFirst(token));
  const token = tokens[at];
  const head = COMMAND_WORDS.find((word) => token !== undefined && isMeant(token, word));
  if (head === undefined) return undefined;
  const rest = [...tokens.slice(0, at), ...tokens.slice(at + 1)];
  return { head, rest: rest.filter((other) => !isOpening(other)) };
}

export const ANSWERS: readonly Answer[] = ['yes', 'no', 'later'];

export function isMeant(token: Token, sense: Sense): boolean {
  return token.kind === 'word' && token.senses.has(sense);
}

export function isFiller(token: Token): boolean {
  return isMeant(token, 'filler');
}

const COMMAND_WORDS: readonly CommandWord[] = [
  'help',
  'policy',
  'declined',
  'questions',
  'status',
  'receipts',
  'text',
  'language',
  'statistics',
];

function commandOf(tokens: readonly Token[]): Command | undefined {
  const found = headOf(tokens);
  return found === undefined ? undefined : READ[found.head](found.rest);
}

type Read = (rest: readonly Token[]) => Command | undefined;

/** What each command takes beside its own word. */
const READ: Readonly<Record<CommandWord, Read>> = {
  help: alone({ kind: 'help' }),
  questions: alone({ kind: 'questions' }),
  statistics: alone({ kind: 'statistics' }),
  policy: policyOf,
  declined: declinedOf,
  status: statusOf,
  receipts: receiptsOf,
  text: textOf,
  language: languageOf,
};

function alone(command: Command): Read {
  return (rest) => (rest.length === 0 ? command : undefined);
}

function policyOf(rest: readonly Token[]): Command | undefined {
  if (rest.length === 0) return { kind: 'show-policy' };
  const said = rest.filter((token) => !isPreposition(token));
  const addresses = said.filter(isAddress);
  const policy = theOne(
    said.filter((token) => !isAddress(token)),
    [...POLICIES, 'default'],
  );
  const [first] = addresses;
  if (policy === undefined || addresses.length > 1) return undefined;
  if (first !== undefined) return { kind: 'set-exception', peer: first.address, policy };
  return rest.some((token) => isMeant(token, 'for')) ? undefined : { kind: 'set-policy', policy };
}

function declinedOf(rest: readonly Token[]): Command | undefined {
  const told = theOne(rest, ['tell', 'silent', 'default']);
  if (told === undefined) return undefined;
  return { kind: 'tell-declined', tells: told === 'default' ? told : told === 'tell' };
}

function statusOf(rest: readonly Token[]): Command | undefined {
  const at = rest.findIndex(isAddress);
  const address = rest[at];
  const before = rest.slice(0, Math.max(at, 0));
  if (rest.length === 0) return { kind: 'status' };
  if (address?.kind !== 'address' || !before.every(isPreposition)) return undefined;
  const recipient: BareJid = bareOf(address.address);
  const id = idIn(address);
  return id === '' ? { kind: 'status', recipient } : { kind: 'status', recipient, id };
}

/** Marks, courtesies and the command's own word are no id. */
function idIn({ rest }: AddressToken): string {
  const isCourtesy = tokensOf(rest).every(
    (token) => isFiller(token) || isPreposition(token) || isMeant(token, 'status'),
  );
  return isCourtesy ? '' : rest;
}

function receiptsOf(rest: readonly Token[]): Command | undefined {
  const [first, ...others] = rest;
  if (first === undefined) return { kind: 'show-receipts' };
  if (isMeant(first, 'text')) return textOf(others);
  const few = theOne(rest, ['all', 'none', 'off', 'default']);
  if (few !== undefined) return { kind: 'set-receipts', statuses: FEW[few] };
  const statuses = rest.map((token) => RECEIPT_STATUSES.find((status) => isMeant(token, status)));
  return statuses.every(isDefined)
    ? { kind: 'set-receipts', statuses: [...new Set(statuses)] }
    : undefined;
}

const FEW: Readonly<Record<'all' | 'none' | 'off' | 'default', readonly Status[] | 'default'>> = {
  all: RECEIPT_STATUSES,
  none: [],
  off: [],
  default: 'default',
};

function textOf(rest: readonly Token[]): Command | undefined {
  const state = theOne(rest, ['on', 'off', 'default']);
  if (state === undefined) return undefined;
  return { kind: 'set-text', text: state === 'default' ? state : state === 'on' };
}

function languageOf(rest: readonly Token[]): Command | undefined {
  const said = rest.filter((token) => !isMeant(token, 'upTo'));
  const language = theOne<LanguageCode | 'default'>(said, [...LANGUAGES, 'default']);
  return language === undefined ? undefined : { kind: 'set-language', language };
}

/** An answer counts only if everything else said is which questions are meant: "no idea" is no "no". */
function answerOf(tokens: readonly Token[]): Command | undefined {
  const words = tokens.filter((token) => !isPlaceholder(token));
  const said = words.filter((token) => !isNumbers(token) && !isMeant(token, 'all'));
  const answer = theOne(said, ANSWERS);
  const which = whichOf(words);
  if (tokens.some(isAbbreviation)) return undefined;
  return answer === undefined || which === undefined
    ? undefined
    : { kind: 'answer', answer, which };
}

/** "Question no. 2" may be its number, and no answer. */
function isAbbreviation(token: Token, at: number, tokens: readonly Token[]): boolean {
  const [before, after] = [tokens[at - 1], tokens[at + 1]];
  if (before === undefined || after?.kind !== 'numbers') return false;
  return isMeant(before, 'questions') && isMeant(token, 'no');
}

/** The word "question" beside its number. */
function isPlaceholder(token: Token): boolean {
  return isMeant(token, 'questions') || isMeant(token, 'upTo');
}

export function whichOf(tokens: readonly Token[]): Which | undefined {
  const numbers = tokens.filter(isNumbers).flatMap((token) => token.numbers);
  const isAll = tokens.some((token) => isMeant(token, 'all'));
  if (isAll) return numbers.length === 0 ? 'all' : undefined;
  return numbers.length === 0 ? 'only' : [...new Set(numbers)];
}

/** The one of these that all the tokens mean; saying it twice is saying it once. */
function theOne<Meaning extends Sense>(
  tokens: readonly Token[],
  meanings: readonly Meaning[],
): Meaning | undefined {
  const found = meanings.filter((meaning) => tokens.some((token) => isMeant(token, meaning)));
  const [first] = found;
  if (first === undefined || found.length > 1) return undefined;
  return tokens.every((token) => isMeant(token, first)) ? first : undefined;
}

/** "1 to 3" is what "1-3" is; elsewhere the word says nothing. */
function withRanges(tokens: readonly Token[]): readonly Token[] {
  return tokens.flatMap((token, at) => {
    const [before, after] = [tokens[at - 1], tokens[at + 1]];
    if (!isMeant(token, 'upTo') || !isSingle(before) || !isSingle(after)) return [token];
    return tokensOf(`${before.numbers[0]}-${after.numbers[0]}`);
  });
}

function isSingle(token: Token | undefined): token is NumbersToken {
  return token?.kind === 'numbers' && token.numbers.length === 1;
}

export function isAddress(token: Token): token is AddressToken {
  return token.kind === 'address';
}

function isNumbers(token: Token): token is NumbersToken {
  return token.kind === 'numbers';
}

function isOpening(token: Token): boolean {
  return isMeant(token, 'opening') || isMeant(token, 'asking');
}

/** "Tell declined" and "for Bob the policy" are said as well. */
function mayComeFirst(token: Token): boolean {
  const senses: readonly Sense[] = ['for', 'tell', 'silent'];
  return isAddress(token) || isOpening(token) || senses.some((sense) => isMeant(token, sense));
}

function isPreposition(token: Token): boolean {
  return isMeant(token, 'for') || isMeant(token, 'upTo') || isOpening(token);
}

function isDefined<Value>(value: Value | undefined): value is Value {
  return value !== undefined;
}
