import { Argument, type Command } from '../commander.ts';
import { completionFor, SHELLS } from '../completion.ts';
import type { Context } from '../context.ts';

export function addCompletion(program: Command, { say }: Context): void {
  program
    .command('completion')
    .addArgument(new Argument('<shell>', 'whose words are to be completed').choices(SHELLS))
    .description('the lines by which a shell completes commands and options')
    .action((shell) => say(completionFor(shell, program)));
}
