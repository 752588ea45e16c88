import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { blockOf } from '../support/blocks.ts';
import { expectEjabberd } from '../support/ejabberd/where.ts';
import { REPOSITORY } from '../support/repository.ts';

const PAGE = 'ejabberd-config/modules/mod_receipts/README.md';

/** The sources, in the folder that is copied. */
const SOURCES = join(REPOSITORY, 'ejabberd-config/modules/mod_receipts/src');

/** The README has Debian's paths. */
const IS_HERE = expectEjabberd().root === '/';

const WHERE = IS_HERE ? '' : ' (not run: ejabberd is in another root)';

test.runIf(IS_HERE)(`the lines of its README compile the module without a warning${WHERE}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'with-erlc-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const lines = blockOf(PAGE, 'EJABBERD=')
    .replaceAll('/usr/local/lib', folder)
    .replaceAll('/etc/default', folder);
  const said = execFileSync('bash', ['-euc', lines], { cwd: REPOSITORY, encoding: 'utf8' });
  expect(said).toBe('');
  const compiled = readdirSync(join(folder, 'ejabberd-modules'));
  const sources = readdirSync(SOURCES).filter((name) => name.endsWith('.erl'));
  expect(compiled.sort()).toEqual(sources.map((name) => name.replace('.erl', '.beam')).sort());
  const start = `ERL_OPTIONS="$ERL_OPTIONS -pa ${folder}/ejabberd-modules"\n`;
  expect(readFileSync(join(folder, 'ejabberd'), 'utf8')).toBe(start);
});
