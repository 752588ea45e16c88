import type { Sample } from './sampler.ts';
import { type Series, seriesOf } from './series.ts';

/** One small chart: what is drawn in it, by the names of the table. */
interface Panel {
  readonly title: string;
  readonly names: readonly string[];
}

const PANELS: readonly Panel[] = [
  {
    title: 'Resident memory, MB',
    names: ['daemon resident', 'server resident', 'database resident'],
  },
  {
    title: 'Memory in use, MB',
    names: ['daemon heap', 'daemon external', 'server Lua', 'server Erlang', 'module'],
  },
  { title: 'On the disk, MB', names: ['store', 'store in use', 'write-ahead log', 'spool'] },
  {
    title: 'Rows',
    names: ['rows messages', 'rows sent receipts', 'rows aliases', 'rows wakes'],
  },
  {
    title: 'What waits',
    names: ['rows waiting receipts', 'rows ticks', 'rows questions', 'rows senders due'],
  },
  { title: 'Lag, ms', names: ['lag to commit', 'lag to receipt'] },
  {
    title: 'Processor, % of a core',
    names: ['daemon, processor', 'server, processor', 'database, processor', 'clients, processor'],
  },
  { title: 'Open files', names: ['daemon open files', 'server open files', 'connections'] },
];

const COLOURS = ['#1f6fb4', '#d1603d', '#2e8b57', '#8250c4', '#b58900'];
const WIDTH = 460;
const HEIGHT = 250;
const COLUMNS = 2;
const HEAD = 44;
const INSIDE = { left: 58, top: 34, right: 16, bottom: 52 };
const PLOT_WIDTH = WIDTH - INSIDE.left - INSIDE.right;
const PLOT_HEIGHT = HEIGHT - INSIDE.top - INSIDE.bottom;
/** What is read so often shows the way, and not each step. */
const SMOOTHED = 4;

/** All of a run in one picture. */
export function plotOf(samples: readonly Sample[], title: string, warmUpMinutes: number): string {
  const all = seriesOf(samples, 0);
  const minutes = Math.max(1, ...all.flatMap(({ points }) => points.map((it) => it.minutes)));
  const panels = PANELS.map((panel) => panelOf(panel, all)).filter(({ lines }) => lines.length > 0);
  const height = HEAD + Math.ceil(panels.length / COLUMNS) * HEIGHT;
  const width = WIDTH * COLUMNS;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="11">`,
    `<rect width="${width}" height="${height}" fill="white"/>`,
    `<text x="16" y="28" font-size="17" fill="#222">${title}</text>`,
    `<text x="${width - 16}" y="28" text-anchor="end" fill="#555">means of a minute; grey: the store fills up</text>`,
    ...panels.map((panel, place) => draw(panel, place, { minutes, warmUpMinutes })),
    '</svg>\n',
  ].join('\n');
}

interface Drawn {
  readonly title: string;
  readonly lines: readonly Series[];
}

function panelOf({ title, names }: Panel, all: readonly Series[]): Drawn {
  const lines = names.flatMap((name) => all.filter((series) => series.name === name));
  return { title, lines };
}

interface Times {
  readonly minutes: number;
  readonly warmUpMinutes: number;
}

function draw({ title, lines }: Drawn, place: number, { minutes, warmUpMinutes }: Times): string {
  const x = (place % COLUMNS) * WIDTH;
  const y = HEAD + Math.floor(place / COLUMNS) * HEIGHT;
  const top = niceTop(
    Math.max(...lines.flatMap(({ points }) => smooth(points.map((it) => it.value)))),
  );
  const scale = { minutes, top };
  return [
    `<g transform="translate(${x} ${y})">`,
    `<text x="${INSIDE.left}" y="20" font-size="13" fill="#222">${title}</text>`,
    warmUp(Math.min(warmUpMinutes, minutes) / minutes),
    ...gridOf(scale),
    ...lines.map((series, number) => lineOf(series, number, scale)),
    ...lines.map((series, number) => keyOf(series, number, lines.length)),
    '</g>',
  ].join('\n');
}

function warmUp(share: number): string {
  return `<rect x="${INSIDE.left}" y="${INSIDE.top}" width="${fixed(share * PLOT_WIDTH)}" height="${PLOT_HEIGHT}" fill="#f1f1ee"/>`;
}

interface Scale {
  readonly minutes: number;
  readonly top: number;
}

function gridOf({ minutes, top }: Scale): readonly string[] {
  const levels = [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const y = fixed(INSIDE.top + PLOT_HEIGHT * (1 - share));
    const value = (share * top).toLocaleString('en', { maximumFractionDigits: 2 });
    return `<path d="M${INSIDE.left} ${y}h${PLOT_WIDTH}" stroke="#ddd"/><text x="${INSIDE.left - 6}" y="${Number(y) + 4}" text-anchor="end" fill="#555">${value}</text>`;
  });
  const step = niceTop(minutes / 6);
  const count = Math.floor(minutes / step) + 1;
  const times = Array.from({ length: count }, (_, number) => {
    const x = fixed(INSIDE.left + ((number * step) / minutes) * PLOT_WIDTH);
    return `<text x="${x}" y="${HEIGHT - INSIDE.bottom + 15}" text-anchor="middle" fill="#555">${number * step}${number === 0 ? ' min' : ''}</text>`;
  });
  return [...levels, ...times];
}

function lineOf({ points }: Series, number: number, { minutes, top }: Scale): string {
  const values = smooth(points.map(({ value }) => value));
  const path = points.map(({ minutes: at }, place) => {
    const x = INSIDE.left + (at / minutes) * PLOT_WIDTH;
    const y = INSIDE.top + PLOT_HEIGHT * (1 - (values[place] ?? 0) / top);
    return `${fixed(x)} ${fixed(y)}`;
  });
  return `<path d="M${path.join('L')}" fill="none" stroke="${COLOURS[number]}" stroke-width="1.6"/>`;
}

function keyOf({ name }: Series, number: number, count: number): string {
  const x = INSIDE.left + (number * PLOT_WIDTH) / count;
  const y = HEIGHT - INSIDE.bottom + 36;
  const words = name.replace(/^rows |, processor$/, '');
  return `<rect x="${fixed(x)}" y="${y - 8}" width="9" height="9" fill="${COLOURS[number]}"/><text x="${fixed(x + 13)}" y="${y}" fill="#222">${words}</text>`;
}

/** Means of some neighbours. */
function smooth(values: readonly number[]): readonly number[] {
  return values.map((_, place) => {
    const near = values.slice(Math.max(0, place - SMOOTHED + 1), place + 1);
    return near.reduce((sum, value) => sum + value, 0) / near.length;
  });
}

/** The next of 1, 2, 2.5, 5, 10 ... that is no smaller. */
function niceTop(value: number): number {
  if (!(value > 0)) return 1;
  const unit = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 2.5, 5, 10].find((step) => step * unit >= value) ?? 10) * unit;
}

function fixed(value: number): string {
  return value.toFixed(1);
}
