import { type BareJid, domainOf } from '../../message/jid.ts';
import type { Millis } from '../../message/time.ts';
import { NO_PREFERENCES, type Preferences } from '../../receipt/preferences.ts';
import { readPreferences, writePreferences } from '../json-columns.ts';
import type { Chosen, ChosenBefore } from '../preference-port.ts';
import type { Choice, PolicyVersion } from '../preference-store.ts';
import type { Database, Statement } from './database.ts';
import { OtherConnections } from './other-connections.ts';
import { prepareAll } from './statements.ts';

const IS_LAST_OPENING = 'opening = (SELECT max(opening) FROM epochs)';

const STATEMENTS = {
  select: `
    SELECT preferences, changed, number,
      number > (SELECT began FROM epochs WHERE ${IS_LAST_OPENING}) AS isNew
    FROM preferences WHERE account = ?`,
  selectAny: 'SELECT 1 FROM preferences LIMIT 1',
  upsert: `
    INSERT INTO preferences (account, domain, preferences, number, changed) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET preferences = excluded.preferences, changed = excluded.changed,
      number = CASE excluded.number WHEN 0 THEN number ELSE excluded.number END`,
  countUp: 'UPDATE store SET number = number + 1 RETURNING number',
  selectEpoch: `SELECT epoch FROM epochs WHERE ${IS_LAST_OPENING}`,
  // An opening ends where the next one begins, the last one at the present number.
  selectLast: `
    SELECT coalesce(
      (SELECT began FROM epochs AS next WHERE next.opening > mine.opening ORDER BY opening LIMIT 1),
      (SELECT number FROM store)) AS number
    FROM epochs AS mine WHERE epoch = ?`,
  selectNumber: `
    SELECT number FROM preferences WHERE domain = ? AND number > 0 ORDER BY number DESC LIMIT 1`,
  selectSince: `
    SELECT account, preferences, number FROM preferences
    WHERE domain = ? AND number > max(0, ?) AND number > 0 ORDER BY number LIMIT ?`,
  selectAfter: `
    SELECT account, preferences, number FROM preferences
    WHERE domain = ? AND account > ? AND number > 0 ORDER BY account LIMIT ?`,
} as const;

/** Accounts whose preferences stay in memory between updates: some MB. */
const MAX_REMEMBERED = 10_000;

interface Row {
  readonly account: BareJid;
  readonly preferences: string;
  readonly number: number;
  readonly changed: Millis;
  readonly isNew: number;
}

/** The rows of what users chose. A row whose policy went stays, so that the servers hear of it. */
export class PreferenceRows {
  readonly #statements: Readonly<Record<keyof typeof STATEMENTS, Statement>>;
  readonly #remembered = new Map<BareJid, Preferences>();
  readonly #others: OtherConnections;

  constructor(database: Database) {
    this.#statements = prepareAll(database, STATEMENTS);
    this.#others = new OtherConnections(database);
  }

  chosenBy(account: BareJid): ChosenBefore | undefined {
    const row = this.#statements.select.get(account) as Row | undefined;
    if (row === undefined) return undefined;
    const { preferences, changed, number, isNew } = row;
    const isOfThisOpening = isNew === 1;
    return { preferences: readPreferences(preferences), changed, number, isOfThisOpening };
  }

  get(account: BareJid): Preferences {
    return this.chosenBy(account)?.preferences ?? NO_PREFERENCES;
  }

  /** What the account chose, from memory: for those of a transaction that has called `refresh`. */
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
    if (this.#others.haveWritten()) this.#remembered.clear();
  }

  /** Did anybody ever choose anything? Mostly nobody, and then nobody need be looked up. */
  isAny(): boolean {
    return this.#statements.selectAny.get() !== undefined;
  }

  put(
    account: BareJid,
    { preferences, changed, isOtherPolicy }: Chosen & { readonly isOtherPolicy: boolean },
  ): void {
    const number = isOtherPolicy ? this.#countUp() : 0;
    const written = writePreferences(preferences);
    this.#statements.upsert.run(account, domainOf(account), written, number, changed);
    this.#remembered.delete(account);
  }

  lastNumberOf(epoch: string): number | undefined {
    return (this.#statements.selectLast.get(epoch) as { number: number } | undefined)?.number;
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

  #countUp(): number {
    return (this.#statements.countUp.get() as { number: number }).number;
  }
}

function choiceOf({ account, preferences, number }: Row): Choice {
  return { account, preferences: readPreferences(preferences), number };
}
