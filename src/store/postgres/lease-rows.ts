import type { Holder } from '../store-lock.ts';
import { raiseFence } from './fence.ts';
import type { Sql } from './sql.ts';

/**
 * The lease on all of a database. Older daemons know no other one, and so may not run beside newer
 * ones; a domain has a dot, or is as long as no word of ours.
 */
export const WHOLE = 'daemon';

/** A component domain, or that word. */
export type LeaseName = string;

export interface Terms {
  readonly name: LeaseName;
  readonly holder: string;
  readonly forMs: number;
}

// The server's clock counts, which is the same for all daemons.
const SELECT_OTHERS = `
  SELECT name, holder, until > clock_timestamp() AS is_alive FROM leases
  WHERE holder <> $1 AND ($2 = '${WHOLE}' OR name IN ($2, '${WHOLE}')) ORDER BY name`;

const REMOVE = 'DELETE FROM leases WHERE name = ANY($1)';

const TAKE = `
  INSERT INTO leases (name, holder, until)
  VALUES ($1, $2, clock_timestamp() + $3::integer * interval '1 millisecond')`;

// A lease that was taken and given back meanwhile is not ours any more.
export const RENEW = `
  UPDATE leases SET until = clock_timestamp() + $3::integer * interval '1 millisecond'
  WHERE name = $1 AND holder = $2`;

interface Row {
  readonly name: LeaseName;
  readonly holder: string;
  readonly is_alive: boolean;
}

/**
 * Answers with the number of the fence, or with who is in the way. Whoever had until now what we
 * take, and does not live, writes nothing from then on.
 */
export async function takeRows(sql: Sql, { name, holder, forMs }: Terms): Promise<number | Holder> {
  const others = await sql.rows<Row>(SELECT_OTHERS, [holder, name]);
  const alive = others.find(({ is_alive }) => is_alive);
  if (alive !== undefined) return holderIn(alive);
  const over = others.map((other) => other.name).filter((other) => other !== name);
  for (const other of over) await raiseFence(sql, other);
  await sql.run(REMOVE, [[...over, name]]);
  await sql.run(TAKE, [name, holder, forMs]);
  return raiseFence(sql, name);
}

function holderIn({ name, holder }: Row): Holder {
  return { component: name === WHOLE ? undefined : name, process: holder };
}
