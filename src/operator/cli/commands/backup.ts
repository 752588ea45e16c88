import { existsSync, rmSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { isPostgres } from '../../../store/address.ts';
import { backUpStore, checkCopy, restoreStore } from '../../../store/backup.ts';
import type { ApiClient } from '../api-client.ts';
import type { Command } from '../commander.ts';
import type { Context } from '../context.ts';
import { CommandFailed, EXIT } from '../exit.ts';
import { rowsInWords, withProgress } from '../progress.ts';

export function addBackup(program: Command, { settings, daemon, say }: Context): void {
  program
    .command('backup')
    .argument('<copy>', 'the new file')
    .description('copy the store into a new file, also while the daemon runs')
    .action(async (copy) => {
      keepToOwner();
      const { store, http } = settings();
      if (!isPostgres(store) && http.socket !== undefined && (await daemon().isThere()))
        await withProgress('copies the store', () => receive(daemon(), copy));
      else
        await withProgress('copies the store', (tell) =>
          backUpStore(store, copy, rowsInWords(tell)),
        );
      say(`The store was copied to ${copy}, and the copy is sound.`);
    });
}

export function addRestore(program: Command, { settings, say }: Context): void {
  program
    .command('restore')
    .argument('<copy>', 'a file that backup made')
    .description('put such a copy in place of the store, while no daemon runs')
    .action(async (copy) => {
      keepToOwner();
      const { store, domains } = settings();
      const kept = await withProgress('restores the store', (tell) =>
        restoreStore(store, copy, { domains, tell: rowsInWords(tell) }),
      );
      say(restored(copy, { store, kept }));
    });
}

/** From a daemon that runs. Nothing is overwritten, and nothing stays that is not whole. */
async function receive(daemon: ApiClient, copy: string): Promise<void> {
  const file = await makeFile(copy);
  try {
    await daemon.download('/api/backup', file);
    checkCopy(copy);
  } catch (error) {
    rmSync(copy, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}

async function makeFile(copy: string): Promise<FileHandle> {
  try {
    return await open(copy, 'wx', 0o600);
  } catch (cause) {
    const advice = existsSync(copy)
      ? 'it exists already: name another file'
      : `${String(cause)}. Name a file in a folder where you may write`;
    throw new CommandFailed(`backup: cannot write ${copy}: ${advice}`, EXIT.unavailable, { cause });
  }
}

/** The store holds who writes to whom: no other user of this machine may read it. */
function keepToOwner(): void {
  process.umask(0o077);
}

interface Restored {
  readonly store: string;
  readonly kept: string | undefined;
}

function restored(copy: string, { store, kept }: Restored): string {
  const place = isPostgres(store) ? `in the schema ${kept}` : kept;
  const replaced = kept === undefined ? '' : ` The replaced store is ${place}.`;
  return `The store was restored from ${copy}.${replaced} Start the daemon now: it takes newer policies from the servers.`;
}
