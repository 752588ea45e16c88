import { peerOf, resourceOf } from '../commands/address.ts';
import { normal } from './plain-text.ts';
import { isPicture } from './signs.ts';
import {
  isUnspaced,
  LONGEST_PHRASE,
  type Sense,
  UNSPACED_WORDS,
  VOCABULARY,
} from './vocabulary.ts';

export type Token = WordToken | NumbersToken | AddressToken;

export interface WordToken {
  readonly kind: 'word';
  readonly text: string;
  /** Empty: we do not know the word. */
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
  readonly resource?: string;
  /** The text after it, unchanged: an id may hold any characters. */
  readonly rest: string;
}

/** "1 to 999999" must not become a list of a million numbers. */
const MAX_RANGE = 100;

/** A number of a question: 1 to 999999. */
const NUMBER = /^0*[1-9]\d{0,5}$/;

const UNKNOWN: ReadonlySet<Sense> = new Set();
const OF_PICTURES: ReadonlySet<Sense> = new Set(['picture']);

/** Words, numbers and addresses. Punctuation, case and character width make no difference. */
export function tokensOf(text: string): readonly Token[] {
  const tokens = [...text.matchAll(/\S+/g)].flatMap((chunk) =>
    tokensOfChunk(chunk[0], text.slice(chunk.index + chunk[0].length).trim()),
  );
  return withPhrases(tokens);
}

function tokensOfChunk(typed: string, rest: string): readonly Token[] {
  const chunk = normal(typed);
  if (RANGE_MARK.test(chunk)) return [word('to')];
  const found = addressAmong(withoutMarks(chunk));
  if (found === undefined) return wordsOfChunk(chunk);
  const { before, address, after } = found;
  const behind = after === '' ? { ...resourceIn(typed), rest } : { rest: '' };
  return [...wordsOfChunk(before), { kind: 'address', address, ...behind }, ...wordsOfChunk(after)];
}

function addressAmong(written: string) {
  const [, before = '', inner = written, after = ''] = AMONG_UNSPACED.exec(written) ?? [];
  const embedded = isKnown(before) && isKnown(after) ? addressIn(inner) : undefined;
  if (embedded !== undefined) return { before, address: embedded, after };
  const address = addressIn(written);
  return address === undefined ? undefined : { before: '', address, after: '' };
}

function withoutMarks(chunk: string): string {
  return chunk.replace(/^[<("'“‘「《[{]+|[.,;:!?>)"'”’」》\]}。、…]+$/gu, '');
}

function resourceIn(typed: string): Pick<AddressToken, 'resource'> {
  const resource = resourceOf(withoutMarks(typed));
  return resource === undefined ? {} : { resource };
}

const RANGE_MARK = /^[-–~]$/;

/** An address between words of a language that writes no spaces. */
const AMONG_UNSPACED = /^([^\x20-\x7e]*)([\x21-\x7e]+)([^\x20-\x7e]*)$/u;

/** Does it consist of known words and numbers only? */
function isKnown(text: string): boolean {
  return wordsOfChunk(text).every((token) => token.kind !== 'word' || token.senses.size > 0);
}

/** A domain without `@` must end in a word: `10.42` is a time. */
const ENDS_IN_WORD = /\.\p{L}[\p{L}\p{N}-]*$/u;

/** A bare JID or a domain. It may be written as an RFC 5122 URI, or with a resource. */
function addressIn(text: string): string | undefined {
  const address = peerOf(text);
  if (address === undefined || text.includes('@')) return address;
  return ENDS_IN_WORD.test(address) && !isKnown(address) ? address : undefined;
}

/** Numbers with marks inside are times or versions. Some emoji have a meaning. */
const PIECE =
  /(\d+)[-–~](\d+)(?![.:/⁄]?\d)|\d+(?:[.:/⁄]\d+)+|\d+|[\p{L}\p{M}'_]+|\p{N}+|[\p{Extended_Pictographic}\p{So}]/gu;

function wordsOfChunk(chunk: string): readonly Token[] {
  return [...chunk.matchAll(PIECE)].flatMap(([piece, first, last]) => {
    if (first !== undefined && last !== undefined) return range(piece, first, last);
    if (NUMBER.test(piece)) return [numbers([Number(piece)])];
    return isUnspaced(piece) ? unspacedWords(piece) : [word(piece)];
  });
}

function range(written: string, first: string, last: string): readonly Token[] {
  const count = Number(last) - Number(first) + 1;
  const areNumbers = NUMBER.test(first) && NUMBER.test(last);
  if (!areNumbers || count < 1 || count > MAX_RANGE) return [word(written)];
  return [numbers(Array.from({ length: count }, (_, index) => Number(first) + index))];
}

/** Known words, the longest ones first, and the text between them. */
function unspacedWords(piece: string): readonly Token[] {
  return piece
    .split(UNSPACED_WORDS)
    .filter((part) => part !== '')
    .map(word);
}

/** Joins words that have a meaning only together. */
function withPhrases(tokens: readonly Token[]): readonly Token[] {
  const joined: Token[] = [];
  for (let at = 0; at < tokens.length; ) {
    const length = phraseLengthAt(tokens, at);
    const token = length > 1 ? word(phraseOf(tokens.slice(at, at + length))) : tokens[at];
    if (token !== undefined) joined.push(token);
    at += length;
  }
  return joined;
}

function phraseLengthAt(tokens: readonly Token[], at: number): number {
  for (let length = Math.min(LONGEST_PHRASE, tokens.length - at); length > 1; length--)
    if (VOCABULARY.has(phraseOf(tokens.slice(at, at + length)))) return length;
  return 1;
}

function phraseOf(tokens: readonly Token[]): string {
  return tokens.map((token) => (token.kind === 'word' ? token.text : '\0')).join(' ');
}

function word(text: string): Token {
  return {
    kind: 'word',
    text,
    senses: VOCABULARY.get(text) ?? (isPicture(text) ? OF_PICTURES : UNKNOWN),
  };
}

function numbers(those: readonly number[]): Token {
  return { kind: 'numbers', numbers: those };
}
