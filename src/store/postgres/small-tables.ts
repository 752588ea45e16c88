import { domainOf } from '../../message/jid.ts';
import type { Stamp } from '../../message/time.ts';
import type { Within } from '../awaitable.ts';
import type { Contact, ContactStore } from '../contact-store.ts';
import type { KeptLimit, LimitStore } from '../limit-store.ts';
import type { Gap, KeptClock } from '../upkeep-store.ts';
import type { Sql } from './sql.ts';

const ADD_CONTACT = `
  INSERT INTO contacts (account, address, component, born) VALUES ($1, $2, $3, $4)
  ON CONFLICT DO NOTHING`;

const REMOVE_CONTACT = 'DELETE FROM contacts WHERE account = $1 AND address = $2';

const SELECT_CONTACTS = `
  SELECT account, address FROM contacts
  WHERE component = $1 AND (account, address) > ($2, $3) ORDER BY account, address LIMIT $4`;

/** A page holds the contacts of our own addresses: nobody else can speak for those. */
export function contactsIn(sql: Sql, component: string): Within<ContactStore> {
  return {
    add: async ({ account, address }, now) => {
      await sql.run(ADD_CONTACT, [account, address, domainOf(address), now]);
    },
    remove: async ({ account, address }) => {
      await sql.run(REMOVE_CONTACT, [account, address]);
    },
    page: ({ account, address }, limit) =>
      sql.rows<Contact>(SELECT_CONTACTS, [component, account, address, limit]),
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

// What was kept before there were several daemons stands under no component.
const SELECT_CLOCK = `
  SELECT seen, ahead FROM clock WHERE component IN ('', $1) ORDER BY component DESC LIMIT 1`;

const KEEP_CLOCK = `
  INSERT INTO clock (component, seen, ahead) VALUES ($1, $2, $3)
  ON CONFLICT (component) DO UPDATE SET seen = excluded.seen, ahead = excluded.ahead`;

const NOTE_GAP = `
  INSERT INTO gaps (domain, up_to) VALUES ($1, $2)
  ON CONFLICT (domain) DO UPDATE SET up_to = excluded.up_to WHERE gaps.up_to < excluded.up_to`;

export async function keptClock(sql: Sql, component: string): Promise<KeptClock | undefined> {
  return (await sql.rows<KeptClock>(SELECT_CLOCK, [component]))[0];
}

export async function keepClock(
  sql: Sql,
  component: string,
  { seen, ahead }: KeptClock,
): Promise<void> {
  await sql.run(KEEP_CLOCK, [component, seen, ahead]);
}

export async function gapsIn(sql: Sql): Promise<readonly Gap[]> {
  const rows = await sql.rows<{ domain: string; up_to: Stamp }>('SELECT domain, up_to FROM gaps');
  return rows.map(({ domain, up_to }) => [domain, up_to]);
}

export async function noteGap(sql: Sql, domain: string, upTo: Stamp): Promise<void> {
  await sql.run(NOTE_GAP, [domain, upTo]);
}
