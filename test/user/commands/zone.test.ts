import { describe, expect, test, vi } from 'vitest';
import { localTime, offsetAt, zoneNamed } from '../../../src/user/commands/zone.ts';

describe('a zone', () => {
  test.each([
    ['Europe/Berlin', 'Europe/Berlin'],
    ['europe/berlin', 'Europe/Berlin'],
    [' EUROPE/BERLIN ', 'Europe/Berlin'],
    ['Asia/Kolkata', 'Asia/Kolkata'],
    ['asia/kolkata', 'Asia/Kolkata'],
    ['america/port-au-prince', 'America/Port-au-Prince'],
    ['America/Argentina/Buenos_Aires', 'America/Argentina/Buenos_Aires'],
    ['Etc/GMT+5', 'Etc/GMT+5'],
    ['utc', 'UTC'],
    ['cet', 'CET'],
    ['berlin', 'Europe/Berlin'],
    ['New York', 'America/New_York'],
    ['+8', '+08:00'],
    ['+05:30', '+05:30'],
    ['-0330', '-03:30'],
    ['−3:30', '-03:30'],
    ['UTC+8', '+08:00'],
    ['gmt -5', '-05:00'],
    ['+00:00', '+00:00'],
    ['-00:00', '+00:00'],
  ])('is named by %o: %s', (written, zone) => {
    expect(zoneNamed(written)).toBe(zone);
  });

  test.each([
    ...['', ' ', 'nowhere', 'Europe/Atlantis', 'Europe/', '/', '+15', '+14:01', '+5:60', '+', '8'],
    ...['../etc/passwd', 'constructor', '__proto__', 'default', 'x'.repeat(100_000)],
  ])('is not named by %j', (written) => {
    expect(zoneNamed(written)).toBeUndefined();
  });
});

test.each([
  ['Europe/Berlin', '2026-10-25T00:59:59Z', 120],
  ['Europe/Berlin', '2026-10-25T01:00:00Z', 60],
  ['Europe/Berlin', '2027-03-28T00:59:59Z', 60],
  ['Europe/Berlin', '2027-03-28T01:00:00Z', 120],
  ['America/New_York', '2026-11-01T05:59:59Z', -240],
  ['America/New_York', '2026-11-01T06:00:00Z', -300],
  ['America/New_York', '2027-03-14T07:00:00Z', -240],
  ['Asia/Kolkata', '2026-06-01T00:00:00Z', 330],
  ['Asia/Kathmandu', '2026-06-01T00:00:00Z', 345],
  ['America/St_Johns', '2026-12-01T00:00:00Z', -210],
  ['Australia/Lord_Howe', '2026-12-01T00:00:00Z', 660],
  ['Australia/Lord_Howe', '2026-06-01T00:00:00Z', 630],
  ['UTC', '2026-06-01T00:00:00Z', 0],
  ['Europe/London', '2026-12-01T00:00:00Z', 0],
  ['+05:30', '2026-06-01T00:00:00Z', 330],
  ['-03:30', '2026-06-01T00:00:00Z', -210],
])('the clocks of %s are at %s so many minutes ahead: %i', (zone, at, ahead) => {
  expect(offsetAt(zone, Date.parse(at))).toBe(ahead);
});

test('who chose no zone, or one that is not known here any more, has that of the machine', () => {
  const at = Date.parse('2026-06-01T00:00:00Z');
  for (const [zone, ahead] of [['Asia/Shanghai', 480] as const, ['UTC', 0] as const]) {
    vi.stubEnv('TZ', zone);
    expect([offsetAt(undefined, at), offsetAt('Europe/Atlantis', at)]).toEqual([ahead, ahead]);
    vi.unstubAllEnvs();
  }
});

test('a zone has its own calendar', () => {
  const at = Date.parse('2026-12-31T20:00:00Z');
  expect(localTime(at, 'Asia/Shanghai').toISOString()).toBe('2027-01-01T04:00:00.000Z');
  expect(localTime(at, 'America/New_York').toISOString()).toBe('2026-12-31T15:00:00.000Z');
});

test('more zones than are remembered at a time are all told right', () => {
  const at = Date.parse('2026-06-01T00:00:00Z');
  const zones = Intl.supportedValuesOf('timeZone');
  const before = zones.map((zone) => offsetAt(zone, at));
  expect(zones.length).toBeGreaterThan(100);
  expect(zones.map((zone) => offsetAt(zone, at))).toEqual(before);
});
