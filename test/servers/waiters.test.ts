import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Waiters } from '../../src/servers/waiters.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('no more than eight commands wait for one server, and each of them for three seconds', async () => {
  const waiters = new Waiters();
  const waiting: Promise<boolean>[] = [];
  while (!waiters.isFull) waiting.push(waiters.wait(7));
  expect(waiting).toHaveLength(8);
  await vi.advanceTimersByTimeAsync(3000);
  expect(await Promise.all(waiting)).toEqual(Array(8).fill(false));
  expect(waiters.isFull).toBe(false);
});

test('commands go on when the server enforces what they changed, and not before', async () => {
  const waiters = new Waiters();
  const [sooner, later] = [waiters.wait(7), waiters.wait(8)];
  waiters.settle(7);
  expect(await sooner).toBe(true);
  waiters.giveUp();
  expect(await later).toBe(false);
});
