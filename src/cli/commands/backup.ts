import { backUpStore, restoreStore } from '../../store/backup.ts';
import type { Command } from '../commander.ts';
import type { Context } from '../context.ts';

export function addBackup(program: Command, { settings, say }: Context): void {
  program
    .command('backup')
    .argument('<copy>', 'the new file')
    .description('copy the store into a new file, also while the daemon runs')
    .action((copy) => {
      keepToOwner();
      backUpStore(settings().store, copy);
      say(`The store was copied to ${copy}, and the copy is sound.`);
    });
}

export function addRestore(program: Command, { settings, say }: Context): void {
  program
    .command('restore')
    .argument('<copy>', 'a file that backup made')
    .description('put such a copy in place of the store, while no daemon runs')
    .action((copy) => {
      keepToOwner();
      say(restored(copy, restoreStore(settings().store, copy)));
    });
}

/** The store holds who writes to whom: no other user of this machine may read it. */
function keepToOwner(): void {
  process.umask(0o077);
}

function restored(copy: string, kept: string | undefined): string {
  const replaced = kept === undefined ? '' : ` The replaced store is ${kept}.`;
  return `The store was restored from ${copy}.${replaced} Start the daemon now: it takes newer policies from the servers.`;
}
