import type { Fact } from '../../message/fact.ts';
import { type BareJid, domainOf } from '../../message/jid.ts';
import type { MessageKey } from '../../message/key.ts';
import type { Status } from '../../message/status.ts';
import type { ColumnType, CopiedKind } from '../copied-kinds.ts';
import type { CopiedRow, CopiedValue } from '../copying-port.ts';
import { readReceipt } from '../json-columns.ts';
import type { Numbers } from './numbers.ts';
import { shardOf } from './shards.ts';

/** A column of a table here, and what it holds for a row of the store that is copied. */
export interface CopiedColumn {
  readonly name: string;
  readonly type: string;
  readonly valueIn: (row: CopiedRow) => unknown;
}

const TYPES: Readonly<Record<ColumnType, string>> = {
  text: 'text',
  whole: 'bigint',
  time: 'double precision',
  count: 'integer',
  flag: 'boolean',
};

/** What only the tables here have. */
const ADDED: Readonly<Record<string, readonly CopiedColumn[]>> = {
  messages: [
    { name: 'server', type: 'text', valueIn: () => '' },
    { name: 'seen_at', type: 'bigint', valueIn: seenAt },
    { name: 'kept', type: 'boolean', valueIn: isKept },
  ],
  outbox: [{ name: 'message_at', type: 'bigint', valueIn: messageAt }],
  senders_due: [{ name: 'domain', type: 'text', valueIn: ({ sender }) => domainIn(sender) }],
  questions: [{ name: 'domain', type: 'text', valueIn: ({ recipient }) => domainIn(recipient) }],
  watches: [{ name: 'domain', type: 'text', valueIn: ({ sender }) => domainIn(sender) }],
  contacts: [{ name: 'component', type: 'text', valueIn: ({ address }) => domainIn(address) }],
  clock: [{ name: 'component', type: 'text', valueIn: () => '' }],
};

export function columnsOf(kind: CopiedKind, numbers: Numbers): readonly CopiedColumn[] {
  const same = Object.entries(kind.columns).map(([name, type]): CopiedColumn => {
    const isFlag = type === 'flag';
    const valueIn = (row: CopiedRow) => (isFlag ? row[name] === 1 : row[name]);
    return { name, type: TYPES[type], valueIn };
  });
  return [...same, ...placing(kind, numbers), ...(ADDED[kind.table] ?? [])];
}

/** Where a row is: the shard of its owner and, in it, a number of its own. */
function placing({ owner, key }: CopiedKind, numbers: Numbers): readonly CopiedColumn[] {
  if (owner === undefined) return [];
  const shardIn = (row: CopiedRow) => shardOf(row[owner] as BareJid);
  const shard = { name: 'shard', type: 'smallint', valueIn: shardIn };
  if (key !== 'numbered') return [shard];
  const valueIn = (row: CopiedRow) => numbers.next(shardIn(row));
  return [shard, { name: 'number', type: 'bigint', valueIn }];
}

export function insertOf({ table }: CopiedKind, columns: readonly CopiedColumn[]): string {
  const names = columns.map(({ name }) => name).join(', ');
  const arrays = columns.map(({ type }, place) => `$${place + 1}::${type}[]`).join(', ');
  return `INSERT INTO ${table} (${names}) SELECT * FROM unnest(${arrays})`;
}

export function keyOf({ key, owner }: CopiedKind): readonly string[] {
  const own = key === 'numbered' ? ['number'] : key;
  return owner === undefined ? own : ['shard', ...own];
}

/** A store has one clock where it is copied to: the one that went furthest. */
export function rowsOf({ table }: CopiedKind): string {
  if (table !== 'clock') return table;
  return '(SELECT seen, ahead FROM clock ORDER BY seen DESC LIMIT 1) clock';
}

/** `placeLength`: how many values say where the page begins; 0: it is the first. */
export function pageOf(kind: CopiedKind, placeLength: number): string {
  const key = keyOf(kind);
  const columns = [...new Set([...key, ...Object.keys(kind.columns)])].join(', ');
  const values = key.map((_, place) => `$${place + 1}`).join(', ');
  const after = placeLength === 0 ? '' : `WHERE (${key.join(', ')}) > (${values})`;
  return `
    SELECT ${columns} FROM ${rowsOf(kind)} ${after} ORDER BY ${key.join(', ')} LIMIT $${placeLength + 1}`;
}

export function plainRow(row: Readonly<Record<string, CopiedValue | boolean>>): CopiedRow {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      typeof value === 'boolean' ? Number(value) : value,
    ]),
  );
}

function seenAt({ position = null, record, born }: CopiedRow): number {
  return Number(position ?? factsIn(record)[0]?.at ?? Number(born) * 1000);
}

function isKept({ record }: CopiedRow): boolean {
  return factsIn(record).some(({ kind }) => kind === 'kept');
}

function messageAt({ sender, recipient, id, status, receipt }: CopiedRow): number {
  const key = { sender, recipient, id } as MessageKey;
  return readReceipt({ key, status: status as Status }, String(receipt))?.messageAt ?? 0;
}

function domainIn(address: CopiedValue | undefined): string {
  return domainOf(String(address) as BareJid);
}

/** A damaged record is carried as it is. Whoever reads it says so. */
function factsIn(record: CopiedValue | undefined): readonly Fact[] {
  try {
    return (JSON.parse(String(record)) as { facts: readonly Fact[] }).facts;
  } catch {
    return [];
  }
}
