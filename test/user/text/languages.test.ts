import { describe, expect, test } from 'vitest';
import type { BareJid } from '../../../src/message/jid.ts';
import { POLICIES } from '../../../src/message/policy.ts';
import { STATUSES } from '../../../src/message/status.ts';
import { LANGUAGES } from '../../../src/user/commands/command.ts';
import { commandText } from '../../../src/user/text/command-text.ts';
import { de } from '../../../src/user/text/de/index.ts';
import { en } from '../../../src/user/text/en/index.ts';
import { helpText, longHelpText } from '../../../src/user/text/help-text.ts';
import type { Language } from '../../../src/user/text/language.ts';
import { LANGUAGE_OF, languageFor } from '../../../src/user/text/languages.ts';
import { zh } from '../../../src/user/text/zh/index.ts';

const HAN = /\p{Script=Han}/u;

/** What is the same in every language: addresses, and what the languages call themselves. */
const SHARED = ['lang', 'name'];

/** Nothing but what they are given, and marks. */
const WORDLESS = ['policy.exception', 'statistics.line'];

/** Stands for any number, address, time or name; also for a list of them. */
const SAMPLE = {
  sender: 'carol@example.org',
  recipient: 'bob@example.org',
  condition: 'gone',
  time: '10:42',
  from: '10:50',
  to: '10:55',
  messages: 3,
  count: 3,
  year: 2025,
  month: 11,
  day: 22,
  name: 'N',
  meaning: 'M',
  length: 'L',
  deadline: 'D',
};

