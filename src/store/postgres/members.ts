import type { SharedSettings } from '../../receipt/shared-settings.ts';
import type { Forgetting, HeardServer, KnownMember, Member } from '../members.ts';
import { StoreUnavailable } from '../store.ts';
import type { Sql } from './sql.ts';

// The server's clock counts, which is the same for all daemons.
const SELECT = `
  SELECT m.component, m.domains, m.settings, m.holder, m.heard,
    coalesce(l.until > clock_timestamp(), false) AS is_served,
    ${millisSince('m.seen')} AS silent, ${millisSince('m.since')} AS served,
    ARRAY(SELECT s.holder FROM standbys s WHERE s.component = m.component
      AND s.seen > clock_timestamp() - interval '10 seconds' ORDER BY s.holder) AS standbys
  FROM members m LEFT JOIN leases l ON l.name = m.component ORDER BY m.component`;

const UPSERT = `
  INSERT INTO members (component, domains, settings, holder, since, seen)
  VALUES ($1, $2, $3, $4, clock_timestamp(), clock_timestamp())
  ON CONFLICT (component) DO UPDATE SET domains = excluded.domains, settings = excluded.settings,
    holder = excluded.holder, since = excluded.since, seen = excluded.seen`;

const SEEN = 'UPDATE members SET seen = clock_timestamp(), heard = $2 WHERE component = $1';

const KEEP_DOMAINS = 'UPDATE members SET domains = $2 WHERE component = $1';

const REMOVE = 'DELETE FROM members WHERE component = $1';

const STAND_BY = `
  INSERT INTO standbys (holder, component, seen) VALUES ($1, $2, clock_timestamp())
  ON CONFLICT (holder) DO UPDATE SET seen = excluded.seen
  WHERE standbys.seen < clock_timestamp() - interval '2 seconds'`;

const STAND_BY_NO_MORE = `
  DELETE FROM standbys WHERE holder = $1 OR seen < clock_timestamp() - interval '1 hour'`;

const CLOCK = 'SELECT extract(epoch FROM clock_timestamp()) * 1000 AS now';

function millisSince(column: string): string {
  return `(extract(epoch FROM clock_timestamp() - ${column}) * 1000)::double precision`;
}

interface Row {
  readonly component: string;
  readonly domains: string;
  readonly settings: string;
  readonly holder: string;
  readonly is_served: boolean;
  readonly silent: number;
  readonly served: number;
  readonly standbys: readonly string[];
  readonly heard: string;
}

/** All members, and the time of the database. */
export async function membersIn(sql: Sql): Promise<readonly KnownMember[]> {
  return (await sql.rows<Row>(SELECT)).map((row) => ({
    component: row.component,
    domains: JSON.parse(row.domains) as readonly string[],
    settings: JSON.parse(row.settings) as SharedSettings,
    holder: row.holder,
    isServed: row.is_served,
    silentMs: row.silent,
    servedMs: row.served,
    standbys: row.standbys,
    heard: JSON.parse(row.heard) as readonly HeardServer[],
  }));
}

export async function databaseTime(sql: Sql): Promise<number> {
  const [row] = await sql.rows<{ now: string }>(CLOCK);
  return Number(row?.now);
}

/** What it has heard is in the store: it was committed before this was said. */
export async function showLife(
  sql: Sql,
  component: string,
  heard: readonly HeardServer[],
): Promise<void> {
  await sql.run(SEEN, [component, JSON.stringify(heard)]);
}

/** Throws StoreUnavailable if a daemon that lives has one of the domains. */
export async function expectOwnDomains(sql: Sql, { component, domains }: Member): Promise<void> {
  for (const other of await membersIn(sql)) {
    const domain = other.domains.find((it) => domains.includes(it));
    if (domain === undefined || other.component === component || !other.isServed) continue;
    throw new StoreUnavailable(
      `store: the users of ${domain} are those of ${other.component} already, which another daemon (host:process ${other.holder}) serves. Name each user domain in the "domains" of one component only`,
    );
  }
}

/**
 * Takes the member's place among the others. Domains that a silent one had go over to it; one that
 * has none left goes. Answers with those from which something was taken.
 */
export async function join(sql: Sql, member: Member, holder: string): Promise<readonly string[]> {
  const { component, domains, settings } = member;
  const taken: string[] = [];
  for (const other of await membersIn(sql)) {
    const rest = other.domains.filter((domain) => !domains.includes(domain));
    if (other.component === component || rest.length === other.domains.length) continue;
    taken.push(other.component);
    if (rest.length === 0) await sql.run(REMOVE, [other.component]);
    else await sql.run(KEEP_DOMAINS, [other.component, JSON.stringify(rest)]);
  }
  await sql.run(UPSERT, [component, JSON.stringify(domains), JSON.stringify(settings), holder]);
  await sql.run(STAND_BY_NO_MORE, [holder]);
  return taken;
}

export async function standBy(sql: Sql, component: string, holder: string): Promise<void> {
  await sql.run(STAND_BY, [holder, component]);
}

export async function standByNoMore(sql: Sql, holder: string): Promise<void> {
  await sql.run(STAND_BY_NO_MORE, [holder]);
}

export async function forgetMember(sql: Sql, component: string): Promise<Forgetting> {
  const known = (await membersIn(sql)).find((it) => it.component === component);
  if (known === undefined) return 'unknown';
  if (known.isServed) return 'served';
  await sql.run(REMOVE, [component]);
  return 'forgotten';
}
