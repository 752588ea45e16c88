import type { Millis } from '../../message/time.ts';
import { forgetOldest } from './forget-oldest.ts';

/** An IANA name such as `Europe/Berlin`, or an offset such as `+05:30`. */
export type Zone = string;

/** How far the clocks of a zone are ahead of UTC. */
export type Minutes = number;

/** XEP-0082 §3.3: no zone is farther from UTC. */
const FARTHEST: Minutes = 14 * 60;

const MINUTE: Millis = 60_000;

/**
 * The zone that somebody names; `undefined`: there is none such. A city is enough if it has a zone
 * of its own.
 */
export function zoneNamed(written: string): Zone | undefined {
  const name = written.trim();
  return offsetNamed(name) ?? ianaNamed(name) ?? zoneOfCity(name);
}

/** `undefined`: the zone of this machine (`TZ`). So is a zone that is not known here any more. */
export function offsetAt(zone: Zone | undefined, at: Millis): Minutes {
  const fixed = zone === undefined ? undefined : minutesIn(zone);
  return fixed ?? ianaOffsetAt(zone, at) ?? 0 - new Date(at).getTimezoneOffset();
}

/** The zone's clock and calendar at that time: to be read by the methods for UTC. */
export function localTime(at: Millis, zone: Zone | undefined): Date {
  return new Date(at + offsetAt(zone, at) * MINUTE);
}

const OFFSET = /^(?:utc|gmt)?\s*(?<sign>[+−-])(?<hours>\d{1,2})(?::?(?<minutes>[0-5]\d))?$/iu;

function offsetNamed(name: string): Zone | undefined {
  const minutes = minutesIn(name);
  if (minutes === undefined || Math.abs(minutes) > FARTHEST) return undefined;
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `${minutes < 0 ? '-' : '+'}${twoDigits(hours)}:${twoDigits(rest)}`;
}

function minutesIn(name: string): Minutes | undefined {
  const found = OFFSET.exec(name)?.groups;
  if (found === undefined) return undefined;
  const { sign, hours, minutes = 0 } = found;
  const ahead = Number(hours) * 60 + Number(minutes);
  return sign === '+' ? ahead : -ahead;
}

/** As its tables write it, or as it was written where they know it by another name only. */
function ianaNamed(name: string): Zone | undefined {
  const known = formatOf(name)?.resolvedOptions().timeZone;
  if (known === undefined) return undefined;
  return known.toLowerCase() === name.toLowerCase() ? known : inCapitals(name);
}

function inCapitals(name: string): Zone {
  if (name !== name.toLowerCase()) return name;
  if (!name.includes('/')) return name.toUpperCase();
  return name.replace(/(?<![a-z])[a-z]/gi, (letter) => letter.toUpperCase());
}

function zoneOfCity(name: string): Zone | undefined {
  const end = `/${name.replace(/\s+/g, '_').toLowerCase()}`;
  const found = Intl.supportedValuesOf('timeZone').filter((it) => it.toLowerCase().endsWith(end));
  return found.length === 1 ? found[0] : undefined;
}

/** ECMA-402: the offset by its name, such as `GMT+05:30`; `GMT` alone is no offset. */
function ianaOffsetAt(zone: Zone | undefined, at: Millis): Minutes | undefined {
  const parts = zone === undefined ? undefined : formatOf(zone)?.formatToParts(at);
  const name = parts?.find(({ type }) => type === 'timeZoneName')?.value;
  return name === undefined ? undefined : (minutesIn(name) ?? 0);
}

/** Each takes some time and memory to make. */
const FORMATS = new Map<Zone, Intl.DateTimeFormat>();
const MAX_FORMATS = 100;

function formatOf(zone: Zone): Intl.DateTimeFormat | undefined {
  const known = FORMATS.get(zone);
  if (known !== undefined) return known;
  try {
    const format = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' });
    FORMATS.set(zone, format);
    forgetOldest(FORMATS, MAX_FORMATS);
    return format;
  } catch {
    // Expected: RangeError, there is no such zone.
    return undefined;
  }
}

function twoDigits(n: number): string {
  return String(n).padStart(2, '0');
}
