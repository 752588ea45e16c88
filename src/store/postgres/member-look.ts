import type { Millis } from '../../message/time.ts';
import type { Forgetting, HeardServer, KnownMember, Members } from '../members.ts';
import { databaseTime, forgetMember, membersIn } from './members.ts';
import type { Sql } from './sql.ts';

/** Runs work in a transaction of its own. */
export type InTransaction = <Result>(work: (sql: Sql) => Promise<Result>) => Promise<Result>;

/** What the last look at the members of a database has shown. */
export class MemberLook implements Members {
  readonly #read: InTransaction;
  readonly #write: InTransaction;
  readonly #listeners: (() => void)[] = [];
  all: readonly KnownMember[] = [];
  clockAheadMs: Millis = 0;
  /** What this daemon has heard from its servers. */
  heard: () => readonly HeardServer[] = () => [];

  constructor(read: InTransaction, write: InTransaction) {
    this.#read = read;
    this.#write = write;
  }

  onLook(listener: () => void): void {
    this.#listeners.push(listener);
  }

  tell(heard: () => readonly HeardServer[]): void {
    this.heard = heard;
  }

  async look(): Promise<void> {
    const { members, time } = await this.#read(async (sql) => ({
      time: await databaseTime(sql),
      members: await membersIn(sql),
    }));
    this.clockAheadMs = Date.now() - time;
    this.all = members;
    for (const listener of this.#listeners) listener();
  }

  async forget(component: string): Promise<Forgetting> {
    const forgetting = await this.#write((sql) => forgetMember(sql, component));
    await this.look();
    return forgetting;
  }
}
