import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { BareJid } from '../../../src/message/jid.ts';
import { POLICIES } from '../../../src/message/policy.ts';
import { STATUSES } from '../../../src/message/status.ts';
import { parse } from '../../../src/user/bot/parse.ts';
import { VOCABULARY } from '../../../src/user/bot/vocabulary.ts';
import { type Command, LANGUAGES } from '../../../src/user/commands/command.ts';
import { commandText } from '../../../src/user/text/command-text.ts';
import { LANGUAGE_OF } from '../../../src/user/text/languages.ts';

const language = fc.constantFrom(...LANGUAGES);
const localpart = fc.stringMatching(/^[a-z][a-z0-9._-]{0,9}$/);
const domain = fc.stringMatching(/^q[a-z0-9]{1,8}\.org$/);
const jid = fc.tuple(localpart, domain).map(([local, at]) => `${local}@${at}` as BareJid);
const orDefault = <T>(value: fc.Arbitrary<T>) => fc.oneof(value, fc.constant('default' as const));
const told = fc.constantFrom(...STATUSES.filter((status) => status !== 'accepted'));

const command: fc.Arbitrary<Command> = fc.oneof(
  fc.constantFrom<Command>(
    { kind: 'help' },
    { kind: 'show-policy' },
    { kind: 'questions' },
    { kind: 'show-receipts' },
    { kind: 'statistics' },
    { kind: 'status' },
    { kind: 'show-zone' },
    { kind: 'set-zone', zone: 'default' },
    { kind: 'set-zone', zone: '+05:30' },
    { kind: 'set-zone', zone: '-11:00' },
  ),
  fc.record({
    kind: fc.constant('set-policy' as const),
    policy: orDefault(fc.constantFrom(...POLICIES)),
  }),
  fc.record({
    kind: fc.constant('set-exception' as const),
    peer: fc.oneof(jid, domain),
    policy: orDefault(fc.constantFrom(...POLICIES)),
  }),
  fc.record({ kind: fc.constant('tell-declined' as const), tells: orDefault(fc.boolean()) }),
  fc.record({
    kind: fc.constant('answer' as const),
    answer: fc.constantFrom('yes' as const, 'no' as const, 'later' as const),
    which: fc.oneof(
      fc.constantFrom('all' as const, 'only' as const),
      fc.uniqueArray(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 5 }),
    ),
  }),
  fc.record({ kind: fc.constant('status' as const), recipient: jid }),
  fc.record({
    kind: fc.constant('set-receipts' as const),
    statuses: orDefault(fc.uniqueArray(told)),
  }),
  fc.record({ kind: fc.constant('set-text' as const), text: orDefault(fc.boolean()) }),
  fc.record({
    kind: fc.constant('set-text' as const),
    text: fc.constant(true),
    statuses: fc.uniqueArray(told, { minLength: 1 }),
  }),
  fc.record({
    kind: fc.constant('set-language' as const),
    language: orDefault(fc.constantFrom(...LANGUAGES)),
  }),
);

/** Ways to write the same thing. */
const space = fc.constantFrom(' ', '  ', '\t', '\n', '\u3000', '\u00a0');
const mark = fc.constantFrom('', '.', '!', '!!', ',', ';', '。', '！', '，', '…', ' .', ' :)');
const writing = fc.constantFrom<(text: string) => string>(
  (text) => text,
  (text) => text.toUpperCase(),
  (text) => text.slice(0, 1).toUpperCase() + text.slice(1),
  fullWidth,
);

function fullWidth(text: string): string {
  return text.includes('@') || text.includes('.')
    ? text
    : text.replace(/[!-~]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0));
}

const sloppy = fc
  .tuple(
    command,
    language,
    fc.record({
      spaces: fc.array(space, { minLength: 12, maxLength: 12 }),
      before: fc.constantFrom('', ' ', '\n', '> what was said\n', '"'),
      after: mark,
      write: writing,
    }),
  )
  .map(([meant, spoken, { spaces, before, after, write }]) => {
    const words = commandText(meant, LANGUAGE_OF[spoken]).split(' ');
    const text = words
      .map((word, at) => `${at === 0 ? '' : spaces[at % 12]}${write(word)}`)
      .join('');
    return { meant, text: `${before}${text}${after}` };
  });

test('every command that the bot suggests is understood, however sloppily it is written', () => {
  fc.assert(
    fc.property(sloppy, ({ meant, text }) => {
      expect(normalized(parse(text))).toEqual(normalized(meant));
    }),
  );
});

const words = fc.constantFrom(...VOCABULARY.keys());
const anything = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 1100 }),
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  fc.array(words, { maxLength: 12 }).map((parts) => parts.join('')),
  fc
    .array(fc.oneof(words, jid, fc.nat().map(String), fc.string({ maxLength: 5 })), {
      maxLength: 12,
    })
    .chain((parts) => fc.constantFrom(' ', ', ', '\n').map((between) => parts.join(between))),
);

test('no text makes the bot fail, and every suggestion is a command', () => {
  fc.assert(
    fc.property(anything, language, (text, spoken) => {
      const meant = parse(text);
      if (meant.kind !== 'not-understood') return;
      expect(meant.suggestions.length).toBeLessThanOrEqual(3);
      for (const suggested of meant.suggestions)
        expect(parse(commandText(suggested, LANGUAGE_OF[spoken])).kind).toBe(suggested.kind);
    }),
  );
});

const unknown = fc
  .stringMatching(/^[a-z\u4e10-\u4e1f]{1,12}$/)
  .filter(
    (text) => !VOCABULARY.has(text) && ![...VOCABULARY.keys()].some((word) => text.includes(word)),
  );

test('an answer beside an unknown word answers no question', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('yes', 'no', 'later', '是', '否', '稍后'),
      fc.array(unknown, { minLength: 1, maxLength: 5 }),
      fc.nat({ max: 5 }),
      (answer, others, at) => {
        const text = others.toSpliced(at, 0, answer).join(' ');
        expect(parse(text).kind).toBe('not-understood');
      },
    ),
  );
});

test('no word stands for two commands, or for two answers', () => {
  const exclusive = [
    [
      'help',
      'policy',
      'declined',
      'questions',
      'status',
      'receipts',
      'text',
      'language',
      'statistics',
    ],
    ['yes', 'no', 'later', 'filler', 'opening', 'asking', 'assent', 'greeting'],
    [...POLICIES, 'default'],
  ];
  for (const [word, senses] of VOCABULARY)
    for (const group of exclusive)
      expect(
        group.filter((sense) => [...senses].includes(sense as never)).length,
        word,
      ).toBeLessThan(2);
});

/** The order of statuses says nothing. */
function normalized(meant: ReturnType<typeof parse>) {
  if (meant.kind !== 'set-receipts' || meant.statuses === 'default') return meant;
  return { ...meant, statuses: [...meant.statuses].sort() };
}
