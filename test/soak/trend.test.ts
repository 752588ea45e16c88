import { expect, test } from 'vitest';
import { Dice } from '../faults/plan.ts';
import { verdictOf } from './report.ts';
import { type Point, trendOf } from './trend.ts';

const MINUTES = 60;
const A_MINUTE = 4;

/** A value for each fifteen seconds of an hour. */
function hourOf(valueAt: (minutes: number) => number, minutes = MINUTES): readonly Point[] {
  return Array.from({ length: minutes * A_MINUTE }, (_, place) => {
    const at = place / A_MINUTE;
    return { minutes: at, value: valueAt(at) };
  });
}

function verdict(points: readonly Point[]): string {
  const trend = trendOf(points, 'mean');
  if (trend === undefined) throw new Error('too short');
  return verdictOf(trend);
}

test('what stays as it is does not grow', () => {
  expect(verdict(hourOf(() => 5))).toBe('does not grow');
  expect(verdict(hourOf(() => 0))).toBe('does not grow');
});

test('a leak of a fifth in an hour is seen through noise, with its size', () => {
  const dice = new Dice(1);
  const points = hourOf((at) => 100 + at / 3 + dice.below(11) - 5);
  const trend = trendOf(points, 'mean');
  expect(trend?.slope).toBeCloseTo(20 / 110, 1);
  expect(verdict(points)).toBe('**grows**');
});

test('what goes up and down by a half in some minutes does not grow', () => {
  expect(verdict(hourOf((at) => 100 + 50 * ((at % 2) / 2)))).toBe('does not grow');
});

test('noise is called growth in few of a hundred runs', () => {
  const verdicts = Array.from({ length: 100 }, (_, seed) => {
    const dice = new Dice(seed);
    return verdict(hourOf(() => 100 + dice.below(41) - 20));
  });
  const grown = verdicts.filter((it) => it.includes('grows'));
  expect(grown.length).toBeLessThan(10);
});

test('what wanders up for a while is not called growth: its neighbours say the same', () => {
  const slow = hourOf((at) => 100 + 10 * Math.sin(at / 8));
  expect(verdict(slow)).not.toContain('**grows**');
});

test('garbage that waits to be collected is no growth, what stays after it is', () => {
  const saw = (at: number) => 40 * ((at % 3) / 3);
  const steady = trendOf(
    hourOf((at) => 60 + saw(at)),
    'least',
  );
  const leaking = trendOf(
    hourOf((at) => 60 + at / 4 + saw(at)),
    'least',
  );
  expect(steady?.first).toBe(60);
  expect(verdictOf(steady ?? never())).toBe('does not grow');
  expect(verdictOf(leaking ?? never())).toBe('**grows**');
});

test('a quarter of an hour is too short for a trend', () => {
  expect(
    trendOf(
      hourOf(() => 1, 15),
      'mean',
    ),
  ).toBeUndefined();
});

function never(): never {
  throw new Error('too short');
}
