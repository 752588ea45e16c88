import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Completeness } from '../../src/facts/completeness.ts';
import { Leaps } from '../../src/facts/leaps.ts';
import { MINUTE, SECOND, T0 } from '../support/facts.ts';

const SERVER = 'example.org';
const SOURCE = { domain: SERVER, node: '' };

let completeness: Completeness;
let leaps: Leaps;

beforeEach(() => {
  vi.useFakeTimers({ now: T0 / 1000 });
  completeness = new Completeness(Date.now);
  completeness.start();
  leaps = new Leaps({ completeness, domains: [SERVER], now: Date.now });
});

afterEach(() => {
  completeness.stop();
  vi.useRealTimers();
});

test('the first word of a server is a leap, and its silence after it is none', () => {
  expect(leaps.look()).toBe(false);
  completeness.hear(SOURCE, { at: T0, waiting: 0 });
  expect(leaps.look()).toBe(true);
  vi.advanceTimersByTime(60_000);
  expect(leaps.look()).toBe(false);
});

test('a stamp that is further ahead than time has passed is a leap', () => {
  completeness.hear(SOURCE, { at: T0 - MINUTE, waiting: 0 });
  leaps.look();
  vi.advanceTimersByTime(1000);
  completeness.hear(SOURCE, { at: T0 + SECOND, waiting: 0 });
  expect(leaps.look()).toBe(true);
  expect(leaps.look()).toBe(false);
});

test('while a server is telling what had waited there is no leap, and one at the end', () => {
  completeness.hear(SOURCE, { at: T0 - MINUTE, waiting: 5 });
  expect(leaps.look()).toBe(false);
  completeness.hear(SOURCE, { at: T0, waiting: 0 });
  expect(leaps.look()).toBe(true);
});

test('after the link was down the first word is a leap again', () => {
  completeness.hear(SOURCE, { at: T0, waiting: 0 });
  leaps.look();
  leaps.clear();
  expect(leaps.look()).toBe(true);
});

test('what a server had to tell once more has come: that is a leap, however soon it came', () => {
  completeness.hear(SOURCE, { at: T0, waiting: 0 });
  leaps.look();
  completeness.owe(SOURCE, 'batch');
  expect(leaps.look()).toBe(false);
  completeness.settle(SOURCE, 'batch');
  expect(leaps.look()).toBe(true);
  completeness.owe(SOURCE, 'batch');
  completeness.settle(SOURCE, 'batch');
  expect(leaps.look()).toBe(true);
  expect(leaps.look()).toBe(false);
});

test('a server that did not speak to us for a moment and does again is a leap', () => {
  completeness.hear(SOURCE, { at: T0, waiting: 0 });
  leaps.look();
  completeness.forget(SERVER);
  completeness.hear(SOURCE, { at: T0 + SECOND, waiting: 0 });
  expect(leaps.look()).toBe(true);
  expect(leaps.look()).toBe(false);
});
