import fc from 'fast-check';
import type { BareJid } from '../../../src/message/jid.ts';
import { type Meaning, parse } from '../../../src/user/bot/parse.ts';
import type { Doubt, Situation } from '../../../src/user/bot/situation.ts';
import { VOCABULARY } from '../../../src/user/bot/vocabulary.ts';
import { type Command, LANGUAGES } from '../../../src/user/commands/command.ts';
import {
  commandText,
  doubtText,
  type Misunderstanding,
  misunderstandingText,
} from '../../../src/user/text/command-text.ts';
import type { Language } from '../../../src/user/text/language.ts';
import { LANGUAGE_OF } from '../../../src/user/text/languages.ts';
import { mutated } from '../corpus.ts';
import { insist, type Target } from '../target.ts';

const WORDS = [
  ...VOCABULARY.keys(),
  'alice@example.org',
  'xmpp:a@b?c',
  '1-9999',
  '　',
  '\n> ',
  '@',
  '?',
  '\u202e',
];
const word = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...WORDS) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 6 }) },
);

export const botText: Target<string> = {
  name: 'bot-text',
  about: 'what people write to the bot',
  inputs: fc.oneof(
    {
      weight: 3,
      arbitrary: fc
        .tuple(fc.array(word, { maxLength: 8 }), fc.constantFrom(' ', '', ', ', '\n'))
        .map(([words, between]) => words.join(between)),
    },
    { weight: 2, arbitrary: mutated('bot-text', WORDS) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 100 }) },
  ),
  read: (it) => it,
  open: () => ({ isAsync: false, check }),
};

const ASKED = ['alice@example.org', 'boss@example.org', '老板@example.org'].map((sender, at) => ({
  number: at + 1,
  sender: sender as BareJid,
}));

const YES: Command = { kind: 'answer', answer: 'yes', which: 'only' };

const SITUATIONS: readonly Situation[] = [
  { said: { kind: 'other' }, questions: [] },
  { said: { kind: 'question' }, questions: ASKED.slice(0, 1) },
  { said: { kind: 'question' }, questions: ASKED, isNarrow: true },
  { said: { kind: 'proposal', command: YES }, questions: ASKED },
  { said: { kind: 'closed' }, questions: [] },
];

function check(text: string): void {
  for (const situation of SITUATIONS) checkMeaning(parse(text, situation), text);
}

function checkMeaning(meant: Meaning, text: string): void {
  if (meant.kind === 'courtesy' || meant.kind === 'ask-again' || meant.kind === 'closed') return;
  for (const code of LANGUAGES) insist(lengthIn(meant, LANGUAGE_OF[code]) < 2000, 'a long answer');
  if (meant.kind === 'not-understood') insist(meant.suggestions.length <= 3, 'many suggestions');
  else
    insist(
      text.length <= 1000 || text.trim().length <= 1000 || text.includes('\n'),
      'a command that is too long',
    );
}

function lengthIn(meant: Command | Doubt | Misunderstanding, language: Language): number {
  if (meant.kind === 'not-understood') return misunderstandingText(meant, language).length;
  if (meant.kind === 'doubtful') return doubtText(meant.command, language).length;
  commandText(meant, language);
  return 0;
}
