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
