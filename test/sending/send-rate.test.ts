import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SendRate } from '../../src/sending/send-rate.ts';
import { ALICE, BOB } from '../support/facts.ts';

const LIMITS = { gather: 100, every: 2000, burst: 3 };

test('an addressee who got nothing lately need not wait', () => {
  const rate = new SendRate(LIMITS);
  expect(rate.waiting(0)).toEqual([]);
  expect(rate.nextReadyAt()).toBeUndefined();
});

test('an addressee who just got a stanza waits for what can travel in the next one', () => {
  const rate = new SendRate(LIMITS);
  rate.note(ALICE, 0);
  expect(rate.waiting(99)).toEqual([ALICE]);
  expect(rate.nextReadyAt()).toBe(100);
  expect(rate.waiting(100)).toEqual([]);
});

test('an addressee who used up the burst waits for the next even step', () => {
  const rate = new SendRate(LIMITS);
  for (const now of [0, 100, 200, 300]) rate.note(ALICE, now);
  expect(rate.waiting(1999)).toEqual([ALICE]);
  expect(rate.waiting(2000)).toEqual([]);
});

test('no addressee waits for another one', () => {
  const rate = new SendRate(LIMITS);
  for (const now of [0, 100, 200, 300]) rate.note(ALICE, now);
  rate.note(BOB, 300);
  expect(rate.waiting(400)).toEqual([ALICE]);
});

test('an addressee who is forgiven need not wait', () => {
  const rate = new SendRate(LIMITS);
  for (const now of [0, 100, 200, 300]) rate.note(ALICE, now);
  rate.forgive(ALICE);
  expect(rate.waiting(301)).toEqual([]);
});

test('nobody gets more in any time than the burst, one more and one for each even step', () => {
  const { burst, every } = LIMITS;
  const waits = fc.oneof({ arbitrary: fc.nat(150), weight: 4 }, fc.nat(3000));
  fc.assert(
    fc.property(fc.array(waits, { maxLength: 50 }), (due) => {
      const sent = sentBy(due);
      for (const [index, from] of sent.entries())
        for (const [more, to] of sent.slice(index).entries())
          expect(more + 1).toBeLessThanOrEqual(burst + 1 + Math.ceil((to - from) / every));
    }),
  );
});

/** When something was sent to one addressee, for whom something is due again and again. */
function sentBy(waits: readonly number[]): readonly number[] {
  const rate = new SendRate(LIMITS);
  const sent: number[] = [];
  let now = 0;
  for (const wait of waits) {
    now += wait;
    if (rate.waiting(now).length > 0) continue;
    rate.note(ALICE, now);
    sent.push(now);
  }
  return sent;
}
