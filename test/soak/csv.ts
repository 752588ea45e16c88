import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import type { Sample } from './sampler.ts';

/** A file to which samples are added while they are taken, so that a killed run leaves them. */
export class Csv {
  readonly #path: string;
  #columns: readonly string[] | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  add(sample: Sample): void {
    if (this.#columns === undefined) {
      this.#columns = Object.keys(sample);
      writeFileSync(this.#path, `${this.#columns.join(',')}\n`);
    }
    const values = this.#columns.map((column) => rounded(sample[column] ?? 0));
    appendFileSync(this.#path, `${values.join(',')}\n`);
  }
}

export function readCsv(path: string): readonly Sample[] {
  const [head = '', ...lines] = readFileSync(path, 'utf8').trimEnd().split('\n');
  const columns = head.split(',');
  return lines.map((line) =>
    Object.fromEntries(line.split(',').map((value, place) => [columns[place], Number(value)])),
  );
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
