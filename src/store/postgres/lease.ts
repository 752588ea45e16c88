import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { untilNoConflict } from '../conflict.ts';
import { StoreUnavailable } from '../store.ts';
import type { Fence, StoreLock } from '../store-lock.ts';
import { makePool } from './connection.ts';
import { raiseFence } from './fence.ts';
import { migrate } from './opening.ts';
import type { Sql } from './sql.ts';
import { Transactions, WRITE } from './transactions.ts';

/** After so long without a sign of life another daemon may take the store over. */
const LEASE_MS = 15_000;
const RENEW_MS = 5000;
const RETRY_MS = 500;

const NAME = 'daemon';

// The server's clock counts, which is the same for all daemons.
const TAKE = `
  INSERT INTO leases (name, holder, until)
  VALUES ($1, $2, clock_timestamp() + $3::integer * interval '1 millisecond')
  ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
  WHERE leases.until < clock_timestamp()
  RETURNING name`;

// A lease that was taken and given back meanwhile is not ours any more.
const RENEW = `
  UPDATE leases SET until = clock_timestamp() + $3::integer * interval '1 millisecond'
  WHERE name = $1 AND holder = $2`;

const SELECT_HOLDER = 'SELECT holder FROM leases WHERE name = $1';

const GIVE_BACK = 'DELETE FROM leases WHERE name = $1 AND holder = $2';

/**
 * Makes this process the only daemon on the database, for as long as it says that it lives. Waits
 * for the end of the lease of a daemon that was killed. Throws StoreUnavailable.
 */
export async function takeLease(address: string): Promise<StoreLock> {
  const lease = new Lease(address);
  try {
    await lease.take();
  } catch (error) {
    await lease.release();
    throw error;
  }
  return lease;
}

class Lease implements StoreLock {
  readonly lost: Promise<void>;
  readonly #holder = `${hostname()}:${process.pid}:${Date.now()}`;
  readonly #transactions: Transactions;
  #onLost: () => void = () => {};
  #renewing: NodeJS.Timeout | undefined;
  #isTaken = false;
  #number = 0;
  /** The last one; while the database is silent it takes its time, and no other is begun. */
  #renewal: Promise<void> | undefined;

  constructor(address: string) {
    this.#transactions = new Transactions(makePool(address, 1));
    this.lost = new Promise((resolve) => {
      this.#onLost = resolve;
    });
  }

  get fence(): Fence {
    return { number: this.#number, onLost: () => this.#lose() };
  }

  async take(): Promise<void> {
    await this.#write((sql) => migrate(sql));
    const giveUpAt = performance.now() + LEASE_MS + RENEW_MS;
    while (!(await this.#takeOnce())) {
      if (performance.now() > giveUpAt) throw await this.#taken();
      await delay(RETRY_MS);
    }
    this.#isTaken = true;
    this.#renewing = setInterval(() => this.#beginRenewal(), RENEW_MS).unref();
  }

  async release(): Promise<void> {
    clearInterval(this.#renewing);
    // What comes after it would take the lease once more.
    await this.#renewal;
    const values = [NAME, this.#holder];
    // Without it the next daemon waits until the lease is over.
    if (this.#isTaken) await this.#write((sql) => sql.run(GIVE_BACK, values)).catch(() => {});
    await this.#transactions.close();
  }

  #write<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result> {
    return untilNoConflict(() => this.#transactions.run(WRITE, work));
  }

  async #takeOnce(): Promise<boolean> {
    const values = [NAME, this.#holder, LEASE_MS];
    return this.#write(async (sql) => {
      const taken = await sql.rows(TAKE, values);
      if (taken.length === 0) return false;
      this.#number = await raiseFence(sql, NAME);
      return true;
    });
  }

  #beginRenewal(): void {
    this.#renewal ??= this.#renew().finally(() => {
      this.#renewal = undefined;
    });
  }

  async #renew(): Promise<void> {
    // While the database is away nobody else gets the lease either.
    const isOurs = await this.#prolong().catch(() => true);
    if (!isOurs) this.#lose();
  }

  async #prolong(): Promise<boolean> {
    const values = [NAME, this.#holder, LEASE_MS];
    return (await this.#write((sql) => sql.run(RENEW, values))) > 0;
  }

  #lose(): void {
    clearInterval(this.#renewing);
    this.#isTaken = false;
    this.#onLost();
  }

  async #taken(): Promise<StoreUnavailable> {
    const [row] = await this.#write((sql) => sql.rows<{ holder: string }>(SELECT_HOLDER, [NAME]));
    return new StoreUnavailable(
      `store: another daemon (host:process ${row?.holder ?? 'unknown'}) uses this database. Give each daemon a database of its own, or end that one`,
    );
  }
}
