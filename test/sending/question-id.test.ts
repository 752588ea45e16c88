import { expect, test } from 'vitest';
import { questionId, questionNumbersIn } from '../../src/sending/question-id.ts';

const PREFIX = 'q-6f1c2a52-6a0e-4a3c-9b43-0d4b9f3f7a11-';

test.each([[[1]], [[3, 1, 2]], [upTo(100)]])(
  'the id of a stanza tells its questions: %j',
  (numbers) => {
    expect(questionNumbersIn(questionId(numbers))).toEqual(numbers);
  },
);

test('two stanzas with the same questions have different ids', () => {
  expect(questionId([1])).not.toBe(questionId([1]));
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
  ['has a number of ten digits', `${PREFIX}1234567890`],
  ['has more than a hundred numbers', `${PREFIX}${upTo(101).join('.')}`],
  ['has something before it', `x${PREFIX}1`],
])('an id that %s names no questions', (_, id) => {
  expect(questionNumbersIn(id)).toEqual([]);
});

function upTo(last: number): readonly number[] {
  return Array.from({ length: last }, (_, index) => index + 1);
}
