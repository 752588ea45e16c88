import pg from 'pg';
import { afterAll, beforeAll, vi } from 'vitest';
import { MIGRATIONS } from '../../src/store/postgres/schema.ts';

type Values = readonly unknown[];

/** Statements as the store has run them, each with the values of its last time. */
export type Recorded = ReadonlyMap<string, Values>;

/** Collects every statement that a store runs while the tests of this file do, but for those that make tables. */
export function recordStatements(): Recorded {
  const statements = new Map<string, Values>();
  const ofMigrations = MIGRATIONS.join('\n');
  beforeAll(() => {
    const { query } = pg.Client.prototype;
    vi.spyOn(pg.Client.prototype, 'query').mockImplementation(function (
      this: pg.Client,
      ...asked: unknown[]
    ) {
      const [it] = asked as [{ readonly text?: string; readonly values?: Values }];
      if (it.text !== undefined && !ofMigrations.includes(it.text))
        statements.set(it.text, it.values ?? []);
      return Reflect.apply(query, this, asked);
    });
  });
  afterAll(() => vi.restoreAllMocks());
  return statements;
}

/** A step of a plan that reads more and more rows as the store grows. */
export interface Walk {
  readonly step: string;
  readonly statement: string;
}

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Total Cost': number;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Index Cond'?: string;
  readonly Plans?: readonly PlanNode[];
}

/** Which statements walk a table, or a part of an index that grows, without a limit. */
export async function walksOf(address: string, statements: Recorded): Promise<readonly Walk[]> {
  const client = new pg.Client({ connectionString: address });
  await client.connect();
  try {
    const indexes = await indexesIn(client);
    const walks: Walk[] = [];
    for (const [text, values] of statements)
      if (isOfRows(text)) walks.push(...(await walksIn({ client, indexes, text, values })));
    return walks;
  } finally {
    await client.end();
  }
}

interface Asked {
  readonly client: pg.Client;
  readonly indexes: Indexes;
  readonly text: string;
  readonly values: Values;
}

async function walksIn(asked: Asked): Promise<readonly Walk[]> {
  const statement = asked.text.replaceAll(/\s+/g, ' ').trim();
  const above = { isLimited: false, indexes: asked.indexes };
  const steps = (await plansOf(asked)).flatMap((plan) => stepsIn(plan, above));
  return [...new Set(steps)].map((step) => ({ step, statement }));
}

/** What planning for the values of each time adds to the costs, for a table: plancache.c. */
const PLANNING = 2.5;

/**
 * The plan for these values and, where the server would keep one for all values, that one: it does so
 * if it is no dearer.
 */
async function plansOf(asked: Asked): Promise<readonly PlanNode[]> {
  const own = await planOf(asked, 'force_custom_plan');
  const general = await planOf(asked, 'force_generic_plan');
  const tables = asked.text.match(/\b(FROM|JOIN|INTO|UPDATE)\b/g)?.length ?? 0;
  const isTaken = general['Total Cost'] <= own['Total Cost'] + PLANNING * (tables + 1);
  return isTaken ? [own, general] : [own];
}

async function planOf({ client, text, values }: Asked, mode: string): Promise<PlanNode> {
  await client.query(`SET plan_cache_mode = ${mode}`);
  const explain = { text: `EXPLAIN (FORMAT JSON) ${text}`, values: [...values] };
  const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(explain);
  const plan = rows[0]?.['QUERY PLAN'][0].Plan;
  if (plan === undefined) throw new Error(`no plan of ${text}`);
  return plan;
}

function isOfRows(statement: string): boolean {
  return /^\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b/.test(statement);
}

/** The columns of each index, in their order. */
type Indexes = ReadonlyMap<string, readonly string[]>;

async function indexesIn(client: pg.Client): Promise<Indexes> {
  const { rows } = await client.query<{ name: string; columns: string[] }>(`
    SELECT i.indexrelid::regclass::text AS name, array_agg(a.attname::text ORDER BY a.attnum) AS columns
    FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indexrelid
    WHERE i.indrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)
    GROUP BY i.indexrelid`);
  return new Map(rows.map(({ name, columns }) => [name, columns]));
}

interface Above {
  /** Does a step above it stop reading after so many rows? */
  readonly isLimited: boolean;
  readonly indexes: Indexes;
}

function stepsIn(node: PlanNode, above: Above): readonly string[] {
  const own = isWalk(node, above) ? [inWords(node)] : [];
  const isLimited = limitsBelow(node, above);
  return [
    ...own,
    ...(node.Plans ?? []).flatMap((below) => stepsIn(below, { ...above, isLimited })),
  ];
}

/** These hand on each row as it comes: what stops reading above them stops what is below. */
const HAND_ON = new Set([
  'Nested Loop',
  'Subquery Scan',
  'Result',
  'Append',
  'LockRows',
  'Memoize',
  'Incremental Sort',
]);

function limitsBelow({ 'Node Type': type }: PlanNode, { isLimited }: Above): boolean {
  return type === 'Limit' || (isLimited && HAND_ON.has(type));
}

function isWalk(node: PlanNode, { isLimited, indexes }: Above): boolean {
  if (node['Node Type'] === 'Seq Scan') return true;
  const columns = indexes.get(node['Index Name'] ?? '');
  if (columns === undefined || isLimited) return false;
  const condition = node['Index Cond'] ?? '';
  return !narrows(columns, condition) || /[<>]/.test(condition);
}

/** A shard alone is a part of the table that grows with it. */
function narrows(columns: readonly string[], condition: string): boolean {
  const first = columns[0] === 'shard' ? columns.slice(0, 2) : columns.slice(0, 1);
  return first.every((column) => new RegExp(`\\b${column} =`).test(condition));
}

function inWords(node: PlanNode): string {
  const about = node['Index Name'] ?? node['Relation Name'];
  return `${node['Node Type']} ${about} ${node['Index Cond'] ?? ''}`.trim();
}
