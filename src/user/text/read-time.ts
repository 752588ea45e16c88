import type { Millis } from '../../message/time.ts';
import type { WatchTime } from '../commands/command.ts';
import { zoneNamed } from '../commands/zone.ts';
import { LANGUAGE_OF } from './languages.ts';
import type { TimeUnit } from './watch-texts.ts';

export interface ReadTime {
  readonly time: WatchTime;
  /** The text without it. */
  readonly rest: string;
}

const MS: Readonly<Record<TimeUnit, Millis>> = {
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
};

const WORDS = Object.values(LANGUAGE_OF).map(({ watch }) => watch.words);
const UNITS = new Map(
  WORDS.flatMap(({ units }) =>
    (Object.keys(MS) as TimeUnit[]).flatMap((unit) =>
      units[unit].map((word) => [word, unit] as const),
    ),
  ),
);
const COUNTS = new Map(WORDS.flatMap(({ counts }) => Object.entries(counts)));
const CLOCK = new Map(WORDS.flatMap(({ clock }) => Object.entries(clock)));

/** A part of the day may stand before a time; where no spaces are written, any other word too. */
const BEFORE = '(?<early>上午|早上|下午|晚上)?(?<![\\p{Script=Latin}\\p{N}.@_-])';
const COUNT = `(?:\\d{1,6}(?:[.,]\\d{1,2})?|${oneOf(COUNTS.keys())})`;
const UNIT = `(?:${oneOf(UNITS.keys())})`;
const LENGTH = new RegExp(
  `(?<count>${COUNT})\\s*-?(?<unit>${UNIT})(?:\\s*(?:and|und|零|又)?\\s*(?<moreCount>${COUNT})\\s*(?<moreUnit>${UNIT}))?`,
  'u',
);

const DAY_TIMES = new RegExp(oneOf(CLOCK.keys()), 'u');
const DIGITAL = new RegExp(
  `${BEFORE}(?<hour>\\d{1,2})[:：](?<minute>\\d{2})(?:\\s*(?<half>am|pm|uhr))?(?!\\d)(?:\\s*(?<zone>(?:utc|gmt)(?:[+−-]\\d[\\d:]*)?)(?![\\p{Script=Latin}\\d]))?`,
  'u',
);
const FULL_HOUR = new RegExp(
  `${BEFORE}(?<hour>\\d{1,2})\\s*(?<half>am|pm|uhr|点钟|点)(?![a-z])`,
  'u',
);

/**
 * The one time in a text that is in lower case. Numbers and units may be digits or words of any
 * language.
 */
export function readTime(text: string): ReadTime | undefined {
  return lengthIn(text) ?? timeOfDayIn(text);
}

function lengthIn(text: string): ReadTime | undefined {
  const found = LENGTH.exec(text);
  if (found?.groups === undefined) return undefined;
  const { count, unit, moreCount, moreUnit } = found.groups;
  const ms = lengthOf(count, unit) + lengthOf(moreCount, moreUnit);
  if (ms <= 0) return undefined;
  return { time: { kind: 'within', ms: Math.round(ms) }, rest: without(found, text) };
}

function lengthOf(count: string | undefined, unit: string | undefined): Millis {
  const ms = MS[UNITS.get(unit ?? '') ?? 'second'];
  return count === undefined ? 0 : (COUNTS.get(count) ?? Number(count.replace(',', '.'))) * ms;
}

function timeOfDayIn(text: string): ReadTime | undefined {
  const named = DAY_TIMES.exec(text);
  const digits = DIGITAL.exec(text) ?? FULL_HOUR.exec(text);
  if (digits?.groups !== undefined) return digitalTime(digits, digits.groups, text);
  if (named === null) return undefined;
  return {
    time: { kind: 'at', hour: CLOCK.get(named[0]) ?? 12, minute: 0 },
    rest: without(named, text),
  };
}

/** Parts of the day of whose hours twelve have passed before. */
const LATE: ReadonlySet<string | undefined> = new Set(['pm', '下午', '晚上']);

type Groups = Readonly<Record<string, string | undefined>>;

function digitalTime(
  found: RegExpExecArray,
  { hour: written = '', minute: minutes = '0', half, early, zone: said }: Groups,
  text: string,
): ReadTime | undefined {
  const [full, minute] = [hourOfDay(Number(written), early ?? half), Number(minutes)];
  const zone = said === undefined ? undefined : zoneNamed(said);
  if (full > 24 || minute > 59 || (said !== undefined && zone === undefined)) return undefined;
  const time: WatchTime = { kind: 'at', hour: full, minute, ...(zone !== undefined && { zone }) };
  return { time, rest: without(found, text) };
}

/** 12 am and 晚上12点 are midnight, 12 pm is noon. */
function hourOfDay(hour: number, part: string | undefined): number {
  if (hour === 12) return part === 'am' || part === '晚上' ? 0 : 12;
  return hour < 12 && LATE.has(part) ? hour + 12 : hour;
}

function without({ index, 0: found }: RegExpExecArray, text: string): string {
  return `${text.slice(0, index)} ${text.slice(index + found.length)}`;
}

/** Latin words stand alone; where no spaces are written, a word may stand between any others. */
function oneOf(words: Iterable<string>): string {
  return [...words]
    .sort((a, b) => b.length - a.length)
    .map((word) =>
      /\p{Script=Han}/u.test(word) ? word : `(?<!\\p{L})${word}(?![\\p{Script=Latin}\\d])`,
    )
    .join('|');
}

const BESIDE: ReadonlySet<string> = new Set(WORDS.flatMap(({ beside }) => beside));

/** The time in a text that names nothing else. */
export function timeAlone(text: string): WatchTime | undefined {
  const read = readTime(text.normalize('NFKC').toLowerCase());
  const others = read?.rest.split(/[\s.,]+/).filter((word) => word !== '' && !BESIDE.has(word));
  return others?.length === 0 ? read?.time : undefined;
}
