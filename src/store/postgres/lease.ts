import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { untilNoConflict } from '../conflict.ts';
import type { Member } from '../members.ts';
import type { Fence, Holder, StoreClaim } from '../store-lock.ts';
import { type StoreNewsTeller, TELL_NOBODY } from '../store-news.ts';
import { makePool } from './connection.ts';
import { type LeaseName, RENEW, takeRows, WHOLE } from './lease-rows.ts';
import { MemberLook } from './member-look.ts';
import { expectOwnDomains, join, showLife, standBy, standByNoMore } from './members.ts';
import type { Sql } from './sql.ts';
import { READ, Transactions, WRITE } from './transactions.ts';
import { bringUpToDate } from './up-to-date.ts';

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
  readonly members: MemberLook;
  readonly #name: LeaseName;
  readonly #member: Member | undefined;
  readonly #holder = `${hostname()}:${process.pid}:${randomBytes(4).toString('hex')}`;
  readonly #address: string;
  readonly #tell: StoreNewsTeller;
  readonly #transactions: Transactions;
  #onLost: () => void = () => {};
  #renewing: NodeJS.Timeout | undefined;
  #isUpToDate = false;
  #isTaken = false;
  #standsBy = false;
  #number = 0;
  /** When the last renewal began that was committed. */
  #renewedAt = Number.NEGATIVE_INFINITY;
  /** The last one; while the database is silent it takes its time, and no other is begun. */
  #renewal: Promise<void> | undefined;

  /** For a member of the store, or for a component whose daemon does not run, or for all of it. */
  constructor(address: string, claimed?: Member | string, tell = TELL_NOBODY) {
    this.#address = address;
    this.#tell = tell;
    this.#member = typeof claimed === 'object' ? claimed : undefined;
    this.#name = (typeof claimed === 'object' ? claimed.component : claimed) ?? WHOLE;
    this.#transactions = new Transactions(makePool(address, 1));
    this.members = new MemberLook(
      (work) => this.#transactions.run(READ, work),
      (work) => this.#write(work),
    );
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
    if (!this.#isUpToDate) await bringUpToDate(this.#address, this.#tell);
    this.#isUpToDate = true;
    const begun = performance.now();
    const taken = await this.#write((sql) => this.#takeIn(sql));
    if (typeof taken !== 'number') return taken;
    this.#number = taken;
    this.#renewedAt = begun;
    this.#isTaken = true;
    this.#renewing = setInterval(() => this.#beginRenewal(), RENEW_MS).unref();
    if (this.#member !== undefined) await this.members.look();
    return undefined;
  }

  async #takeIn(sql: Sql): Promise<number | Holder> {
    const member = this.#member;
    if (member === undefined) return takeRows(sql, this.#terms);
    await expectOwnDomains(sql, member);
    const taken = await takeRows(sql, this.#terms);
    if (typeof taken === 'number') await join(sql, member, this.#holder);
    else await standBy(sql, member.component, this.#holder);
    this.#standsBy = typeof taken !== 'number';
    return taken;
  }

  async release(): Promise<void> {
    clearInterval(this.#renewing);
    // What comes after it would take the lease once more.
    await this.#renewal;
    // Without it the next daemon waits until the lease is over.
    if (this.#isTaken || this.#standsBy)
      await this.#write((sql) => this.#giveBack(sql)).catch(() => {});
    this.#isTaken = false;
    await this.#transactions.close();
  }

  async #giveBack(sql: Sql): Promise<void> {
    if (this.#isTaken) await sql.run(GIVE_BACK, [this.#name, this.#holder]);
    else await standByNoMore(sql, this.#holder);
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
    if (isOurs === false) return this.#lose();
    if (this.#member !== undefined) await this.members.look().catch(() => {});
  }

  async #prolong(): Promise<boolean> {
    const { name, holder, forMs } = this.#terms;
    const heard = this.members.heard();
    return this.#write(async (sql) => {
      const isOurs = (await sql.run(RENEW, [name, holder, forMs])) > 0;
      // Who has lost the component says nothing more of it.
      if (isOurs) await showLife(sql, name, heard);
      return isOurs;
    });
  }

  #lose(): void {
    clearInterval(this.#renewing);
    this.#isTaken = false;
    this.#onLost();
  }
}
