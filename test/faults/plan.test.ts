import { describe, expect, test } from 'vitest';
import { RECIPIENTS_DEVICES } from './people.ts';
import { kindOf, planOf, ROUND_MS } from './plan.ts';

const ROUNDS = Array.from({ length: 300 }, (_, round) => round);

function kindsIn(store: 'sqlite' | 'postgres'): ReadonlySet<string> {
  return new Set(ROUNDS.flatMap((round) => planOf(7, round, store)).map(kindOf));
}

describe('the plan of a round', () => {
  test('is the same each time for the same seed', () => {
    expect(planOf(7, 41, 'sqlite')).toEqual(planOf(7, 41, 'sqlite'));
  });

  test('is another one for each seed and each round', () => {
    const plans = [planOf(7, 41, 'sqlite'), planOf(8, 41, 'sqlite'), planOf(7, 42, 'sqlite')];
    expect(new Set(plans.map((plan) => JSON.stringify(plan))).size).toBe(3);
  });

  test('has messages in each round, and all within its time and in order', () => {
    for (const plan of ROUNDS.map((round) => planOf(7, round, 'postgres'))) {
      const times = plan.map(({ at }) => at);
      expect(plan.some(({ what }) => what === 'send')).toBe(true);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      expect(Math.max(...times)).toBeLessThan(ROUND_MS);
    }
  });

  test('has one message that its sender watches, with each status to wait for in time', () => {
    const watches = ROUNDS.map((round) =>
      planOf(7, round, 'sqlite').flatMap((deed) => ('watch' in deed ? [deed.watch] : [])),
    );
    expect(watches.every(({ length }) => length === 1)).toBe(true);
    const goals = new Set(watches.flat().map((watch) => watch?.until));
    expect(goals).toEqual(new Set([undefined, 'delivered', 'displayed']));
  });

  test('withholds a message from each device in its turn', () => {
    const devices = ROUNDS.flatMap((round) => planOf(7, round, 'sqlite')).flatMap((deed) =>
      deed.what === 'withhold' ? [deed.device] : [],
    );
    const inTurn = devices.slice(0, RECIPIENTS_DEVICES.length);
    expect(inTurn.toSorted()).toEqual([...RECIPIENTS_DEVICES].toSorted());
    expect(devices.length).toBe(100);
  });

  test('has in time every fault that there is', () => {
    const parts = ['daemon', 'server'].flatMap((part) =>
      ['kill', 'pause', 'restart'].map((what) => `${what} ${part}`),
    );
    const links = ['component', 'device'].flatMap((link) =>
      ['cut', 'hold', 'split', 'refuse'].map((what) => `${what} ${link}`),
    );
    expect([...kindsIn('sqlite')].toSorted()).toEqual(
      [...parts, ...links, 'come', 'leave', 'lock', 'send', 'withhold'].toSorted(),
    );
    expect([...kindsIn('postgres')]).toEqual(
      expect.arrayContaining([
        'kill database',
        'restart database',
        'pause database',
        'hold database',
      ]),
    );
  });
});
