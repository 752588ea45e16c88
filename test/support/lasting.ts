import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';

/** Far more than anything takes: on a busy machine it takes longer. */
const PATIENCE_MS = 20_000;

/** Resolves when that is read, and is still read after so long: nothing more has come. */
export async function expectLasting<Value>(
  read: () => Value,
  expected: Value,
  ms: number,
): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!isDeepStrictEqual(read(), expected) && performance.now() < end) await sleep(20);
  await sleep(ms);
  expect(read()).toEqual(expected);
}
