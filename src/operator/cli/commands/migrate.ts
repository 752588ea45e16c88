import { withoutPassword } from '../../../store/address.ts';
import { type CopiedCount, copyStore } from '../../../store/copying.ts';
import type { Command } from '../commander.ts';
import type { Context } from '../context.ts';
import { rowsInWords, withProgress } from '../progress.ts';

export function addMigrate(program: Command, { say }: Context): void {
  program
    .command('migrate')
    .description('copy all of a store into another one, while no daemon runs')
    .requiredOption('--from <store>', 'the store that is there, such as sqlite:./receipts.db')
    .requiredOption('--to <store>', 'an empty one, such as postgres://receipts@localhost/receipts')
    .action(async ({ from, to }) => {
      // The store holds who writes to whom: no other user of this machine may read it.
      process.umask(0o077);
      const counts = await withProgress('copies the store', (tell) =>
        copyStore({ from, to, tell: rowsInWords(tell) }),
      );
      say(copied(counts, withoutPassword(to)));
    });
}

function copied(counts: readonly CopiedCount[], to: string): string {
  const found = counts.filter(({ count }) => count > 0);
  const lines = found.map(({ inWords, count }) => `  ${count} ${inWords}`);
  return [
    'Both stores hold the same now:',
    ...lines,
    `Set "store" to ${to} and start the daemon. Do not start one on the old store again.`,
  ].join('\n');
}
