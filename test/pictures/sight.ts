import { spawn } from 'node:child_process';
import { buffer } from 'node:stream/consumers';

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
export function textIn(png: Buffer, area: Area): Promise<string> {
  return read(png, area, 'txt');
}

/** Where a word stands in that part of a picture; `undefined`: nowhere. */
export async function spotOf(word: string, png: Buffer, area: Area): Promise<Spot | undefined> {
  const [, ...rows] = (await read(png, area, 'tsv')).trim().split('\n');
  const row = rows.map((line) => line.split('\t')).find((cells) => cells.at(-1)?.includes(word));
  if (row === undefined) return undefined;
  const [left = 0, top = 0, width = 0, height = 0] = row.slice(6, 10).map(Number);
  const [, fromLeft = 0, fromTop = 0] = area.split('+').map(Number);
  return {
    x: Math.round(fromLeft + (left + width / 2) / TIMES),
    y: Math.round(fromTop + (top + height / 2) / TIMES),
  };
}

async function read(png: Buffer, area: Area, format: 'txt' | 'tsv'): Promise<string> {
  const part = ['-crop', area, '+repage'];
  const larger = ['png:-', ...part, '-resize', `${TIMES * 100}%`, '-colorspace', 'Gray', 'png:-'];
  const words = ['-', '-', '--psm', '11', '-l', 'eng', format];
  return String(await piped('tesseract', words, await piped('convert', larger, png)));
}

/** What a program makes of its input. We go on meanwhile: a client may be talking through us. */
function piped(program: string, words: readonly string[], input: Buffer): Promise<Buffer> {
  const env = { ...process.env, OMP_THREAD_LIMIT: '1' };
  const child = spawn(program, words, { env, stdio: ['pipe', 'pipe', 'ignore'] });
  child.stdin.end(input);
  return buffer(child.stdout);
}
