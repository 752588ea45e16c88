import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FirstMeetings } from '../../src/servers/first-meetings.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Which of the domains are waited for no more, in the order in which that came. */
function watch(meetings: FirstMeetings, ...domains: readonly string[]): readonly string[] {
  const over: string[] = [];
  for (const domain of domains) void meetings.expect(domain).then(() => over.push(domain));
  return over;
}

const aMoment = () => vi.advanceTimersByTimeAsync(1);

test('right after a connect a change waits until the module of its domain has said hello', async () => {
  const meetings = new FirstMeetings();
  meetings.begin();
  const over = watch(meetings, 'a.example', 'b.example');
  await aMoment();
  expect(over).toEqual([]);
  meetings.met('b.example');
  await aMoment();
  expect(over).toEqual(['b.example']);
});

test('a domain that has no module is waited for three seconds, and later not at all', async () => {
  const meetings = new FirstMeetings();
  meetings.begin();
  const over = watch(meetings, 'a.example');
  await vi.advanceTimersByTimeAsync(3000);
  expect(over).toEqual(['a.example']);
  const later = watch(meetings, 'a.example');
  await aMoment();
  expect(later).toEqual(['a.example']);
});

test('while there is no connection nobody is waited for', async () => {
  const meetings = new FirstMeetings();
  meetings.begin();
  const over = watch(meetings, 'a.example');
  meetings.end();
  await aMoment();
  expect(over).toEqual(['a.example']);
});
