import { expect, test } from 'vitest';
import { TARGETS } from './targets.ts';

/** A short form of `npm run fuzz`: always other inputs, which the seed in a failure shows again. */
const INPUTS = 400;

const CASES = TARGETS.map(({ name, about, run }) => [name, about, run] as const);

test.each(CASES)('nothing is found in %s: %s', async (_name, _about, run) => {
  const seed = Math.floor(Math.random() * 2 ** 30);
  const { failure, inputs } = await run({ seed, inputs: INPUTS });
  expect(failure).toBeUndefined();
  expect(inputs).toBe(INPUTS);
});
