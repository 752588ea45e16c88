import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { OwnClock } from '../../src/daemon/own-clock.ts';
import { openSqliteStore } from '../../src/store/sqlite/store.ts';
import type { Store } from '../../src/store/store.ts';
import { DAY, HOUR, T0 } from '../support/facts.ts';

const NOW = T0 / 1000;
const [HOUR_MS, DAY_MS] = [HOUR / 1000, DAY / 1000];
const TEN_YEARS = 3653 * DAY_MS;

let store: Store;
let lines: string[];

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
  store = openSqliteStore(':memory:');
  lines = [];
});

afterEach(async () => {
  await store.close();
  vi.useRealTimers();
});

test('our own time passes as that of the machine does', async () => {
  const clock = await started();
  pass(HOUR_MS);
  expect(clock.now()).toBe(NOW + HOUR_MS);
  expect(clock.isSure).toBe(true);
  expect(lines).toEqual([]);
});

test.for([-HOUR_MS, HOUR_MS, -TEN_YEARS, TEN_YEARS])(
  'our own time goes on when the machine’s clock is set by %i ms, and that is said once',
  async (step) => {
    const clock = await started();
    setBy(step);
    expect(Math.abs(clock.now() - NOW)).toBeLessThan(10);
    pass(1000);
    expect(Math.abs(clock.now() - NOW - 1000)).toBeLessThan(20);
    expect(lines).toEqual([expect.stringMatching(step < 0 ? /was set back by/ : /went ahead/)]);
  },
);

test('after a step back, a restart goes on from our own time, and it is that of the machine again slowly', async () => {
  const clock = await started();
  setBy(-HOUR_MS);
  await clock.keep();
  const next = await started();
  expect(Math.abs(next.now() - NOW)).toBeLessThan(10);
  pass(10 * DAY_MS);
  expect(next.now()).toBe(Date.now());
  expect(lines).toHaveLength(1);
});

test('a clock that was set back while we were away does not take our own time back', async () => {
  await (await started()).keep();
  vi.setSystemTime(NOW - HOUR_MS);
  const next = await started();
  expect(next.now()).toBe(NOW);
  expect(lines).toEqual([expect.stringContaining('was set back by 3600 s')]);
});

test('our own time at a start is kept at once: a kill before the next minute does not take it back', async () => {
  await started();
  vi.setSystemTime(NOW - HOUR_MS);
  const next = await started();
  expect(next.now()).toBe(NOW);
});

test('a step back is kept at once: a kill right after it does not take our own time back', async () => {
  const clock = await started();
  pass(HOUR_MS);
  setBy(-HOUR_MS);
  const now = clock.now();
  await vi.advanceTimersByTimeAsync(1);
  const next = await started();
  expect(Math.abs(next.now() - now)).toBeLessThan(10);
});

test('after a step ahead nothing old may be removed for a day, and then it is believed', async () => {
  const clock = await started();
  setBy(32 * DAY_MS);
  clock.now();
  expect(clock.isSure).toBe(false);
  pass(DAY_MS - 1000);
  await clock.keep();
  expect(clock.isSure).toBe(false);
  pass(2000);
  await clock.keep();
  expect(clock.isSure).toBe(true);
  expect(clock.now()).toBe(Date.now());
});

test('a step ahead for a minute leaves no trace', async () => {
  const clock = await started();
  setBy(32 * DAY_MS);
  clock.now();
  pass(60_000);
  clock.now();
  setBy(-32 * DAY_MS);
  expect(Math.abs(clock.now() - NOW - 60_000)).toBeLessThan(10);
  expect(clock.isSure).toBe(true);
});

test('a clock that went ahead while we were away is doubted for a day, at each start until then', async () => {
  await (await started()).keep();
  vi.setSystemTime(NOW + TEN_YEARS);
  for (let start = 0; start < 2; start += 1) {
    const next = await started();
    await next.keep();
    expect(next.isSure).toBe(false);
    pass(1000);
  }
});

async function started(): Promise<OwnClock> {
  const log = pino({}, { write: (line) => void lines.push(JSON.parse(line).msg) });
  const clock = new OwnClock({ upkeep: store.upkeep, log });
  await clock.load();
  return clock;
}

/** The time of clock and stopwatch, in the steps in which the daemon looks at it. */
function pass(ms: number): void {
  vi.advanceTimersByTime(ms);
}

function setBy(ms: number): void {
  vi.setSystemTime(Date.now() + ms);
}
