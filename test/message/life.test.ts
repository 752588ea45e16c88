import { expect, test } from 'vitest';
import { livesOf, newestLife } from '../../src/message/life.ts';
import { addFacts, EMPTY_RECORD } from '../../src/message/record.ts';
import { accepted, fact, HOUR, MINUTE, T0 } from '../support/facts.ts';

test('a record without accepted has no message yet', () => {
  expect(newestLife(record(fact('sent', 0)))).toBeUndefined();
});

test('an accepted after an hour and more is a new message under the same id', () => {
  expect(startsOf(accepted(0), accepted(HOUR + 1))).toEqual([0, HOUR + 1]);
});

test('an accepted after exactly an hour is the same message sent again', () => {
  expect(startsOf(accepted(0), accepted(HOUR))).toEqual([0]);
});

test('the hour counts from the last time that the message was sent', () => {
  expect(startsOf(accepted(0), accepted(50 * MINUTE), accepted(100 * MINUTE))).toEqual([0]);
});

test('two messages become one when an accepted between them arrives late', () => {
  const apart = record(accepted(0), accepted(100 * MINUTE));
  expect(livesOf(apart)).toHaveLength(2);
  expect(livesOf(addFacts(apart, [accepted(50 * MINUTE)]))).toHaveLength(1);
});

test('facts belong to the message that had begun by their stamp', () => {
  const lives = livesOf(
    record(accepted(0), fact('stored', 2), accepted(2 * HOUR), fact('sent', 2 * HOUR + 1)),
  );
  expect(lives.map(({ facts }) => facts.map(({ kind }) => kind))).toEqual([
    ['accepted', 'stored'],
    ['accepted', 'sent'],
  ]);
});

test('a fact with the stamp of the new accepted belongs to the new message', () => {
  const life = newestLife(record(accepted(0), accepted(2 * HOUR), fact('sent', 2 * HOUR)));
  expect(life?.facts.map(({ kind }) => kind)).toEqual(['accepted', 'sent']);
});

test('a fact from before the first accepted belongs to the first message', () => {
  const [life] = livesOf(record(fact('received', -5 * HOUR), accepted(0)));
  expect(life).toEqual({ startedAt: T0, facts: [fact('received', -5 * HOUR), accepted(0)] });
});

function record(...facts: Parameters<typeof addFacts>[1]) {
  return addFacts(EMPTY_RECORD, facts);
}

function startsOf(...facts: Parameters<typeof addFacts>[1]): readonly number[] {
  return livesOf(record(...facts)).map(({ startedAt }) => startedAt - T0);
}
