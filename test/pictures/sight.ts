import { execFileSync } from 'node:child_process';

/** A place on the screen, in pixels. */
export interface Spot {
  readonly x: number;
  readonly y: number;
}

/** Letters of a screen are small for tesseract. */
const TIMES = 2;

/** A part of the screen: width, height and place, as ImageMagick takes them (`600x60+0+0`). */
export type Area = `${number}x${number}+${number}+${number}`;

export const WHOLE: Area = '10000x10000+0+0';

/** The words that can be read in that part of a picture. */
export function textIn(png: Buffer, area: Area): string {
  return read(png, area, 'txt');
}

/** Where words stand in a picture, by the place of the first one; `undefined`: nowhere. */
export function spotOf(words: string, png: Buffer): Spot | undefined {
  const [, ...rows] = read(png, WHOLE, 'tsv').trim().split('\n');
  const row = rows.map((line) => line.split('\t')).find((cells) => cells.at(-1)?.includes(words));
  if (row === undefined) return undefined;
  const [left = 0, top = 0, width = 0, height = 0] = row.slice(6, 10).map(Number);
  return { x: Math.round((left + width / 2) / TIMES), y: Math.round((top + height / 2) / TIMES) };
}

function read(png: Buffer, area: Area, format: 'txt' | 'tsv'): string {
  const part = ['-crop', area, '+repage'];
  const larger = ['png:-', ...part, '-resize', `${TIMES * 100}%`, '-colorspace', 'Gray', 'png:-'];
  const input = execFileSync('convert', larger, { input: png, maxBuffer: 2 ** 26 });
  const words = ['-', '-', '--psm', '11', '-l', 'eng', format];
  return execFileSync('tesseract', words, {
    input,
    encoding: 'utf8',
    env: { ...process.env, OMP_THREAD_LIMIT: '1' },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
}
