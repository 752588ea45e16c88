import { bareOf } from '../../message/jid.ts';
import { POLICIES } from '../../message/policy.ts';
import { type Command, LANGUAGES, RECEIPT_STATUSES } from '../commands/command.ts';
import type { CommandWord } from '../text/vocabulary.ts';
import { ANSWERS, questionsMeant } from './answers.ts';
import type { Token } from './lexer.ts';
import { isAddress, isMeant } from './meaning.ts';

type Examples = (tokens: readonly Token[]) => readonly Command[];

export const EXAMPLES: Readonly<Record<CommandWord, Examples>> = {
  help: () => [{ kind: 'help' }, { kind: 'help', isAll: true }],
  questions: () => [{ kind: 'questions' }],
  statistics: () => [{ kind: 'statistics' }],
  policy: (tokens) => [...policiesFor(tokens), ...exceptionsFor(tokens), SHOW_POLICY, MANUAL],
  declined: () => [
    { kind: 'tell-declined', tells: true },
    { kind: 'tell-declined', tells: false },
    { kind: 'answer', answer: 'no', which: 'only' },
  ],
  why: () => [{ kind: 'why' }],
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
  zone: () => [
    { kind: 'show-zone' },
    { kind: 'set-zone', zone: 'Europe/Berlin' },
    { kind: 'set-zone', zone: 'default' },
  ],
};

const SHOW_POLICY: Command = { kind: 'show-policy' };
const MANUAL: Command = { kind: 'set-policy', policy: 'manual' };

/** An answer with too many other words, or numbers without an answer. */
export function answersFor(tokens: readonly Token[]): readonly Command[] {
  const which = questionsMeant(tokens) ?? 'only';
  const said = ANSWERS.filter((answer) => tokens.some((token) => isMeant(token, answer)));
  if (said.length === 0 && which === 'only') return [];
  // "No idea" is not no: all answers are named, what was said first.
  const others = ANSWERS.filter((answer) => !said.includes(answer));
  return [...said, ...others].map((answer) => ({ kind: 'answer', answer, which }));
}

export function policiesFor(tokens: readonly Token[]): readonly Command[] {
  const peer = tokens.find(isAddress)?.address;
  // "Never say never" sets no policy for everybody.
  const words = tokens.filter((token) => peer !== undefined || !isMeant(token, 'never'));
  const policies = POLICIES.filter((policy) => words.some((token) => isMeant(token, policy)));
  return policies.map((policy) =>
    peer === undefined ? { kind: 'set-policy', policy } : { kind: 'set-exception', peer, policy },
  );
}

export function receiptsFor(tokens: readonly Token[]): readonly Command[] {
  const statuses = RECEIPT_STATUSES.filter((status) =>
    tokens.some((token) => isMeant(token, status)),
  );
  return statuses.length === 0 ? [] : [{ kind: 'set-receipts', statuses }];
}

export function languagesFor(tokens: readonly Token[]): readonly Command[] {
  return LANGUAGES.filter((language) => tokens.some((token) => isMeant(token, language))).map(
    (language) => ({ kind: 'set-language', language }),
  );
}

/** The commands that take an address. */
export function commandsFor(tokens: readonly Token[]): readonly Command[] {
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
