import { describe, expect, test } from 'vitest';
import type { BareJid } from '../../../src/message/jid.ts';
import { parse } from '../../../src/user/bot/parse.ts';
import type { Situation } from '../../../src/user/bot/situation.ts';
import { OLD_CHINESE, OLD_ENGLISH, ONCE_A_YES } from './old-words.ts';

const YES = { kind: 'answer', answer: 'yes', which: 'only' } as const;
const questions = [{ number: 1, sender: 'alice@example.org' as BareJid }];

const SITUATIONS: readonly (readonly [string, Situation])[] = [
  ['nothing waits', { said: { kind: 'other' }, questions: [] }],
  [
    'a question waits, and the bot said something else last',
    { said: { kind: 'other' }, questions },
  ],
  ['the question is the last word of the bot', { said: { kind: 'question' }, questions }],
];

describe.each([
  ['English', OLD_ENGLISH, 130],
  ['Chinese', OLD_CHINESE, 140],
] as const)('old words in %s', (_, words, least) => {
  test('are all there', () => {
    expect(words.flatMap(([, sentences]) => sentences).length).toBeGreaterThanOrEqual(least);
  });

  test.each(SITUATIONS)('mean what they always meant, when %s', (__, situation) => {
    for (const [command, sentences] of words)
      for (const sentence of sentences)
        expect.soft([sentence, parse(sentence, situation)]).toEqual([sentence, command]);
  });
});

describe.each(ONCE_A_YES)('%s', (word) => {
  test('is a yes while the question is the last word of the bot', () => {
    expect(parse(word, { said: { kind: 'question' }, questions })).toEqual(YES);
  });

  test('is asked about, if the bot said something else since', () => {
    const meaning = parse(word, { said: { kind: 'other' }, questions });
    expect(meaning).toEqual({ kind: 'doubtful', command: YES });
  });
});
