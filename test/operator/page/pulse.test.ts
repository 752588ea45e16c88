import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { BEATS, Pulse } from '../../../src/operator/page/pulse.ts';
import { madeUpMessages } from '../../support/made-up-messages.ts';

const log = pino({ level: 'silent' });

/** A pulse of which a test sets the time and the counters. */
function pulseAt(seen: { now: number; counts: Record<string, number>; made: readonly number[] }) {
  const [message] = madeUpMessages(1);
  const newest = () =>
    message === undefined
      ? []
      : seen.made.map((made, at) => ({ ...message, receipts: [{ made, lag: (at + 1) * 1000 }] }));
  const operator = { counts: () => seen.counts, newestMessages: async () => newest() };
  return new Pulse({ operator, log, now: () => seen.now });
}

describe('the curves of the page', () => {
  test('show what was counted since the last look, by the second', async () => {
    const seen = { now: 0, counts: { items: 10 } as Record<string, number>, made: [] };
    const pulse = pulseAt(seen);
    seen.now = 5_000;
    seen.counts = { items: 60, 'receipts sent': 20 };
    await pulse.look();
    expect(pulse.beats).toEqual([{ facts: 10, receipts: 4, lag: undefined }]);
    pulse.stop();
  });

  test('show the median lag of the receipts that were made since the last look', async () => {
    const seen = { now: 1_000, counts: {}, made: [999, 1_000, 1_001, 1_002] };
    const pulse = pulseAt(seen);
    await pulse.look();
    expect(pulse.beats[0]?.lag).toBe(3);
    pulse.stop();
  });

  test('keep the last ten minutes', async () => {
    const pulse = pulseAt({ now: 0, counts: {}, made: [] });
    for (let look = 0; look < BEATS + 3; look++) await pulse.look();
    expect(pulse.beats).toHaveLength(BEATS);
    pulse.stop();
  });
});
