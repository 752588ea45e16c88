import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Completeness } from '../../src/facts/completeness.ts';
import type { Stamp } from '../../src/message/time.ts';
import { MINUTE, SECOND, T0 } from '../support/facts.ts';

const SERVER = 'example.org';
const SOURCE = { domain: SERVER, node: '' };

let completeness: Completeness;

beforeEach(() => {
  vi.useFakeTimers({ now: T0 / 1000 });
  completeness = new Completeness(Date.now);
  completeness.start();
});

afterEach(() => {
  completeness.stop();
  vi.useRealTimers();
});

test('nothing is known of a server that was not heard', () => {
  expect(completeUpTo()).toBeUndefined();
  expect(completeness.isCaughtUp(SERVER)).toBe(false);
});

test('a server with nothing waiting is complete up to its stamp, and further while it is quiet', () => {
  completeness.hear(SOURCE, { at: T0, waiting: 0 });
  expect(completeUpTo()).toBe(T0);
  vi.advanceTimersByTime(60_000);
  expect(completeUpTo()).toBeGreaterThan(T0 + MINUTE - SECOND);
  expect(completeUpTo()).toBeLessThan(T0 + MINUTE);
  expect(completeness.isCaughtUp(SERVER)).toBe(true);
});

test('a server with more to tell is complete up to its stamp only, however quiet it is', () => {
  completeness.hear(SOURCE, { at: T0, waiting: 1 });
  vi.advanceTimersByTime(60_000);
  expect(completeUpTo()).toBe(T0);
  expect(completeness.isCaughtUp(SERVER)).toBe(false);
});

test('what was complete once is remembered when the server is not heard any more', () => {
  expect(completeness.furthestUpTo(SERVER)).toBeUndefined();
  completeness.hear(SOURCE, { at: T0, waiting: 0 });
  expect(completeness.furthestUpTo(SERVER)).toBe(T0);
  completeness.stop();
  expect(completeUpTo()).toBeUndefined();
  expect(completeness.furthestUpTo(SERVER)).toBe(T0);
  completeness.hear(SOURCE, { at: T0 + SECOND, waiting: 1 });
  expect(completeness.furthestUpTo(SERVER)).toBe(T0 + SECOND);
});

test('a stamp that is older than the one before changes nothing', () => {
  completeness.hear(SOURCE, { at: T0 + SECOND, waiting: 0 });
  completeness.hear(SOURCE, { at: T0, waiting: 0 });
  expect(completeUpTo()).toBe(T0 + SECOND);
});

test('a server whose batch was refused is not known until that batch has come again', () => {
  completeness.hear(SOURCE, { at: T0, waiting: 0 });
  completeness.owe(SOURCE, 'batch');
  expect(completeUpTo()).toBeUndefined();
  completeness.settle(SOURCE, 'another batch');
  expect(completeUpTo()).toBeUndefined();
  completeness.settle(SOURCE, 'batch');
  expect(completeUpTo()).toBe(T0);
});

test('a server that says that nothing waits owes no batch any more', () => {
  completeness.hear(SOURCE, { at: T0, waiting: 0 });
  completeness.owe(SOURCE, 'batch');
  completeness.forgive(SOURCE);
  expect(completeUpTo()).toBe(T0);
});

test('time that the daemon slept through is no silence of the server', () => {
  completeness.hear(SOURCE, { at: T0, waiting: 0 });
  vi.setSystemTime(Date.now() + 3_600_000);
  vi.advanceTimersByTime(200);
  expect(completeUpTo()).toBeLessThan(T0 + SECOND);
});

test('nothing is known of any server after the link was down', () => {
  completeness.hear(SOURCE, { at: T0, waiting: 0 });
  completeness.stop();
  completeness.start();
  expect(completeUpTo()).toBeUndefined();
});

test('nothing is known of a server that does not speak to us any more, and the others are as before', () => {
  completeness.hear(SOURCE, { at: T0, waiting: 0 });
  completeness.hear({ domain: 'example.net', node: '' }, { at: T0, waiting: 0 });
  completeness.forget(SERVER);
  expect(completeUpTo()).toBeUndefined();
  expect(completeness.completeUpTo('example.net')).toBe(T0);
});

function completeUpTo(): Stamp | undefined {
  return completeness.completeUpTo(SERVER);
}

test('while a batch is not committed, the silence of its server means nothing', () => {
  completeness.hear(SOURCE, { at: T0, waiting: 0 });
  vi.advanceTimersByTime(10_000);
  const before = completeUpTo();
  completeness.take(SOURCE);
  vi.advanceTimersByTime(60_000);
  expect(completeUpTo()).toBe(before);
  expect(completeness.isCaughtUp(SERVER)).toBe(false);
  completeness.release(SOURCE);
  expect(completeness.isCaughtUp(SERVER)).toBe(true);
});

test('a server that is never without a batch in hand is complete up to the newest committed stamp', () => {
  completeness.hear(SOURCE, { at: T0, waiting: 0 });
  completeness.take(SOURCE);
  completeness.take(SOURCE);
  completeness.hear(SOURCE, { at: T0 + 5 * SECOND, waiting: 0 });
  completeness.release(SOURCE);
  expect(completeUpTo()).toBe(T0 + 5 * SECOND);
  expect(completeness.isCaughtUp(SERVER)).toBe(false);
});
