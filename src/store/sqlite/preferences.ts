import { type BareJid, domainOf } from '../../message/jid.ts';
import type { Millis } from '../../message/time.ts';
import { NO_PREFERENCES, type Preferences } from '../../receipt/preferences.ts';
import { readPreferences, writePreferences } from '../json-columns.ts';
import type { Changed, Choice, PolicyVersion } from '../preference-store.ts';
import type { Database, Statement } from './database.ts';
import { prepareAll } from './statements.ts';

const STATEMENTS = {
  select: 'SELECT preferences FROM preferences WHERE account = ?',
  selectAny: 'SELECT 1 FROM preferences LIMIT 1',
  // Another number whenever another connection, and only such a one, has committed.
  selectDataVersion: 'PRAGMA data_version',
  upsert: `
    INSERT INTO preferences (account, domain, preferences, number, changed) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET preferences = excluded.preferences, changed = excluded.changed,
      number = CASE excluded.number WHEN 0 THEN number ELSE excluded.number END`,
  countUp: 'UPDATE store SET number = number + 1 RETURNING number',
  selectEpoch: 'SELECT epoch FROM store',
  selectNumber: `
    SELECT number FROM preferences WHERE domain = ? AND number > 0 ORDER BY number DESC LIMIT 1`,
  selectSince: `
    SELECT account, preferences, number FROM preferences
    WHERE domain = ? AND number > max(0, ?) AND number > 0 ORDER BY number LIMIT ?`,
  selectAfter: `
    SELECT account, preferences, number FROM preferences
    WHERE domain = ? AND account > ? AND number > 0 ORDER BY account LIMIT ?`,
  selectOlder: 'SELECT preferences FROM preferences WHERE account = ? AND changed <= ?',
} as const;

/** Accounts whose preferences stay in memory between updates: some MB. */
const MAX_REMEMBERED = 10_000;

interface Row {
  readonly account: BareJid;
  readonly preferences: string;
  readonly number: number;
}

/** The rows of what users chose. A row whose policy went stays, so that the servers hear of it. */
export class PreferenceRows {
  readonly #statements: Readonly<Record<keyof typeof STATEMENTS, Statement>>;
  readonly #remembered = new Map<BareJid, Preferences>();
  #dataVersion = 0;

  constructor(database: Database) {
    this.#statements = prepareAll(database, STATEMENTS);
  }

  get(account: BareJid): Preferences {
    const row = this.#statements.select.get(account) as Row | undefined;
    return row === undefined ? NO_PREFERENCES : readPreferences(row.preferences);
  }

  /** The same from memory: for those of a transaction that has called `refresh`. */
  recall(account: BareJid): Preferences {
    const remembered = this.#remembered.get(account);
    if (remembered !== undefined) return remembered;
    const preferences = this.get(account);
    if (this.#remembered.size >= MAX_REMEMBERED) this.#remembered.clear();
    this.#remembered.set(account, preferences);
    return preferences;
  }

  /** What another process has changed is read anew. */
  refresh(): void {
    const { data_version: version } = this.#statements.selectDataVersion.get() as {
      data_version: number;
    };
    if (version !== this.#dataVersion) this.#remembered.clear();
    this.#dataVersion = version;
  }

  /** Did anybody ever choose anything? Mostly nobody, and then nobody need be looked up. */
  isAny(): boolean {
    return this.#statements.selectAny.get() !== undefined;
  }

  change(
    account: BareJid,
    { change, now }: { change: (before: Preferences) => Preferences; now: Millis },
  ): Changed {
    const before = this.get(account);
    const preferences = change(before);
    const number = isSamePolicy(before, preferences) ? 0 : this.#countUp();
    const written = writePreferences(preferences);
    this.#statements.upsert.run(account, domainOf(account), written, number, now);
    this.#remembered.delete(account);
    return { preferences, version: this.version(domainOf(account)) };
  }

  version(domain: string): PolicyVersion {
    const { epoch } = this.#statements.selectEpoch.get() as { epoch: string };
    const row = this.#statements.selectNumber.get(domain) as { number: number } | undefined;
    return { epoch, number: row?.number ?? 0 };
  }

  changedSince(domain: string, number: number, limit: number): readonly Choice[] {
    return (this.#statements.selectSince.all(domain, number, limit) as Row[]).map(choiceOf);
  }

  withPolicy(domain: string, after: string, limit: number): readonly Choice[] {
    return (this.#statements.selectAfter.all(domain, after, limit) as Row[]).map(choiceOf);
  }

  /** What an account chose up to that time goes. */
  forget(account: BareJid, until: Millis): void {
    if (this.#statements.selectOlder.get(account, until) === undefined) return;
    this.change(account, { change: () => NO_PREFERENCES, now: until });
  }

  #countUp(): number {
    return (this.#statements.countUp.get() as { number: number }).number;
  }
}

function choiceOf({ account, preferences, number }: Row): Choice {
  return { account, preferences: readPreferences(preferences), number };
}

function isSamePolicy(a: Preferences, b: Preferences): boolean {
  return policyText(a) === policyText(b);
}

function policyText({ policy, exceptions = {} }: Preferences): string {
  return JSON.stringify([policy, Object.entries(exceptions).toSorted()]);
}
