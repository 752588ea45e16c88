import { expect, test } from 'vitest';
import { ReconnectPolicy } from '../../src/link/reconnect-policy.ts';

const TIMINGS = {
  retryFirstMs: 1_000,
  retryMaxMs: 60_000,
  retrySlowMs: 60_000,
  retryRareMs: 600_000,
  steadyMs: 30_000,
};

test('the longest wait doubles up to a minute', () => {
  const policy = new ReconnectPolicy(TIMINGS, () => 1);
  expect(waits(policy, 8)).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
});

test('every wait is a random part of the longest one', () => {
  expect(waits(new ReconnectPolicy(TIMINGS, () => 0), 3)).toEqual([0, 0, 0]);
  expect(waits(new ReconnectPolicy(TIMINGS, () => 0.25), 3)).toEqual([0.25, 0.5, 1]);
});

test('after a long connection the waits begin anew, after a short one they do not', () => {
  const policy = new ReconnectPolicy(TIMINGS, () => 1);
  waits(policy, 3);
  expect(policy.waitMs('soon', 29_999)).toBe(8_000);
  expect(policy.waitMs('soon', 30_000)).toBe(1_000);
});

test('after an error that an operator must correct the wait is always the same', () => {
  const policy = new ReconnectPolicy(TIMINGS, () => 0);
  expect([policy.waitMs('slowly', 0), policy.waitMs('slowly', 99_000)]).toEqual([60_000, 60_000]);
});

test('after each replacement the wait doubles, until a connection holds for long', () => {
  const policy = new ReconnectPolicy(TIMINGS, () => 0);
  const replaced = (upMs: number) => policy.waitMs('rarely', upMs) / 60_000;
  expect([0, 60_000, 60_000, 60_000, 60_000, 60_000].map(replaced)).toEqual([1, 2, 4, 8, 10, 10]);
  expect(replaced(600_000)).toBe(1);
});

function waits(policy: ReconnectPolicy, count: number): readonly number[] {
  return Array.from({ length: count }, () => policy.waitMs('soon', 0) / 1_000);
}
