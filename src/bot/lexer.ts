import { peerOf } from '../commands/address.ts';
import {
  isUnspaced,
  LONGEST_PHRASE,
  type Sense,
  UNSPACED_WORDS,
  VOCABULARY,
} from './vocabulary.ts';

/** A piece of what somebody wrote. */
export type Token = WordToken | NumbersToken | AddressToken;

export interface WordToken {
  readonly kind: 'word';
  readonly text: string;
  /** Empty: it means nothing to us. */
  readonly senses: ReadonlySet<Sense>;
}

export interface NumbersToken {
  readonly kind: 'numbers';
  readonly numbers: readonly number[];
}

export interface AddressToken {
  readonly kind: 'address';
  /** A bare JID or a domain. */
  readonly address: string;
  /** What follows it, as it was written: an id may hold anything. */
  readonly rest: string;
}

/** Numbers that a range stands for at most; a longer one is no range of questions. */
const MAX_RANGE = 100;

/** Longer ones are no numbers of questions, nor is nought. */
const NUMBER = /^0*[1-9]\d{0,5}$/;

const NOTHING: ReadonlySet<Sense> = new Set();

/** Leaves out what the user quotes of others: XEP-0393 §5.1.3, and what clients put before a reply. */
export function withoutQuotes(text: string): string {
  return text
    .split(/\r\n?|\n/)
    .filter((line) => !/^\s*[>＞»]/u.test(line))
    .join('\n');
}

/** Words, numbers and addresses; punctuation, case and width make no difference. */
export function tokensOf(text: string): readonly Token[] {
  const tokens = [...text.matchAll(/\S+/g)].flatMap((chunk) =>
    tokensOfChunk(normal(chunk[0]), text.slice(chunk.index + chunk[0].length).trim()),
  );
  return withPhrases(tokens);
}

/** One inside an address asks nothing: RFC 7622 §3.3.1 allows it before the @, and RFC 5122 addresses have one. */
export function hasQuestionMark(text: string): boolean {
  return /？|(?:؟|\?(?=[\s\p{P}]|$))(?!\S*@)/u.test(text);
}

/** NFKC turns full-width letters, digits and marks into plain ones; variation selectors and skin tones say nothing. */
function normal(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\p{Cf}\p{Variation_Selector}\p{Emoji_Modifier}]/gu, '')
    .replaceAll('’', "'");
}

function tokensOfChunk(chunk: string, rest: string): readonly Token[] {
  if (RANGE_MARK.test(chunk)) return [word('to')];
  const written = chunk.replace(/^[<("'“‘「《[{]+|[.,;:!?>)"'”’」》\]}。、…]+$/gu, '');
  const [, before = '', inner = written, after = ''] = AMONG_UNSPACED.exec(written) ?? [];
  const embedded = isKnown(before) && isKnown(after) ? addressIn(inner) : undefined;
  const address = embedded ?? addressIn(written);
  if (address === undefined) return wordsOfChunk(chunk);
  if (embedded === undefined) return [{ kind: 'address', address, rest }];
  return [
    ...wordsOfChunk(before),
    { kind: 'address', address, rest: after === '' ? rest : '' },
    ...wordsOfChunk(after),
  ];
}

const RANGE_MARK = /^[-–~]$/;

/** An address between words of a language without spaces. */
const AMONG_UNSPACED = /^([^\x20-\x7e]*)([\x21-\x7e]+)([^\x20-\x7e]*)$/u;

/** Is there nothing in it but words and numbers that mean something? */
function isKnown(text: string): boolean {
  return wordsOfChunk(text).every((token) => token.kind !== 'word' || token.senses.size > 0);
}

/** Without a mark a domain ends in a word: `10.42` is a time. */
const ENDS_IN_WORD = /\.\p{L}[\p{L}\p{N}-]*$/u;

/** A bare JID or a domain, also as an RFC 5122 URI or with a resource. */
function addressIn(text: string): string | undefined {
  const address = peerOf(text);
  if (address === undefined || text.includes('@')) return address;
  return ENDS_IN_WORD.test(address) && !isKnown(address) ? address : undefined;
}

/** Numbers with marks inside them are times or versions; of emoji some mean something. */
const PIECE =
  /(\d+)[-–~](\d+)(?![.:/⁄]?\d)|\d+(?:[.:/⁄]\d+)+|\d+|[\p{L}\p{M}'_]+|\p{N}+|[\p{Extended_Pictographic}\p{So}]/gu;

function wordsOfChunk(chunk: string): readonly Token[] {
  return [...chunk.matchAll(PIECE)].flatMap(([piece, first, last]) => {
    if (first !== undefined && last !== undefined) return range(piece, Number(first), Number(last));
    if (NUMBER.test(piece)) return [numbers([Number(piece)])];
    return isUnspaced(piece) ? unspacedWords(piece) : [word(piece)];
  });
}

function range(written: string, first: number, last: number): readonly Token[] {
  const count = last - first + 1;
  if (count < 1 || count > MAX_RANGE) return [word(written)];
  return [numbers(Array.from({ length: count }, (_, index) => first + index))];
}

/** Known words, the longest that fit, and what stands between them. */
function unspacedWords(piece: string): readonly Token[] {
  return piece
    .split(UNSPACED_WORDS)
    .filter((part) => part !== '')
    .map(word);
}

/** Words that mean something only together are put together. */
function withPhrases(tokens: readonly Token[]): readonly Token[] {
  const joined: Token[] = [];
  for (let at = 0; at < tokens.length; ) {
    const length = phraseLengthAt(tokens, at);
    const token = length > 1 ? word(textOf(tokens.slice(at, at + length))) : tokens[at];
    if (token !== undefined) joined.push(token);
    at += length;
  }
  return joined;
}

function phraseLengthAt(tokens: readonly Token[], at: number): number {
  for (let length = Math.min(LONGEST_PHRASE, tokens.length - at); length > 1; length--)
    if (VOCABULARY.has(textOf(tokens.slice(at, at + length)))) return length;
  return 1;
}

function textOf(tokens: readonly Token[]): string {
  return tokens.map((token) => (token.kind === 'word' ? token.text : '\0')).join(' ');
}

function word(text: string): Token {
  return { kind: 'word', text, senses: VOCABULARY.get(text) ?? NOTHING };
}

function numbers(those: readonly number[]): Token {
  return { kind: 'numbers', numbers: those };
}
