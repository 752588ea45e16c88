import type { Spelling } from '../../protocol/spelling/spelling.ts';
import type { Tick } from '../../receipt/tick.ts';
import type { Database } from './database.ts';

/** What SQL needs to spell addresses, also those inside of columns. */
export function addSpelling(database: Database, spell: Spelling): void {
  const define = (name: string, spelled: (column: string) => string) =>
    database.function(name, { deterministic: true }, spelled);
  define('spelled', spell);
  define('spelled_tick', (column) => changed(column, (tick: Tick) => tickIn(tick, spell)));
}

/** The server knows the token with the sender as it wrote it. */
function tickIn(tick: Tick, spell: Spelling): Tick {
  const key = keyIn(tick, spell);
  const { writtenSender = tick.key.sender } = tick;
  return { ...tick, key, ...(writtenSender === key.sender ? {} : { writtenSender }) };
}

function keyIn({ key }: Tick, spell: Spelling): Tick['key'] {
  return { ...key, sender: spell(key.sender), recipient: spell(key.recipient) };
}

/** What is damaged stays as it was. */
function changed<Value>(column: string, change: (value: Value) => Value): string {
  try {
    return JSON.stringify(change(JSON.parse(column) as Value));
  } catch {
    return column;
  }
}
