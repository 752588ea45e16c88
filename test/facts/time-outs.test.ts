import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Completeness } from '../../src/facts/completeness.ts';
import { Leaps } from '../../src/facts/leaps.ts';
import { TimeOuts } from '../../src/facts/time-outs.ts';
import { StoreUnavailable } from '../../src/store/store.ts';
import { T0 } from '../support/facts.ts';

const SERVER = 'example.org';
const SOURCE = { domain: SERVER, node: '' };

beforeEach(() => {
  vi.useFakeTimers({ now: T0 / 1000 });
});

afterEach(() => {
  vi.useRealTimers();
});

test('what was put off until a server speaks is due when it has spoken, also if the store failed just then', async () => {
  const completeness = new Completeness(Date.now);
  completeness.start();
  const hasten = vi.fn<() => Promise<number>>().mockRejectedValueOnce(new StoreUnavailable('busy'));
  const timeOuts = new TimeOuts({
    records: { due: async () => [], hasten: hasten.mockResolvedValue(0) },
    ledger: { lookAgain: async () => undefined },
    leaps: new Leaps({ completeness, domains: [SERVER], now: Date.now }),
    watching: { look: async () => {} },
    longestWait: 5000,
    log: pino({ level: 'silent' }),
    now: Date.now,
  });
  completeness.hear(SOURCE, { at: T0, waiting: 0 });
  timeOuts.start();
  await vi.advanceTimersByTimeAsync(1000);
  expect(hasten).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(hasten).toHaveBeenCalledTimes(2);
  timeOuts.stop();
  completeness.stop();
});
