import { rmSync, statSync } from 'node:fs';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { isPostgres, pathIn } from './address.ts';
import type { BackupEnded } from './backup-thread.ts';
import { StoreUnavailable } from './store.ts';

/** A copy of the store, for whoever asked for it. */
export interface StoreCopy {
  readonly path: string;
  readonly bytes: number;
  /** It is not wanted any more. Repeating it is harmless. */
  remove(): void;
}

/** Why there is none. */
export type NoCopy = 'busy' | 'in-memory' | 'in-postgres';

/** Copies of the store, one at a time, made beside it while the daemon uses it. */
export class StoreCopies {
  readonly #address: string;
  #isMaking = false;

  constructor(address: string) {
    this.#address = address;
  }

  /** Rejects with StoreUnavailable. */
  async make(): Promise<StoreCopy | NoCopy> {
    if (isPostgres(this.#address)) return 'in-postgres';
    const path = pathIn(this.#address);
    if (path === ':memory:') return 'in-memory';
    if (this.#isMaking) return 'busy';
    this.#isMaking = true;
    const copy = `${path}.copying`;
    const remove = once(() => this.#remove(copy));
    try {
      removeFiles(copy);
      await backUpInThread(this.#address, copy);
      return { path: copy, bytes: statSync(copy).size, remove };
    } catch (error) {
      remove();
      throw error;
    }
  }

  #remove(copy: string): void {
    removeFiles(copy);
    this.#isMaking = false;
  }
}

/** Whatever happens later, the next copy is not removed by who asked for this one. */
function once(work: () => void): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    work();
  };
}

function removeFiles(path: string): void {
  for (const end of ['', '-journal', '-wal', '-shm']) rmSync(`${path}${end}`, { force: true });
}

/** To copy takes seconds, and nothing else would happen meanwhile. */
function backUpInThread(address: string, to: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const program = new URL(`./backup-thread${extname(import.meta.url)}`, import.meta.url);
    const thread = new Worker(program, { workerData: { address, to } });
    thread.unref();
    thread.once('error', reject);
    thread.once('message', ({ problem }: BackupEnded) =>
      problem === undefined ? resolve() : reject(new StoreUnavailable(problem)),
    );
    thread.once('exit', () => reject(new StoreUnavailable(UNFINISHED)));
  });
}

const UNFINISHED =
  'store: the copy was not finished. Is there room on that disk, and memory for one more thread? Then try again.';
