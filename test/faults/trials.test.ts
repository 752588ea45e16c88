import { describe, expect, test } from 'vitest';
import { trialOf } from './trials.ts';

const TURNS = Array.from({ length: 6 }, (_, turn) => turn);

describe('a trial', () => {
  test.each([
    ['sqlite', ['the store is locked', 'the disk is read-only']],
    ['postgres', ['the database is read-only', 'the database hangs']],
  ] as const)('of each kind has its turn with %s', (store, ofThisStore) => {
    const names = TURNS.map((turn) => trialOf(21, turn, store).name);
    expect(names.toSorted()).toEqual(
      [
        'the clock goes ahead',
        'the clock is set back',
        'the disk is full',
        "yesterday's backup",
        ...ofThisStore,
      ].toSorted(),
    );
  });

  test('is the same each time for the same seed and turn', () => {
    expect(trialOf(21, 9, 'sqlite')).toBe(trialOf(21, 9, 'sqlite'));
  });
});
