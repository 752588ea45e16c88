import type { Stamp } from '../../message/time.ts';
import type { Within } from '../awaitable.ts';
import type { Contact, ContactStore } from '../contact-store.ts';
import type { KeptLimit, LimitStore } from '../limit-store.ts';
import type { Gap, KeptClock } from '../upkeep-store.ts';
import type { Sql } from './sql.ts';

const ADD_CONTACT = `
  INSERT INTO contacts (account, address, born) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`;

const REMOVE_CONTACT = 'DELETE FROM contacts WHERE account = $1 AND address = $2';

const SELECT_CONTACTS = `
  SELECT account, address FROM contacts
  WHERE (account, address) > ($1, $2) ORDER BY account, address LIMIT $3`;

export function contactsIn(sql: Sql): Within<ContactStore> {
  return {
    add: async ({ account, address }, now) => {
      await sql.run(ADD_CONTACT, [account, address, now]);
    },
    remove: async ({ account, address }) => {
      await sql.run(REMOVE_CONTACT, [account, address]);
    },
    page: ({ account, address }, limit) =>
      sql.rows<Contact>(SELECT_CONTACTS, [account, address, limit]),
  };
}

const SELECT_LIMIT = 'SELECT domain, bytes, at, version FROM limits WHERE domain = $1';

const KEEP_LIMIT = `
  INSERT INTO limits (domain, bytes, at, version) VALUES ($1, $2, $3, $4)
  ON CONFLICT (domain) DO UPDATE SET bytes = excluded.bytes, at = excluded.at, version = excluded.version`;

export function limitsIn(sql: Sql): Within<LimitStore> {
  return {
    get: async (domain) => (await sql.rows<KeptLimit>(SELECT_LIMIT, [domain]))[0],
    keep: async ({ domain, bytes, at, version }) => {
      await sql.run(KEEP_LIMIT, [domain, bytes, at, version]);
    },
  };
}

const KEEP_CLOCK = `
  INSERT INTO clock (one, seen, ahead) VALUES (true, $1, $2)
  ON CONFLICT (one) DO UPDATE SET seen = excluded.seen, ahead = excluded.ahead`;

const NOTE_GAP = `
  INSERT INTO gaps (domain, up_to) VALUES ($1, $2)
  ON CONFLICT (domain) DO UPDATE SET up_to = excluded.up_to WHERE gaps.up_to < excluded.up_to`;

export async function keptClock(sql: Sql): Promise<KeptClock | undefined> {
  return (await sql.rows<KeptClock>('SELECT seen, ahead FROM clock'))[0];
}

export async function keepClock(sql: Sql, { seen, ahead }: KeptClock): Promise<void> {
  await sql.run(KEEP_CLOCK, [seen, ahead]);
}

export async function gapsIn(sql: Sql): Promise<readonly Gap[]> {
  const rows = await sql.rows<{ domain: string; up_to: Stamp }>('SELECT domain, up_to FROM gaps');
  return rows.map(({ domain, up_to }) => [domain, up_to]);
}

export async function noteGap(sql: Sql, domain: string, upTo: Stamp): Promise<void> {
  await sql.run(NOTE_GAP, [domain, upTo]);
}
