import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RequestRate } from '../../../src/user/commands/request-rate.ts';
import { ALICE, BOB } from '../../support/facts.ts';

const MINUTE = 60_000;

function takeTimes(limiter: RequestRate, times: number, now: number) {
  return Array.from({ length: times }, () => limiter.take(ALICE, now));
}

test('a burst of commands is taken, and the first one too many differs from the others', () => {
  const limiter = new RequestRate(3);
  expect(takeTimes(limiter, 6, 0)).toEqual([
    'ok',
    'ok',
    'ok',
    'refused-first',
    'refused',
    'refused',
  ]);
});

test('a user who waits can send commands again', () => {
  const limiter = new RequestRate(4);
  takeTimes(limiter, 5, 0);
  expect(limiter.take(ALICE, MINUTE / 4)).toBe('refused');
  expect(takeTimes(limiter, 3, MINUTE / 2)).toEqual(['ok', 'ok', 'refused-first']);
});

test('commands at an even pace are never refused', () => {
  const limiter = new RequestRate(30);
  for (let now = 0; now < 10 * MINUTE; now += MINUTE / 30)
    expect(limiter.take(ALICE, now)).toBe('ok');
});

test('each user has a limit of their own', () => {
  const limiter = new RequestRate(1);
  takeTimes(limiter, 3, 0);
  expect(limiter.take(BOB, 0)).toBe('ok');
});

test('a clock that is put back neither gives nor takes commands', () => {
  const limiter = new RequestRate(2);
  takeTimes(limiter, 2, MINUTE);
  expect(limiter.take(ALICE, 0)).toBe('refused-first');
  expect(limiter.take(ALICE, MINUTE)).toBe('ok');
});

test('a limit of one command a minute is possible', () => {
  const limiter = new RequestRate(1);
  expect(takeTimes(limiter, 2, 0)).toEqual(['ok', 'refused-first']);
  expect(limiter.take(ALICE, MINUTE)).toBe('ok');
});

test('only the users who came last are remembered, up to a maximum', () => {
  const limiter = new RequestRate(1, 2);
  expect(limiter.take(ALICE, 0)).toBe('ok');
  expect(limiter.take(BOB, 1)).toBe('ok');
  expect(limiter.take('carol@example.org' as typeof ALICE, 2)).toBe('ok');
  expect(limiter.take(BOB, 3)).toBe('refused-first');
  expect(limiter.take(ALICE, 4)).toBe('ok');
});

test('nobody gets more in any minute than the burst and what is given back in it', () => {
  const pauses = fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 100 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), pauses, (perMinute, waits) => {
      const limiter = new RequestRate(perMinute);
      let now = 0;
      const answered: number[] = [];
      for (const wait of waits) {
        now += wait;
        if (limiter.take(ALICE, now) !== 'refused') answered.push(now);
      }
      for (const from of answered) {
        const within = answered.filter((at) => at >= from && at < from + MINUTE);
        // The notices that it is too much are few: half a burst must come back between two of them.
        expect(within.length).toBeLessThanOrEqual(2 * perMinute + 4);
      }
    }),
  );
});
