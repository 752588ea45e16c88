import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { untilNoConflict } from '../conflict.ts';
import type { Fence, Holder, StoreClaim } from '../store-lock.ts';
import { makePool } from './connection.ts';
import { type LeaseName, RENEW, takeRows, WHOLE } from './lease-rows.ts';
import { migrate } from './opening.ts';
import type { Sql } from './sql.ts';
import { Transactions, WRITE } from './transactions.ts';

/** After so long without a sign of life another daemon may take the lease over. */
export const LEASE_MS = 6000;
export const RENEW_MS = 2000;

const GIVE_BACK = 'DELETE FROM leases WHERE name = $1 AND holder = $2';

/**
 * Makes this process the only daemon of a component domain on the database, or the only user of all
 * of it, for as long as it says that it lives.
 */
export class Lease implements StoreClaim {
  readonly lost: Promise<void>;
  readonly #name: LeaseName;
  readonly #holder = `${hostname()}:${process.pid}:${randomBytes(4).toString('hex')}`;
  readonly #transactions: Transactions;
  #onLost: () => void = () => {};
  #renewing: NodeJS.Timeout | undefined;
  #isMigrated = false;
  #isTaken = false;
  #number = 0;
  /** When the last renewal began that was committed. */
  #renewedAt = Number.NEGATIVE_INFINITY;
  /** The last one; while the database is silent it takes its time, and no other is begun. */
  #renewal: Promise<void> | undefined;

  constructor(address: string, component?: string) {
    this.#name = component ?? WHOLE;
    this.#transactions = new Transactions(makePool(address, 1));
    this.lost = new Promise((resolve) => {
      this.#onLost = resolve;
    });
  }

  get fence(): Fence {
    return { number: this.#number, onLost: () => this.#lose() };
  }

  isSure(): boolean {
    return this.#isTaken && performance.now() - this.#renewedAt < LEASE_MS;
  }

  async take(): Promise<Holder | undefined> {
    if (!this.#isMigrated) await this.#write((sql) => migrate(sql));
    this.#isMigrated = true;
    const begun = performance.now();
    const taken = await this.#write((sql) => takeRows(sql, this.#terms));
    if (typeof taken !== 'number') return taken;
    this.#number = taken;
    this.#renewedAt = begun;
    this.#isTaken = true;
    this.#renewing = setInterval(() => this.#beginRenewal(), RENEW_MS).unref();
    return undefined;
  }

  async release(): Promise<void> {
    clearInterval(this.#renewing);
    // What comes after it would take the lease once more.
    await this.#renewal;
    const values = [this.#name, this.#holder];
    // Without it the next daemon waits until the lease is over.
    if (this.#isTaken) await this.#write((sql) => sql.run(GIVE_BACK, values)).catch(() => {});
    this.#isTaken = false;
    await this.#transactions.close();
  }

  get #terms() {
    return { name: this.#name, holder: this.#holder, forMs: LEASE_MS };
  }

  #write<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result> {
    return untilNoConflict(() => this.#transactions.run(WRITE, work));
  }

  #beginRenewal(): void {
    this.#renewal ??= this.#renew().finally(() => {
      this.#renewal = undefined;
    });
  }

  async #renew(): Promise<void> {
    const begun = performance.now();
    // While the database is away nobody else gets the lease either.
    const isOurs = await this.#prolong().catch(() => undefined);
    if (isOurs === true) this.#renewedAt = begun;
    if (isOurs === false) this.#lose();
  }

  async #prolong(): Promise<boolean> {
    const { name, holder, forMs } = this.#terms;
    return (await this.#write((sql) => sql.run(RENEW, [name, holder, forMs]))) > 0;
  }

  #lose(): void {
    clearInterval(this.#renewing);
    this.#isTaken = false;
    this.#onLost();
  }
}
