import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ServerClocks } from '../../src/facts/server-clocks.ts';

const YEAR = 31_536_000_000;

describe('how long ago a server saw something', () => {
  test.each([0, YEAR, -YEAR])('does not depend on its clock, which is off by %d ms', (off) => {
    let now = 2 * YEAR;
    const clocks = new ServerClocks(() => now);
    clocks.set('a.test', (now + off) * 1000);
    now += 5000;
    expect(clocks.since('a.test', (now + off - 3000) * 1000)).toBe(3000);
  });

  test('counts from the fastest of what it said, if it never told its present time', () => {
    let now = 10_000;
    const clocks = new ServerClocks(() => now);
    clocks.hear('a.test', 2_000_000);
    now += 1000;
    clocks.hear('a.test', 8_000_000);
    expect(clocks.since('a.test', 7_000_000)).toBe(1000);
  });

  test('is unknown of a server that has said nothing', () => {
    expect(new ServerClocks(() => 0).since('a.test', 0)).toBeUndefined();
  });
});

describe('the present time of a server', () => {
  const SERVER = 'a.test';

  test('is not that up to which its facts are known: it passes as ours does', () => {
    let now = 10_000;
    const clocks = new ServerClocks(() => now);
    clocks.set(SERVER, 5_000_000);
    now += 285;
    expect(clocks.present(SERVER)).toEqual({ at: 5_285_001 });
  });

  test('is later than every stamp that it has said, and never after its real one', () => {
    const word = fc.record({
      after: fc.integer({ min: 0, max: 5000 }),
      takes: fc.integer({ min: 0, max: 500_000 }),
      learn: fc.constantFrom('set', 'hear'),
    });
    fc.assert(
      fc.property(fc.array(word), fc.integer({ min: -YEAR, max: YEAR }), (words, off) => {
        let now = 2 * YEAR;
        let newest = 0;
        const clocks = new ServerClocks(() => now);
        for (const { after, takes, learn } of words) {
          now += after;
          newest = Math.max(newest + 1, (now + off) * 1000 - takes);
          clocks[learn](SERVER, newest);
          const at = clocks.present(SERVER)?.at;
          expect(at).toBeGreaterThan(newest);
          expect(at).toBeLessThanOrEqual((now + off) * 1000 + 2 + words.length);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('has the time of its clock beside it, once that has differed', () => {
    const clocks = new ServerClocks(() => 10_000);
    clocks.set(SERVER, 5_000_000);
    clocks.show(SERVER, { at: 4_000_000 });
    expect(clocks.present(SERVER)).toEqual({ at: 5_000_001 });
    clocks.show(SERVER, { at: 5_000_000, time: 65_000_000 });
    clocks.show(SERVER, { at: 4_900_000 });
    expect(clocks.present(SERVER)).toEqual({ at: 5_000_001, time: 65_000_001 });
    clocks.show(SERVER, { at: 5_000_002 });
    expect(clocks.present(SERVER)).toEqual({ at: 5_000_001, time: 5_000_001 });
  });

  test('is unknown of a server that has said nothing', () => {
    expect(new ServerClocks(() => 0).present(SERVER)).toBeUndefined();
  });
});