describe.each(LANGUAGES)('the language %s', (code) => {
  const language = LANGUAGE_OF[code];
  const texts = textsOf(language);

  test('has every text that the other languages have', () => {
    for (const other of LANGUAGES)
      expect([...texts.keys()]).toEqual([...textsOf(LANGUAGE_OF[other]).keys()]);
  });

  test('has no empty text', () => {
    for (const [key, text] of texts) {
      expect(text, key).toMatch(/\S/);
      expect(text, key).not.toMatch(/undefined|\[object|NaN/);
    }
  });

  test('has no address before a full stop, nor as the last word of a line', () => {
    const whole = [...texts].filter(([key]) => !IS_PART.test(key));
    for (const [key, text] of [...whole, ...textsWithAddresses(language), ...joined(language)]) {
      expect(text, key).not.toMatch(/@example\.org[.。]/u);
      expect(text, key).not.toMatch(/@example\.org\p{P}*$/mu);
    }
  });

  test('is written in its own script', () => {
    const words = [...texts].filter(([key]) => ![...SHARED, ...WORDLESS].includes(key));
    for (const [key, text] of words) expect(HAN.test(text), `${key}: ${text}`).toBe(code === 'zh');
  });

  test('has a name and a meaning for every status and policy', () => {
    expect(Object.keys(language.statuses)).toEqual([...STATUSES]);
    expect(Object.keys(language.statusNames)).toEqual([...STATUSES]);
    expect(Object.keys(language.policies).sort()).toEqual([...POLICIES].sort());
  });

  test('has words for every command of the bot', () => {
    for (const [word, said] of Object.entries(language.words)) {
      expect(said.length, word).toBeGreaterThan(0);
      for (const text of said) expect(text, word).toBe(text.normalize('NFKC').toLowerCase().trim());
    }
  });
});

test('every text differs between the languages, unless it is shared', () => {
  const others = textsOf(zh);
  for (const [key, text] of textsOf(en))
    if (!SHARED.includes(key)) expect(others.get(key), key).not.toBe(text);
});

test.each([
  ['en', 'en'],
  ['en-GB', 'en'],
  ['EN-gb', 'en'],
  ['zh', 'zh'],
  ['zh-CN', 'zh'],
  ['zh-Hans', 'zh'],
  ['zh-Hant-TW', 'zh'],
  ['ZH-tw', 'zh'],
  ['de-AT', 'de'],
] as const)('the tag %s chooses the language %s', (tag, code) => {
  for (const fallback of [undefined, en, zh])
    expect(languageFor(tag, fallback)).toBe(LANGUAGE_OF[code]);
});

test.each(['fr', '', '-', '__proto__', 'constructor', 'english', undefined])(
  'the tag %o chooses the language that is given for unknown ones',
  (tag) => {
    for (const fallback of [undefined, en, zh]) expect(languageFor(tag, fallback)).toBe(fallback);
  },
);

test('a date is written as speakers of the language write it', () => {
  const day = { year: undefined, month: 11, day: 2, time: '10:42' };
  expect(en.date(day)).toBe('2 Nov, 10:42');
  expect(en.date({ ...day, year: 2025 })).toBe('2 Nov 2025, 10:42');
  expect(zh.date(day)).toBe('11月2日 10:42');
  expect(zh.date({ ...day, year: 2025 })).toBe('2025年11月2日 10:42');
  expect(de.date(day)).toBe('2. Nov., 10:42');
  expect(de.date({ ...day, year: 2025 })).toBe('2. Nov. 2025, 10:42');
});

/**
 * Every text by its path; what takes arguments is given samples. Words are compared apart: each
 * language has its own number.
 */
function textsOf(language: Language) {
  return new Map(flatten('', textsWithoutWords(language)));
}

function textsWithoutWords({
  words,
  loose,
  never,
  persons,
  asides,
  unrelated,
  fillers,
  openings,
  askings,
  greetings,
  silence,
  naming,
  places,
  called,
  surely,
  watch: { words: watchWords, ...watch },
  ...rest
}: Language) {
  return { ...rest, watch };
}

/** Texts in which no address can stand, but names of other things. */
const WITHOUT_ADDRESS =
  /^(receipts\.|help\.|statistics\.|why\.told|zone\.inUse|watch\.(length|howToAnswer|commands)|date|policy\.inForce|more|questions\.(howToAnswer|forGoodOf|item|more|noSuch))/;

/** Only the first thing that these are given can be an address: then come lengths and names. */
const ADDRESS_FIRST = /^(policy\.exception|watch\.rule|watchForms\.message)/;

/** Something always stands behind these, or they are given whole lines. */
const IS_PART = /^(help\.sections|questions\.takeBack|watchForms\.told)/;

/** The same, with what stands behind them. */
function joined(language: Language): readonly (readonly [string, string])[] {
  const undo = { kind: 'set-exception', peer: ADDRESS as BareJid, policy: 'default' } as const;
  return [
    ['help', helpText(true, language)],
    ['help all', longHelpText(true, language)],
    ['take back', language.questions.takeBack(commandText(undo, language))],
    ['told', language.watchForms.told(language.watch.item(SAMPLE))],
  ];
}

/** Every text with an address at each place where one can stand. */
function textsWithAddresses(language: Language): readonly (readonly [string, string])[] {
  const functions = flattenFunctions('', textsWithoutWords(language));
  const taking = functions.filter(([path]) => !WITHOUT_ADDRESS.test(path) && !IS_PART.test(path));
  return taking.flatMap(([path, make]) =>
    withAddresses(path).map((args) => [path, String(make(...args))] as const),
  );
}

/** The arguments once for each that can be an address, with one in its place. */
function withAddresses(path: string): readonly (readonly unknown[])[] {
  const args = samplesFor(path);
  const places = ADDRESS_FIRST.test(path) ? args.slice(0, 1) : args;
  return places.flatMap((arg, at) =>
    typeof arg === 'object' || typeof arg === 'boolean' ? [args] : [args.with(at, ADDRESS)],
  );
}

const ADDRESS = 'bob@example.org';

type Make = (...args: readonly unknown[]) => unknown;

function flattenFunctions(path: string, value: unknown): readonly (readonly [string, Make])[] {
  if (typeof value === 'function') return [[path, value as Make]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    flattenFunctions(path === '' ? key : `${path}.${key}`, inner),
  );
}

function flatten(path: string, value: unknown): readonly (readonly [string, string])[] {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value === 'function') return [[path, String(value(...samplesFor(path)))]];
  if (typeof value !== 'object' || value === null) throw new Error(`${path} is no text`);
  return Object.entries(value).flatMap(([key, inner]) =>
    flatten(path === '' ? key : `${path}.${key}`, inner),
  );
}

function samplesFor(path: string): readonly unknown[] {
  if (/^(statuses\.|told\.|digests\.|date|policy\.inForce|questions\.(one|answered\.))/.test(path))
    return [SAMPLE];
  if (/^watch\.(overdue|begun|dropped|reminder|item)/.test(path)) return [SAMPLE];
  if (path === 'watch.length') return [3, 'minute'];
  if (/^watch\.commands\.(one|contact)/.test(path)) return ['A', 'displayed', 'B'];
  if (/^questions\.item/.test(path)) return [1, SAMPLE];
  if (path === 'misunderstood.couldSay') return [['A', ADDRESS]];
  if (/^(receipts\.(wanted|withText)|help\.brief)/.test(path)) return [['A', 'B']];
  if (/^(policy\.exception|statistics\.line)/.test(path)) return ['A', 'B'];
  return [1, 2];
}
