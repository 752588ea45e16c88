import { type Finding, isWell } from '../../doctor/finding.ts';
import type { Command } from '../commander.ts';
import type { Context } from '../context.ts';
import { examine } from '../examine.ts';
import { CommandFailed, EXIT } from '../exit.ts';
import { withProgress } from '../progress.ts';
import type { Paint } from '../screen.ts';

export function addCheck(program: Command, context: Context): void {
  program
    .command('check')
    .argument('[users...]', 'look at these as well, such as alice@example.org')
    .description('why nothing comes: settings, store, server, each domain, and users')
    .option('--json', 'as JSON')
    .action(async (users, { json }) => {
      const findings = await withProgress('looks', () => examine(users, context));
      context.say(
        json === true
          ? JSON.stringify(findings, undefined, 2)
          : inWords(findings, context.screen.paint),
      );
      if (!isWell(findings)) throw new CommandFailed('check: something is red', EXIT.no);
    });
}

function inWords(findings: readonly Finding[], paint: Paint): string {
  return findings.map((it) => wordsOf(it, paint)).join('\n');
}

function wordsOf({ severity, about, seen, expected, paste = {} }: Finding, paint: Paint): string {
  const lines = [`${paint(severity, severity.padEnd(5))}  ${about}: ${seen}`];
  if (expected !== undefined) lines.push(`       expected: ${expected}`);
  const { prosody, ejabberd, settings } = paste;
  if (settings !== undefined) lines.push('       in our settings:', settings);
  if (prosody !== undefined) lines.push('       in prosody.cfg.lua:', prosody);
  if (ejabberd !== undefined)
    lines.push(`       ${prosody === undefined ? 'in' : 'or in'} ejabberd.yml:`, ejabberd);
  return lines.join('\n');
}
