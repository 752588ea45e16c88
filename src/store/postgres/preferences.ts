import { type BareJid, domainOf } from '../../message/jid.ts';
import type { Millis } from '../../message/time.ts';
import { readPreferences, writePreferences } from '../json-columns.ts';
import type { Chosen, ChosenBefore, PreferencePort } from '../preference-port.ts';
import type { Choice, PolicyVersion } from '../preference-store.ts';
import type { Sql } from './sql.ts';

/** The last opening by a daemon of our component, whose parameter is number `component`. */
function lastOpening(component: number): string {
  return `opening = (SELECT max(opening) FROM epochs WHERE component = $${component})`;
}

const SELECT = `
  SELECT preferences, changed, number,
    number > (SELECT began FROM epochs WHERE ${lastOpening(2)}) AS is_new
  FROM preferences WHERE account = $1`;

const UPSERT = `
  INSERT INTO preferences (account, domain, preferences, number, changed) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (account) DO UPDATE SET preferences = excluded.preferences, changed = excluded.changed,
    number = CASE WHEN excluded.number = 0 THEN preferences.number ELSE excluded.number END`;

const COUNT_UP = 'UPDATE policy_number SET number = number + 1 RETURNING number';

// An opening ends where the next one of its component begins, the last one at the present number.
// One without a component is of a time when only one daemon could use the store: any other ends it.
const SELECT_LAST = `
  SELECT coalesce(
    (SELECT began FROM epochs AS next
     WHERE next.opening > mine.opening AND mine.component IN ('', next.component)
     ORDER BY opening LIMIT 1),
    (SELECT number FROM policy_number)) AS number
  FROM epochs AS mine WHERE epoch = $1`;

const SELECT_VERSION = `
  SELECT epoch, coalesce(
    (SELECT number FROM preferences WHERE domain = $1 AND number > 0 ORDER BY number DESC LIMIT 1),
    0) AS number
  FROM epochs WHERE ${lastOpening(2)}`;

const SELECT_SINCE = `
  SELECT account, preferences, number FROM preferences
  WHERE domain = $1 AND number > greatest(0, $2::bigint) AND number > 0 ORDER BY number LIMIT $3`;

const SELECT_AFTER = `
  SELECT account, preferences, number FROM preferences
  WHERE domain = $1 AND account > $2 AND number > 0 ORDER BY account LIMIT $3`;

interface Row {
  readonly account: BareJid;
  readonly preferences: string;
  readonly number: number;
  readonly changed: Millis;
  readonly is_new: boolean;
}

/** The rows of what users chose. A row whose policy went stays, so that the servers hear of it. */
export class PreferenceRows implements PreferencePort {
  readonly #sql: Sql;
  readonly #component: string;

  constructor(sql: Sql, component: string) {
    this.#sql = sql;
    this.#component = component;
  }

  async chosenBy(account: BareJid): Promise<ChosenBefore | undefined> {
    const [row] = await this.#sql.rows<Row>(SELECT, [account, this.#component]);
    if (row === undefined) return undefined;
    const { preferences, changed, number, is_new: isOfThisOpening } = row;
    return { preferences: readPreferences(preferences), changed, number, isOfThisOpening };
  }

  async put(
    account: BareJid,
    { preferences, changed, isOtherPolicy }: Chosen & { readonly isOtherPolicy: boolean },
  ): Promise<void> {
    const number = isOtherPolicy ? await this.#countUp() : 0;
    const written = writePreferences(preferences);
    await this.#sql.run(UPSERT, [account, domainOf(account), written, number, changed]);
  }

  async lastNumberOf(epoch: string): Promise<number | undefined> {
    const [row] = await this.#sql.rows<{ number: number }>(SELECT_LAST, [epoch]);
    return row?.number;
  }

  async version(domain: string): Promise<PolicyVersion> {
    const [row] = await this.#sql.rows<PolicyVersion>(SELECT_VERSION, [domain, this.#component]);
    if (row === undefined) throw bug('no opening of this store is known');
    return row;
  }

  async changedSince(domain: string, number: number, limit: number): Promise<readonly Choice[]> {
    return (await this.#sql.rows<Row>(SELECT_SINCE, [domain, number, limit])).map(choiceOf);
  }

  async withPolicy(domain: string, after: string, limit: number): Promise<readonly Choice[]> {
    return (await this.#sql.rows<Row>(SELECT_AFTER, [domain, after, limit])).map(choiceOf);
  }

  async #countUp(): Promise<number> {
    const [row] = await this.#sql.rows<{ number: number }>(COUNT_UP);
    if (row === undefined) throw bug('no number of policies is kept');
    return row.number;
  }
}

function bug(what: string): Error {
  return new Error(`store: ${what}: this is a bug of xmpp-receipts, please report it`);
}

function choiceOf({ account, preferences, number }: Row): Choice {
  return { account, preferences: readPreferences(preferences), number };
}
