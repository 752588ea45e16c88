import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nextTimeOfDay } from '../../../src/user/commands/next-time-of-day.ts';
import { localTime, offsetAt } from '../../../src/user/commands/zone.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

test.each([
  // In the night to 25 October 2026 the hour from 2 to 3 comes twice in Berlin.
  ['2:30', 'Europe/Berlin', '2026-10-24T23:00:00Z', '2026-10-25T00:30:00Z'],
  ['2:30', 'Europe/Berlin', '2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z'],
  ['2:30', 'Europe/Berlin', '2026-10-25T01:30:00Z', '2026-10-26T01:30:00Z'],
  ['17:00', 'Europe/Berlin', '2026-10-24T15:00:00Z', '2026-10-25T16:00:00Z'],
  ['12:00', 'Europe/Berlin', '2026-10-24T22:00:00Z', '2026-10-25T11:00:00Z'],
  ['24:00', 'Europe/Berlin', '2026-10-25T12:00:00Z', '2026-10-25T23:00:00Z'],
  // In the night to 28 March 2027 it is left out.
  ['2:30', 'Europe/Berlin', '2027-03-27T23:00:00Z', '2027-03-28T01:00:00Z'],
  ['2:30', 'Europe/Berlin', '2027-03-28T01:00:00Z', '2027-03-29T00:30:00Z'],
  ['3:00', 'Europe/Berlin', '2027-03-27T23:00:00Z', '2027-03-28T01:00:00Z'],
  ['12:00', 'Europe/Berlin', '2027-03-27T23:30:00Z', '2027-03-28T10:00:00Z'],
  ['1:30', 'America/New_York', '2026-11-01T04:00:00Z', '2026-11-01T05:30:00Z'],
  ['1:30', 'America/New_York', '2026-11-01T05:45:00Z', '2026-11-01T06:30:00Z'],
  ['2:30', 'America/New_York', '2027-03-14T06:00:00Z', '2027-03-14T07:00:00Z'],
  // There the clocks are set by half an hour.
  ['2:15', 'Australia/Lord_Howe', '2026-10-03T14:00:00Z', '2026-10-03T15:30:00Z'],
  ['12:00', '+05:30', '2026-11-01T04:00:00Z', '2026-11-01T06:30:00Z'],
  ['12:00', 'Asia/Kathmandu', '2026-11-01T06:15:00Z', '2026-11-02T06:15:00Z'],
  ['24:00', 'Asia/Shanghai', '2026-11-01T15:59:00Z', '2026-11-01T16:00:00Z'],
  ['0:00', 'Asia/Shanghai', '2026-11-01T15:59:00Z', '2026-11-01T16:00:00Z'],
])('the next %s in %s after %s is at %s', (time, zone, now, next) => {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  const found = nextTimeOfDay({ hour, minute }, { now: Date.parse(now), zone });
  expect(new Date(found)).toEqual(new Date(next));
});

const ZONES = [
  ...['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Africa/Cairo', 'UTC'],
  ...['Asia/Kolkata', 'America/St_Johns', 'Pacific/Kiritimati', 'Pacific/Pago_Pago'],
  ...['Pacific/Chatham', 'America/Santiago', 'Antarctica/Troll', '+05:30', '-11:00', '+14:00'],
];
/** Half of the moments are near a change of the clocks. */
const CHANGES = [
  ...['2026-10-25T01:00:00Z', '2027-03-28T01:00:00Z', '2026-11-01T06:00:00Z'],
  ...['2027-03-14T07:00:00Z', '2026-10-03T15:30:00Z', '2027-04-03T15:00:00Z'],
].map((text) => Date.parse(text));
const nearChange = fc
  .tuple(fc.constantFrom(...CHANGES), fc.integer({ min: -26 * HOUR, max: 26 * HOUR }))
  .map(([change, away]) => change + away);
const anyTime = fc.integer({ min: Date.UTC(2026, 0), max: Date.UTC(2028, 0) });

test('the next time of day comes within 25 hours, and the clocks show it or leave it out', () => {
  fc.assert(
    fc.property(
      fc.record({
        hour: fc.integer({ min: 0, max: 24 }),
        minute: fc.integer({ min: 0, max: 59 }),
        zone: fc.constantFrom(...ZONES),
        now: fc.oneof(nearChange, anyTime),
      }),
      ({ hour, minute, zone, now }) => {
        // Troll sets its clocks by two hours.
        const longest = zone === 'Antarctica/Troll' ? 26 * HOUR : 25 * HOUR;
        const next = nextTimeOfDay({ hour, minute }, { now, zone });
        expect(next).toBeGreaterThan(now);
        expect(next - now).toBeLessThanOrEqual(longest);
        const shown = minutesShown(next, zone);
        if (shown !== wanted(hour, minute)) expectLeftOut(next, { zone, hour, minute });
        expectFirst({ hour, minute, zone, now, next });
      },
    ),
  );
});

interface Asked {
  readonly hour: number;
  readonly minute: number;
  readonly zone: string;
}

/** The clocks are set forward at that moment, and would have shown it on the way. */
function expectLeftOut(next: number, { zone, hour, minute }: Asked): void {
  const [before, after] = [minutesShown(next - 1, zone) + 1, minutesShown(next, zone)];
  expect(offsetAt(zone, next)).toBeGreaterThan(offsetAt(zone, next - 1));
  const skipped = (after - before + 1440) % 1440;
  expect((wanted(hour, minute) - before + 1440) % 1440).toBeLessThan(skipped);
}

/** No clock showed it before. */
function expectFirst({ now, next, ...asked }: Asked & { now: number; next: number }): void {
  const from = Math.floor(now / MINUTE) * MINUTE + MINUTE;
  for (let at = from; at < next; at += MINUTE)
    if (minutesShown(at, asked.zone) === wanted(asked.hour, asked.minute))
      throw new Error(`${new Date(at).toISOString()} comes before ${new Date(next).toISOString()}`);
}

function minutesShown(at: number, zone: string): number {
  const local = localTime(at, zone);
  return local.getUTCHours() * 60 + local.getUTCMinutes();
}

function wanted(hour: number, minute: number): number {
  return (hour * 60 + minute) % 1440;
}
