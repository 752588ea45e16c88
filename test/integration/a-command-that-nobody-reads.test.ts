import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openStore } from '../../src/store/open.ts';
import { DAEMON } from '../support/daemon-process.ts';

function unread(command: string, environment: Readonly<Record<string, string>> = {}) {
  const line = `set -o pipefail; '${process.execPath}' '${DAEMON}' ${command} | true`;
  const env = { ...process.env, ...environment };
  const { status, stderr } = spawnSync('bash', ['-c', line], { encoding: 'utf8', env });
  return { status, stderr };
}

test.each(['completion bash', '--help'])(
  '%s ends without a complaint when nobody reads it',
  (command) => {
    expect(unread(command)).toEqual({ status: 0, stderr: '' });
  },
);

test('a backup is made although nobody reads what is said of it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'receipts-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const store = `sqlite:${join(folder, 'receipts.db')}`;
  await openStore(store).close();
  const copy = join(folder, 'copy.db');
  const environment = {
    XMPP_RECEIPTS_COMPONENT_DOMAIN: 'receipts.test',
    XMPP_RECEIPTS_COMPONENT_SECRET: 'secret',
    XMPP_RECEIPTS_DOMAINS: 'example.test',
    XMPP_RECEIPTS_STORE: store,
  };
  expect(unread(`backup '${copy}'`, environment).status).toBe(0);
  expect(existsSync(copy)).toBe(true);
});
