import type { Command } from './commander.ts';

/** What somebody types who uses a command, by the words of that command; several show its kinds. */
export const EXAMPLES: Readonly<Record<string, string | readonly string[]>> = {
  run: 'xmpp-receipts run --config /etc/xmpp-receipts/receipts.yaml',
  check: [
    'xmpp-receipts check',
    'xmpp-receipts check alice@example.org --config /etc/xmpp-receipts/receipts.yaml',
  ],
  status: 'xmpp-receipts status --json',
  show: [
    'xmpp-receipts show alice@example.org',
    'xmpp-receipts show alice@example.org bob@example.org 5f1c',
  ],
  waiting: ['xmpp-receipts waiting', 'xmpp-receipts waiting alice@example.org'],
  tail: ['xmpp-receipts tail alice@example.org', 'xmpp-receipts tail --json'],
  'policy get': 'xmpp-receipts policy get alice@example.org',
  'policy set': [
    'xmpp-receipts policy set alice@example.org manual',
    'xmpp-receipts policy set alice@example.org refuse --contact spam.example',
  ],
  'policy load': 'xmpp-receipts policy load policies.csv',
  'policy list': 'xmpp-receipts policy list example.org',
  export: 'xmpp-receipts export alice@example.org > alice.json',
  prune: [
    'xmpp-receipts prune --older-than 90d --dry-run',
    'xmpp-receipts prune --user bob@example.org --dry-run',
  ],
  backup: 'xmpp-receipts backup /var/backups/receipts.db',
  migrate:
    'xmpp-receipts migrate --from sqlite:receipts.db --to postgres://receipts@localhost/receipts',
  'members list': 'xmpp-receipts members list',
  'members forget': 'xmpp-receipts members forget receipts.old.example',
  module: [
    'xmpp-receipts module prosody --into /usr/local/lib/prosody/modules',
    'xmpp-receipts module ejabberd --into /opt/ejabberd/modules',
  ],
  completion: [
    'xmpp-receipts completion bash > /etc/bash_completion.d/xmpp-receipts',
    'eval "$(xmpp-receipts completion bash)"',
  ],
  restore: 'xmpp-receipts restore /var/backups/receipts.db',
};

/** A command that does something by itself, with all the words that lead to it. */
export interface Leaf {
  readonly words: string;
  readonly command: Command;
}

export function leavesOf(program: Command, before = ''): readonly Leaf[] {
  return program.commands.flatMap((each) => {
    const command = each as unknown as Command;
    const words = `${before}${command.name()}`;
    return command.commands.length === 0 ? [{ words, command }] : leavesOf(command, `${words} `);
  });
}

/** The help of each command ends with its examples. */
export function addExamples(program: Command): void {
  for (const { words, command } of leavesOf(program))
    command.addHelpText('after', `\n${exampleText(words)}`);
}

/** The last lines of the help of that command. */
export function exampleText(words: string): string {
  return ['For example:', ...examplesOf(words).map((example) => `  ${example}`)].join('\n');
}

export function examplesOf(words: string): readonly string[] {
  return [EXAMPLES[words] ?? []].flat();
}
