import { expect, test } from 'vitest';
import { questionId, questionNumbersIn, questionsNamedBy } from '../../src/protocol/question-id.ts';
import { ALICE, BOB, MINUTE, T0 } from '../support/facts.ts';

const PREFIX = 'q-6f1c2a52-6a0e-4a3c-9b43-0d4b9f3f7a11-';

test.each([[[1]], [[3, 1, 2]], [upTo(100)]])(
  'the id of a stanza tells its questions: %j',
  (numbers) => {
    expect(questionNumbersIn(questionId(numbers.map((number) => asked(number))))).toEqual(numbers);
  },
);

test('two stanzas with the same questions have different ids', () => {
  expect(questionId([asked(1)])).not.toBe(questionId([asked(1)]));
});

test('an id names the questions that it was made for, and no other ones with their numbers', () => {
  const id = questionId([asked(1), asked(2)]);
  expect(questionsNamedBy(id, [asked(1), asked(3)])).toEqual([asked(1)]);
  expect(questionsNamedBy(id, [{ ...asked(1), sender: BOB }])).toEqual([]);
  expect(questionsNamedBy(id, [{ ...asked(1), from: T0 + MINUTE }])).toEqual([]);
});

test('an id without marks tells its questions, but names none surely', () => {
  expect(questionNumbersIn(`${PREFIX}1.2`)).toEqual([1, 2]);
  expect(questionsNamedBy(`${PREFIX}1.2`, [asked(1)])).toEqual([]);
});

test('a number that an id names twice is one question', () => {
  expect(questionNumbersIn(`${PREFIX}2.1.2`)).toEqual([2, 1]);
});

test.each([
  ['is that of a message', 'm1'],
  ['is empty', ''],
  ['has no number', PREFIX],
  ['has nothing between two dots', `${PREFIX}1..2`],
  ['ends with a dot', `${PREFIX}1.`],
  ['has a word among the numbers', `${PREFIX}1.x`],
  ['has a mark without a number', `${PREFIX}-3fa2b1`],
  ['has a mark that is too short', `${PREFIX}1-3fa`],
  ['has a number of ten digits', `${PREFIX}1234567890`],
  ['has more than a hundred numbers', `${PREFIX}${upTo(101).join('.')}`],
  ['has something before it', `x${PREFIX}1`],
])('an id that %s names no questions', (_, id) => {
  expect(questionNumbersIn(id)).toEqual([]);
  expect(questionsNamedBy(id, [asked(1)])).toEqual([]);
});

function asked(number: number) {
  return { number, sender: ALICE, from: T0 };
}

function upTo(last: number): readonly number[] {
  return Array.from({ length: last }, (_, index) => index + 1);
}
