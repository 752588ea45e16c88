import { randomInt } from 'node:crypto';
import { SHARDS } from './shards.ts';

/** 2026-01-01: with fewer digits a number stays exact for 69 years. */
const BEGIN = Date.UTC(2026, 0, 1);

const PER_MS = 256;

/**
 * Numbers for rows, made here: a sequence would be one place that all daemons ask. They rise within
 * a process. Two daemons that make the same number are a conflict for one of them.
 */
export class Numbers {
  #last = 0;

  next(shard: number): number {
    const now = (Date.now() - BEGIN) * PER_MS + randomInt(PER_MS);
    this.#last = Math.max(this.#last + 1, now);
    return this.#last * SHARDS + shard;
  }
}

/** In which shard the row of that number is. */
export function shardOfNumber(number: number): number {
  return number % SHARDS;
}
