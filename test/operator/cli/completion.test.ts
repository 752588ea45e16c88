import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { completionFor } from '../../../src/operator/cli/completion.ts';
import { leavesOf } from '../../../src/operator/cli/examples.ts';
import { makeProgram } from '../../../src/operator/cli/program.ts';

const PROGRAM = makeProgram({});

/** What bash offers for the last of these words. */
function offered(...words: readonly string[]): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'completion-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'completion.bash');
  writeFileSync(file, completionFor('bash', PROGRAM));
  const quoted = words.map((word) => `'${word}'`).join(' ');
  const script = `
    set -u
    source '${file}'
    COMP_WORDS=(xmpp-receipts ${quoted})
    COMP_CWORD=${words.length}
    _xmpp_receipts
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const out = execFileSync('bash', ['--norc', '-c', script], { encoding: 'utf8' });
  return out.split('\n').filter((word) => word !== '');
}

describe('bash completes', () => {
  test.each([
    [['st'], ['status']],
    [['ba'], ['backup']],
    [
      ['policy', ''],
      ['get', 'set', 'load', 'list', '--help', '--config'],
    ],
    [
      ['policy', 'l'],
      ['load', 'list'],
    ],
    [
      ['policy', 'set', '--c'],
      ['--contact', '--config'],
    ],
    [['prune', '--d'], ['--dry-run']],
    [['show', 'alice@example.org', '--j'], ['--json']],
    [['--config', 'receipts.yaml', 'sta'], ['status']],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish', '--help', '--config'],
    ],
    [['backup', 'fi'], []],
    [['status', '--config', ''], []],
  ])('%j to %j', (words, expected) => {
    expect(offered(...words)).toEqual(expected);
  });

  test('every command, word by word', () => {
    for (const { words } of leavesOf(PROGRAM)) {
      const all = words.split(' ');
      expect(offered(...all)).toContain(all.at(-1));
    }
  });
});

describe.each(['zsh', 'fish'] as const)('the lines for %s', (shell) => {
  const lines = completionFor(shell, PROGRAM);

  test('name every command with what it does', () => {
    for (const { words, command } of leavesOf(PROGRAM)) {
      expect(lines).toContain(`'${words.split(' ').at(-1)}`);
      expect(lines).toContain(command.description().replaceAll("'", "'\\''"));
    }
  });
});
