import { run } from '../../../daemon/run.ts';
import type { Command } from '../commander.ts';
import type { Context } from '../context.ts';

export function addRun(program: Command, { settings, environment }: Context): void {
  program
    .command('run')
    .description('attach to the server and run until a signal comes')
    .action(() => run({ settings, environment }));
}
