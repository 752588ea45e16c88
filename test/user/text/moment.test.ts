import { expect, test, vi } from 'vitest';
import { en } from '../../../src/user/text/en/index.ts';
import { moment } from '../../../src/user/text/moment.ts';

function at(time: string, zone: string): string {
  vi.stubEnv('TZ', zone);
  try {
    return moment(Date.parse(time) * 1000, en, Date.parse(time));
  } finally {
    vi.unstubAllEnvs();
  }
}

test.each([
  ['UTC', '08:42 UTC'],
  ['Asia/Shanghai', '16:42 UTC+8'],
  ['Asia/Kolkata', '14:12 UTC+5:30'],
  ['America/St_Johns', '05:12 UTC-3:30'],
])('in %s a time says how far it is from UTC', (zone, text) => {
  expect(at('2026-11-22T08:42:00Z', zone)).toBe(text);
});

test('in the night in which an hour comes twice, its two times differ', () => {
  expect(at('2026-10-25T00:30:00Z', 'Europe/Berlin')).toBe('02:30 UTC+2');
  expect(at('2026-10-25T01:30:00Z', 'Europe/Berlin')).toBe('02:30 UTC+1');
});

test.each([
  ['Europe/Berlin', '2026-10-25T00:30:00Z', '02:30 UTC+2'],
  ['Europe/Berlin', '2026-10-25T01:30:00Z', '02:30 UTC+1'],
  ['Europe/Berlin', '2027-03-28T00:59:00Z', '28 Mar 2027, 01:59 UTC+1'],
  ['Europe/Berlin', '2027-03-28T01:00:00Z', '28 Mar 2027, 03:00 UTC+2'],
  ['America/New_York', '2026-10-25T01:30:00Z', '21:30 UTC-4'],
  ['Asia/Kathmandu', '2026-10-25T01:30:00Z', '07:15 UTC+5:45'],
  ['+05:30', '2026-10-25T01:30:00Z', '07:00 UTC+5:30'],
  ['Pacific/Kiritimati', '2026-10-25T11:00:00Z', '26 Oct, 01:00 UTC+14'],
])('whoever reads in %s reads of %s: %s', (zone, time, text) => {
  const now = Date.parse('2026-10-25T03:00:00Z');
  expect(moment(Date.parse(time) * 1000, en, { now, zone })).toBe(text);
});

test('the new year begins with that of the reader', () => {
  const now = Date.parse('2026-12-31T23:30:00Z');
  const at = Date.parse('2026-12-31T12:00:00Z') * 1000;
  expect(moment(at, en, { now, zone: 'Asia/Shanghai' })).toBe('31 Dec 2026, 20:00 UTC+8');
  expect(moment(at, en, { now, zone: 'America/New_York' })).toBe('07:00 UTC-5');
});
