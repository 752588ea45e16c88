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
