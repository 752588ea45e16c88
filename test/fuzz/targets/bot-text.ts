import fc from 'fast-check';
import { parse } from '../../../src/user/bot/parse.ts';
import { VOCABULARY } from '../../../src/user/bot/vocabulary.ts';
import { LANGUAGES } from '../../../src/user/commands/command.ts';
import { commandText, misunderstandingText } from '../../../src/user/text/command-text.ts';
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

function check(text: string): void {
  const meant = parse(text);
  if (meant.kind === 'courtesy') return;
  for (const code of LANGUAGES) {
    const language = LANGUAGE_OF[code];
    if (meant.kind === 'not-understood')
      insist(misunderstandingText(meant, language).length < 2000, 'a long answer');
    else commandText(meant, language);
  }
  if (meant.kind === 'not-understood') insist(meant.suggestions.length <= 3, 'many suggestions');
  else
    insist(
      text.length <= 1000 || text.trim().length <= 1000 || text.includes('\n'),
      'a command that is too long',
    );
}
