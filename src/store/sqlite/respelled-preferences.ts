import { type BareJid, domainOf } from '../../message/jid.ts';
import type { Millis } from '../../message/time.ts';
import type { Spelling } from '../../protocol/spelling/spelling.ts';
import type { Preferences } from '../../receipt/preferences.ts';
import { stricterOf } from '../../receipt/stricter.ts';
import { readPreferences, writePreferences } from '../json-columns.ts';
import type { Database } from './database.ts';
import { prepareAll } from './statements.ts';

const STATEMENTS = {
  selectMisspelled: `
    SELECT account, preferences, number, changed FROM preferences
    WHERE spelled(account) <> account ORDER BY account`,
  select: 'SELECT account, preferences, number, changed FROM preferences WHERE account = ?',
  remove: 'DELETE FROM preferences WHERE account = ?',
  countUp: 'UPDATE store SET number = number + 1 RETURNING number',
  upsert: `
    INSERT INTO preferences (account, domain, preferences, number, changed)
    VALUES ($account, $domain, $preferences, $number, $changed)
    ON CONFLICT DO UPDATE SET preferences = excluded.preferences, number = excluded.number,
      changed = excluded.changed`,
} as const;

interface Row {
  readonly account: BareJid;
  readonly preferences: string;
  readonly number: number;
  readonly changed: Millis;
}

/**
 * What users chose stands under the account as its server spells it. The numbers rise, so that the
 * servers' modules hear of it.
 */
export function respellPreferences(database: Database, spell: Spelling): void {
  const statements = prepareAll(database, STATEMENTS);
  const nextNumber = () => (statements.countUp.get() as { number: number }).number;
  for (const old of statements.selectMisspelled.all() as Row[]) {
    const account = spell(old.account);
    const other = statements.select.get(account) as Row | undefined;
    const row = other === undefined ? old : merged(other, old);
    const number = row.number === 0 ? 0 : nextNumber();
    statements.remove.run(old.account);
    statements.upsert.run({ ...row, account, domain: domainOf(account), number });
  }
}

function merged(one: Row, other: Row): Row {
  const preferences = mergedColumn(one.preferences, other.preferences);
  const number = Math.max(one.number, other.number);
  return { ...one, preferences, number, changed: Math.max(one.changed, other.changed) };
}

/** Of what only one of them says, nobody knows what the other would allow: it may be all. */
const UNKNOWN = { default: 'automatic', locked: false, tellDeclined: false } as const;

function mergedColumn(one: string, other: string): string {
  const chosen = [one, other].flatMap(soundIn);
  const [ours, theirs] = chosen;
  if (ours === undefined || theirs === undefined) return writePreferences(ours ?? {});
  return writePreferences({ ...theirs, ...stricterOf(ours, theirs, UNKNOWN) });
}

/** Nothing, if the column is damaged. */
function soundIn(column: string): readonly Preferences[] {
  try {
    return [readPreferences(column)];
  } catch {
    return [];
  }
}
