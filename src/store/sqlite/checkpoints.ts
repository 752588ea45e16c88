import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import type { Millis } from '../../message/time.ts';
import { type Database, PAGE_BYTES, type Statement } from './database.ts';

/** How often we check how much was written. */
const EVERY: Millis = 500;

/**
 * Number of changed rows after which a checkpoint starts. At worst they are 10,000 to 20,000 pages
 * of the log.
 */
const MUCH = 2000;

/** Pages in the log, and how many of them are in their place now. */
interface Outcome {
  readonly log: number;
  readonly checkpointed: number;
}

/** What is said when the log has more than so many pages. */
export interface Growth {
  readonly most: number;
  readonly onGrown: (bytes: number) => void;
}

/**
 * Copies the write-ahead log into the database (a checkpoint), in its own thread. It takes hundreds
 * of milliseconds and blocks neither readers nor the writer. If the thread fails, SQLite does it
 * within a commit when the log is full.
 */
export class Checkpoints {
  readonly #path: string;
  readonly #growth: Growth;
  readonly #database: Database;
  readonly #changes: Statement;
  #timer: NodeJS.Timeout | undefined;
  #worker: Worker | undefined;
  #seen = 0;
  #hasMore = false;
  #isBusy = false;
  #waiting: (() => void)[] = [];

  #hasGrown = false;

  constructor(database: Database, path: string, growth: Growth) {
    this.#database = database;
    this.#path = path;
    this.#growth = growth;
    this.#changes = database.prepare('SELECT total_changes() AS changes');
    // What is in memory has no log.
    if (path !== ':memory:')
      this.#timer = setInterval(() => this.#look(this.#hasMore), EVERY).unref();
  }

  /** Resolves when the log has room for much: for those who write as fast as they can. */
  async room(): Promise<void> {
    if (this.#timer === undefined) return;
    this.#look();
    if (this.#isBusy) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#worker?.ref();
    await this.#worker?.terminate();
  }

  /**
   * The last checkpoint may have left a part of the log: what a reader still needs, and what was not
   * committed yet. Then it is done again.
   */
  #look(isAgain = false): void {
    const { changes } = this.#changes.get() as { changes: number };
    if (this.#isBusy || (changes - this.#seen < MUCH && !isAgain)) return;
    this.#seen = changes;
    this.#hasMore = this.#database.inTransaction;
    this.#worker ??= this.#start();
    this.#isBusy = this.#worker.threadId > 0;
    if (this.#isBusy) this.#ask(this.#worker);
  }

  /** Others may wait for the answer: until it comes the process goes on. */
  #ask(worker: Worker): void {
    worker.ref();
    worker.postMessage('checkpoint');
  }

  #start(): Worker {
    const driver = createRequire(import.meta.url).resolve('better-sqlite3');
    const worker = new Worker(`(${checkpointWhenAsked})(require)`, {
      eval: true,
      workerData: { driver, path: this.#path },
    });
    worker.on('message', ({ log, checkpointed }: Outcome) => {
      this.#hasMore ||= checkpointed < log;
      this.#watch(log);
      this.#done();
    });
    // A worker that fails is not begun anew: SQLite itself makes the checkpoints then.
    worker.on('error', () => this.#done());
    worker.on('exit', () => this.#done());
    worker.unref();
    return worker;
  }

  /** Says once that the log has so many pages, until it is small again. */
  #watch(pages: number): void {
    const { most, onGrown } = this.#growth;
    const isLarge = pages > most;
    if (isLarge && !this.#hasGrown) onGrown(pages * PAGE_BYTES);
    this.#hasGrown = isLarge;
  }

  #done(): void {
    this.#isBusy = false;
    const isStopping = this.#timer === undefined;
    if (!isStopping) this.#worker?.unref();
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

/** What the thread runs. It is handed over as text, so it can use nothing from outside. */
function checkpointWhenAsked(load: NodeJS.Require): void {
  const { parentPort, workerData } = load('node:worker_threads');
  const Driver = load(workerData.driver);
  const database = new Driver(workerData.path);
  parentPort.on('message', () => {
    const [outcome] = database.pragma('wal_checkpoint(PASSIVE)');
    parentPort.postMessage(outcome);
  });
}
