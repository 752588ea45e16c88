import { describe, expect, test } from 'vitest';
import { parse } from '../../../src/user/bot/parse.ts';
import { LANGUAGES } from '../../../src/user/commands/command.ts';
import { LANGUAGE_OF } from '../../../src/user/text/languages.ts';

/** Questions end with every policy but `manual`. Reminders end with `refuse` alone. Nothing ends them where it is locked. */
const STOPS = {
  words: [{ kind: 'set-text', text: false }],
  question: [
    { kind: 'set-policy', policy: 'client' },
    { kind: 'set-policy', policy: 'refuse' },
  ],
  lockedQuestion: [],
} as const;

const HELP = { kind: 'help' };

const NAMED = {
  en: {
    words: ['text off', 'help'],
    question: ['policy client', 'policy refuse', 'help'],
    lockedQuestion: ['help'],
  },
  zh: {
    words: ['文字 关', '帮助'],
    question: ['回执设置 客户端', '回执设置 拒绝', '帮助'],
    lockedQuestion: ['帮助'],
  },
  de: {
    words: ['worte aus', 'hilfe'],
    question: ['richtlinie app', 'richtlinie verweigern', 'hilfe'],
    lockedQuestion: ['hilfe'],
  },
} as const;

describe.each(LANGUAGES)('the first line to a person, in the language %s,', (code) => {
  test.each(['words', 'question', 'lockedQuestion'] as const)(
    'before %s, names what stops them',
    (kind) => {
      const line = LANGUAGE_OF[code].meeting[kind];
      const named = [...line.matchAll(/[“„]([^“”„]+)[“”]/gu)].map(([, command = '']) => command);
      expect(named).toEqual(NAMED[code][kind]);
      expect(named.map((command) => parse(command))).toEqual([...STOPS[kind], HELP]);
    },
  );

  test('has no other kinds', () => {
    expect(Object.keys(LANGUAGE_OF[code].meeting)).toEqual(Object.keys(STOPS));
  });
});
