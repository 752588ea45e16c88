import { expect, test } from 'vitest';
import { planOf } from './plan.ts';

const rounds = (seed: number) => Array.from({ length: 60 }, (_, round) => planOf(seed, round, 3));

test('a round follows from the seed and its number', () => {
  expect(rounds(7)).toEqual(rounds(7));
  expect(rounds(7)).not.toEqual(rounds(8));
});

test('sixty rounds hold every fault, on every node', () => {
  const deeds = rounds(1).flat();
  for (const what of ['choose', 'kill', 'restart', 'part', 'cut', 'move', 'daemon'])
    expect(deeds).toContainEqual(expect.objectContaining({ what }));
  for (const node of [0, 1, 2])
    expect(deeds).toContainEqual(expect.objectContaining({ what: 'kill', node }));
});
