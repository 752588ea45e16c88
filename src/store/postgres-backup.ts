import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RestoreOrder } from './backup.ts';
import { type CopyTeller, copyInto } from './copying.ts';
import { lockStore } from './locking.ts';
import { replaceStore } from './postgres/replacing.ts';
import { readSnapshot } from './postgres/snapshot.ts';
import { finishCopy, makeEmpty, openExisting, removeCopy } from './sqlite/backup.ts';
import { openSqliteCopying, openSqliteSource } from './sqlite/copying.ts';
import { copyRestored } from './sqlite/restore.ts';

const SILENT: CopyTeller = () => {};

/** Writes what the database holds at one moment into a file, which is a store in SQLite. */
export async function backUpPostgres(address: string, to: string, tell = SILENT): Promise<void> {
  await readSnapshot(address, async (source) => {
    makeEmpty(to);
    const target = openSqliteCopying(to);
    try {
      await copyInto(target, source, { from: address, to: `sqlite:${to}`, tell });
      await target.close();
      finishCopy(to);
    } catch (error) {
      await target.close();
      removeCopy(to);
      throw error;
    }
  });
}

/**
 * Puts such a file, or one of a store in SQLite, in the place of what the database holds. The
 * replaced tables stay in the schema that is answered with.
 */
export async function restorePostgres(
  address: string,
  from: string,
  { domains, tell = SILENT }: RestoreOrder,
): Promise<string | undefined> {
  openExisting(from).close();
  const folder = mkdtempSync(join(tmpdir(), 'xmpp-receipts-restore-'));
  const lock = await lockStore(address);
  try {
    const path = join(folder, 'restoring.db');
    copyRestored(from, path, domains);
    const source = openSqliteSource(path);
    const order = { from: `sqlite:${path}`, to: address, tell };
    return await replaceStore(address, lock.fence, (target) =>
      copyInto(target, source, order),
    ).finally(() => source.close());
  } finally {
    await lock.release();
    rmSync(folder, { recursive: true });
  }
}
