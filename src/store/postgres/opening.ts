import { randomBytes } from 'node:crypto';
import { StoreConflict } from '../conflict.ts';
import { HALF_COPIED } from '../copying-port.ts';
import { StoreUnavailable } from '../store.ts';
import { type RestoredNews, type StoreNewsTeller, TELL_NOBODY } from '../store-news.ts';
import { settleRestored } from './restored.ts';
import { MIGRATIONS } from './schema.ts';
import type { Sql } from './sql.ts';

/** Openings that are remembered. A server that holds a version of an earlier one gets all policies. */
const REMEMBERED_EPOCHS = 10_000;

const JUST_MADE = 'another daemon has just made the tables of this database';

const EMPTY_VERSION =
  'If no other daemon is being started, its table schema_version is empty: restore a backup, or name an empty database in "store"';

const SELECT_TABLE = "SELECT to_regclass('schema_version') IS NOT NULL AS is_there";

/**
 * Tables as this version expects them; two daemons that do this at once are a conflict for one.
 * Answers with what was found out and settled.
 */
export async function migrate(sql: Sql, tell = TELL_NOBODY): Promise<RestoredNews | undefined> {
  await expectUnicode(sql);
  const version = await versionIn(sql);
  if (version > MIGRATIONS.length) throw new StoreUnavailable(tooNew(version));
  if (version < MIGRATIONS.length) await migrateFrom(version, sql, tell);
  return settleRestored(sql);
}

async function migrateFrom(version: number, sql: Sql, tell: StoreNewsTeller): Promise<void> {
  if (version > 0) tell('has older tables');
  for (const migration of MIGRATIONS.slice(version))
    for (const statement of statementsIn(migration)) await sql.run(statement);
  await sql.run('UPDATE schema_version SET version = $1', [MIGRATIONS.length]);
}

/** The tables are those of this version; nothing is made or changed. Throws StoreUnavailable. */
export async function expectThisVersion(sql: Sql): Promise<void> {
  const version = (await hasTables(sql)) ? ((await keptVersion(sql, '')) ?? 0) : 0;
  if (version > MIGRATIONS.length) throw new StoreUnavailable(tooNew(version));
  if (version === MIGRATIONS.length) return;
  throw new StoreUnavailable(
    version === 0
      ? 'store: this database holds no store of xmpp-receipts. Is it the right one in "store"?'
      : 'store: the tables are those of an older xmpp-receipts. Start the daemon of this version once, or use that older one',
  );
}

/** Throws StoreUnavailable if a copy into this database was begun and is not whole. */
export async function expectWhole(sql: Sql): Promise<void> {
  if ((await sql.rows('SELECT 1 FROM copying')).length > 0) throw new StoreUnavailable(HALF_COPIED);
}

/** This opening by a daemon of that component gives the versions of policies their own name. */
export async function beginEpoch(sql: Sql, component: string): Promise<void> {
  await sql.run(
    `INSERT INTO epochs (opening, epoch, began, component)
     SELECT coalesce((SELECT max(opening) FROM epochs), 0) + 1, $1, number, $2 FROM policy_number`,
    [randomBytes(8).toString('hex'), component],
  );
  await sql.run('DELETE FROM epochs WHERE opening <= (SELECT max(opening) FROM epochs) - $1', [
    REMEMBERED_EPOCHS,
  ]);
}

/** Ids and addresses are Unicode. */
async function expectUnicode(sql: Sql): Promise<void> {
  const [found] = await sql.rows<{ encoding: string }>(
    "SELECT current_setting('server_encoding') AS encoding",
  );
  if (found?.encoding === 'UTF8') return;
  throw new StoreUnavailable(
    `store: expected a database with the encoding UTF8, found ${found?.encoding}. Make another one: createdb --encoding UTF8 --template template0`,
  );
}

async function versionIn(sql: Sql): Promise<number> {
  if (!(await hasTables(sql))) {
    await sql.run(
      'CREATE TABLE schema_version (one BOOLEAN PRIMARY KEY, version INTEGER NOT NULL)',
    );
    await sql.run('INSERT INTO schema_version (one, version) VALUES (true, 0)');
  }
  const version = await keptVersion(sql, 'FOR UPDATE');
  if (version === undefined) throw new StoreConflict(JUST_MADE, { remedy: EMPTY_VERSION });
  return version;
}

async function hasTables(sql: Sql): Promise<boolean> {
  const [table] = await sql.rows<{ is_there: boolean }>(SELECT_TABLE);
  return table?.is_there === true;
}

/** `undefined`: there is a table, but it was not there yet when this transaction began. */
async function keptVersion(sql: Sql, lock: '' | 'FOR UPDATE'): Promise<number | undefined> {
  const select = `SELECT version FROM schema_version ${lock}`;
  const [row] = await sql.rows<{ version: number }>(select);
  return row?.version;
}

/** A prepared statement is one command. No statement of ours has a semicolon within. */
function statementsIn(migration: string): readonly string[] {
  return migration
    .replaceAll(/--.*$/gm, '')
    .split(';')
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
}

function tooNew(version: number): string {
  return `store: the tables were made by a newer xmpp-receipts (schema ${version}, this one knows ${MIGRATIONS.length}); run that one`;
}
