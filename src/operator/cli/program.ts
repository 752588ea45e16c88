import type { Environment } from '../../config/environment.ts';
import { VERSION } from '../../telemetry/version.ts';
import { Command } from './commander.ts';
import { addBackup, addRestore } from './commands/backup.ts';
import { addCheck } from './commands/check.ts';
import { addCompletion } from './commands/completion.ts';
import { addExport } from './commands/export.ts';
import { addMembers } from './commands/members.ts';
import { addMigrate } from './commands/migrate.ts';
import { addModule } from './commands/module.ts';
import { addPolicy } from './commands/policy.ts';
import { addPrune } from './commands/prune.ts';
import { addRun } from './commands/run.ts';
import { addShow } from './commands/show.ts';
import { addStatus } from './commands/status.ts';
import { addTail } from './commands/tail.ts';
import { addWaiting } from './commands/waiting.ts';
import { type Context, contextFor } from './context.ts';
import { addExamples } from './examples.ts';

/** Every command, in the order of the help. A new one gets a row. */
const COMMANDS: readonly ((program: Command, context: Context) => void)[] = [
  addRun,
  addCheck,
  addStatus,
  addShow,
  addWaiting,
  addTail,
  addPolicy,
  addExport,
  addPrune,
  addBackup,
  addRestore,
  addMigrate,
  addMembers,
  addModule,
  addCompletion,
];

const EPILOGUE = `
Every option of the settings can also come from the environment: docs/settings.md.
Exit codes: 0 done, 1 the answer is no, 64 wrong usage, 69 the store or the daemon is not there, 78 wrong settings.`;

export function makeProgram(environment: Environment): Command {
  const program = new Command('xmpp-receipts')
    .description('Tells the senders of XMPP messages what became of them.')
    .version(VERSION, '-V, --version', 'the version')
    .option('-c, --config <file>', 'the settings, a YAML file')
    .helpOption('-h, --help', 'this help, or that of a command')
    .helpCommand(false)
    .addHelpText('after', EPILOGUE)
    .showHelpAfterError('(add --help for an explanation)')
    .exitOverride();
  const plain = program as unknown as Command;
  const context = contextFor(() => program.opts().config, environment);
  for (const add of COMMANDS) add(plain, context);
  addExamples(plain);
  return plain;
}
