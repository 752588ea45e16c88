import type { Command } from '../commands/command.ts';
import { LANGUAGES, RECEIPT_STATUSES } from '../commands/command.ts';
import { bareOf } from '../message/jid.ts';
import { POLICIES } from '../message/policy.ts';
import type { CommandWord } from '../text/language.ts';
import { ANSWERS, headOf, interpret, isAddress, isFiller, isMeant, whichOf } from './grammar.ts';
import { type Token, tokensOf } from './lexer.ts';
import { nearest } from './near-miss.ts';

/** More would be a help text. */
const MAX_SUGGESTIONS = 3;

/** With more unknown words than this it was no slip. */
const MAX_SLIPS = 3;

/** For one word as many readings are tried. */
const MAX_READINGS = 3;

/** Commands that were probably meant, though not clearly enough to do them. */
export function suggestionsFor(tokens: readonly Token[]): readonly Command[] {
  const told = tokens.filter((token) => !isFiller(token));
  const likely = [slipsIn(told), separateAnswers(told), unfinished(told)].find(
    (commands) => commands.length > 0,
  );
  return distinct(likely ?? []).slice(0, MAX_SUGGESTIONS);
}

/** A word or two misspelt: what the nearest known words would mean. */
function slipsIn(tokens: readonly Token[]): readonly Command[] {
  const slips = tokens.filter(isUnknown);
  if (slips.length === 0 || slips.length > MAX_SLIPS) return [];
  const readings = tokens.reduce<readonly (readonly Token[])[]>(
    (before, token) => {
      const mended = mendings(token);
      return before.flatMap((sentence) => mended.map((words) => [...sentence, ...words]));
    },
    [[]],
  );
  return readings.map(interpret).filter((command) => command !== undefined);
}

function mendings(token: Token): readonly (readonly Token[])[] {
  if (token.kind !== 'word' || !isUnknown(token)) return [[token]];
  return nearest(token.text).slice(0, MAX_READINGS).map(tokensOf);
}

/** "yes 1, no 2" are two answers: one at a time. */
function separateAnswers(tokens: readonly Token[]): readonly Command[] {
  const starts = tokens.flatMap((token, at) => (isAnswerWord(token) ? [at] : []));
  if (starts.length < 2 || starts[0] !== 0) return [];
  const answers = starts.map((start, index) => interpret(tokens.slice(start, starts[index + 1])));
  return answers.every((answer) => answer?.kind === 'answer') ? answers : [];
}

/** One clear word, but not what belongs to it. */
function unfinished(tokens: readonly Token[]): readonly Command[] {
  const words = tokens.filter((token) => !isUnknown(token));
  const head = headOf(words)?.head;
  if (head !== undefined) return EXAMPLES[head](tokens);
  return (
    [answersFor, policiesFor, receiptsFor, languagesFor, commandsFor]
      .map((examples) => examples(words))
      .find((commands) => commands.length > 0) ?? []
  );
}

type Examples = (tokens: readonly Token[]) => readonly Command[];

/** What works with each command word. */
const EXAMPLES: Readonly<Record<CommandWord, Examples>> = {
  help: () => [{ kind: 'help' }],
  questions: () => [{ kind: 'questions' }],
  statistics: () => [{ kind: 'statistics' }],
  policy: (tokens) => [...policiesFor(tokens), ...exceptionsFor(tokens), SHOW_POLICY, MANUAL],
  declined: () => [
    { kind: 'tell-declined', tells: true },
    { kind: 'tell-declined', tells: false },
    { kind: 'answer', answer: 'no', which: 'only' },
  ],
  status: (tokens) => [...statusesFor(tokens), { kind: 'status' }],
  receipts: (tokens) => [
    ...receiptsFor(tokens),
    { kind: 'show-receipts' },
    { kind: 'set-receipts', statuses: 'default' },
  ],
  text: () => [
    { kind: 'set-text', text: true },
    { kind: 'set-text', text: false },
  ],
  language: () => LANGUAGES.map((language) => ({ kind: 'set-language', language })),
};

const YES: Command = { kind: 'answer', answer: 'yes', which: 'only' };
const SHOW_POLICY: Command = { kind: 'show-policy' };
const MANUAL: Command = { kind: 'set-policy', policy: 'manual' };

/** An answer with too much beside it, or numbers without an answer. */
function answersFor(tokens: readonly Token[]): readonly Command[] {
  const which = whichOf(tokens) ?? 'only';
  const said = ANSWERS.filter((answer) => tokens.some((token) => isMeant(token, answer)));
  if (said.length > 0) return said.map((answer) => ({ kind: 'answer', answer, which }));
  if (tokens.some((token) => isMeant(token, 'assent'))) return [YES];
  if (which === 'only') return [];
  return ANSWERS.map((answer) => ({ kind: 'answer', answer, which }));
}

function policiesFor(tokens: readonly Token[]): readonly Command[] {
  const peer = tokens.find(isAddress)?.address;
  const policies = POLICIES.filter((policy) => tokens.some((token) => isMeant(token, policy)));
  return policies.map((policy) =>
    peer === undefined ? { kind: 'set-policy', policy } : { kind: 'set-exception', peer, policy },
  );
}

function receiptsFor(tokens: readonly Token[]): readonly Command[] {
  const statuses = RECEIPT_STATUSES.filter((status) =>
    tokens.some((token) => isMeant(token, status)),
  );
  return statuses.length === 0 ? [] : [{ kind: 'set-receipts', statuses }];
}

function languagesFor(tokens: readonly Token[]): readonly Command[] {
  return LANGUAGES.filter((language) => tokens.some((token) => isMeant(token, language))).map(
    (language) => ({ kind: 'set-language', language }),
  );
}

/** What can be done about an address. */
function commandsFor(tokens: readonly Token[]): readonly Command[] {
  return [...statusesFor(tokens), ...exceptionsFor(tokens)];
}

function exceptionsFor(tokens: readonly Token[]): readonly Command[] {
  const peer = tokens.find(isAddress)?.address;
  return peer === undefined ? [] : [{ kind: 'set-exception', peer, policy: 'manual' }];
}

function statusesFor(tokens: readonly Token[]): readonly Command[] {
  const peer = tokens.find(isAddress)?.address;
  return peer === undefined ? [] : [{ kind: 'status', recipient: bareOf(peer) }];
}

function isUnknown(token: Token): boolean {
  return token.kind === 'word' && token.senses.size === 0;
}

function isAnswerWord(token: Token): boolean {
  return ANSWERS.some((answer) => isMeant(token, answer));
}

function distinct(commands: readonly Command[]): readonly Command[] {
  return [...new Map(commands.map((command) => [JSON.stringify(command), command])).values()];
}
