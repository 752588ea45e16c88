import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { BareJid } from '../../../src/message/jid.ts';
import type { Question } from '../../../src/store/question-store.ts';
import { type Meaning, parse } from '../../../src/user/bot/parse.ts';
import { de } from '../../../src/user/text/de/index.ts';
import { en } from '../../../src/user/text/en/index.ts';
import { askingText } from '../../../src/user/text/question-text.ts';
import { zh } from '../../../src/user/text/zh/index.ts';
import { NOW, question } from '../text/samples.ts';

const local = fc.oneof(
  fc.stringMatching(/^[a-z][a-z0-9._-]{0,9}$/),
  fc.stringMatching(/^[张王李老板小明]{1,3}$/),
  fc.constantFrom('all', 'yes', 'no', 'me', 'test', 'ok', 'ann', 'anna', 'anna.lee', 'bob2', 'ja'),
);
const domain = fc.constantFrom('example.org', 'example.net');
const address = fc.tuple(local, domain).map(([name, at]) => `${name}@${at}` as BareJid);

/** Questions of two to five senders, some of whom ask twice. */
const questions = fc
  .tuple(fc.uniqueArray(address, { minLength: 2, maxLength: 5 }), fc.nat({ max: 1 }))
  .map(([senders, again]) =>
    [...senders, ...senders.slice(0, again)].map((sender, at) => question(at + 1, { sender })),
  );

function read(text: string, asked: readonly Question[]): Meaning {
  return parse(text, { said: { kind: 'question' }, questions: asked });
}

/** Whose questions an answer is about; `undefined`: it is no answer to named ones. */
function sendersIn(meaning: Meaning, asked: readonly Question[]): ReadonlySet<string> | undefined {
  if (meaning.kind !== 'answer' || !Array.isArray(meaning.which)) return undefined;
  const { which } = meaning;
  return new Set(asked.filter(({ number }) => which.includes(number)).map(({ sender }) => sender));
}

test.each([
  ['English', en, /“yes ([^”]+)”/, 'yes'],
  ['Chinese', zh, /“是 ([^”]+)”/, '是'],
  ['German', de, /„ja ([^“]+)“/, 'ja'],
] as const)('the example of an answer in %s is read as it is meant', (_, language, form, yes) => {
  fc.assert(
    fc.property(questions, (asked) => {
      const text = askingText({ questions: asked, waiting: asked.length }, language, NOW);
      const [, name] = form.exec(text) ?? [];
      const senders = sendersIn(read(`${yes} ${name}`, asked), asked);
      expect(senders, text).toEqual(new Set([asked[0]?.sender]));
    }),
  );
});

test.each([
  ['English', en, /“(always for [^”]+)” or “(never for [^”]+)”/],
  ['Chinese', zh, /“(以后都给 [^”]+)”，或“(以后都不给 [^”]+)”/],
  ['German', de, /„(immer für [^“]+)“ oder „(nie für [^“]+)“/],
] as const)('the examples for good in %s are read as they are meant', (_, language, form) => {
  fc.assert(
    fc.property(questions, (asked) => {
      const waits = { questions: asked, waiting: asked.length };
      const text = askingText({ ...waits, offersForGood: true }, language, NOW);
      const [, yes = '', no = ''] = form.exec(text) ?? [];
      const other = asked.find(({ sender }) => sender !== asked[0]?.sender);
      const [always, never] = [read(yes, asked), read(no, asked)];
      expect(always, yes).toMatchObject({ kind: 'answer', answer: 'yes', forGood: true });
      expect(never, no).toMatchObject({ kind: 'answer', answer: 'no', forGood: true });
      expect(sendersIn(always, asked), yes).toEqual(new Set([asked[0]?.sender]));
      expect(sendersIn(never, asked), no).toEqual(new Set([other?.sender]));
      expect(askingText(waits, language, NOW)).not.toMatch(form);
    }),
  );
});

test('a name that begins like a word that asks is a name', () => {
  const asked = ['is0@example.org', 'ann@example.org'].map((sender, at) =>
    question(at + 1, { sender: sender as BareJid }),
  );
  expect(sendersIn(read('yes is0', asked), asked)).toEqual(new Set(['is0@example.org']));
});

test('who is named by the whole address is meant, and nobody else', () => {
  fc.assert(
    fc.property(questions, fc.constantFrom('yes ', 'no, ', 'ok for ', '是 '), (asked, answer) => {
      for (const { sender } of asked)
        expect(sendersIn(read(`${answer}${sender}`, asked), asked)).toEqual(new Set([sender]));
    }),
  );
});

test('a beginning that two names have names nobody', () => {
  const asked = ['anna@example.org', 'anne@example.org'].map((sender, at) =>
    question(at + 1, { sender: sender as BareJid }),
  );
  expect(sendersIn(read('yes ann', asked), asked)).toBeUndefined();
  expect(sendersIn(read('yes anna', asked), asked)).toEqual(new Set(['anna@example.org']));
});
