import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { login } from '../support/client.ts';
import { commandsIn } from '../support/guide.ts';
import { OperatorStage } from '../support/operator-stage.ts';
import { waitForReceipt } from '../support/stage.ts';

const HOST = 'example.org';
const COMMANDS = commandsIn('docs/operator-guide.md');

describe('docs/operator-guide.md', () => {
  let stage: OperatorStage;

  beforeAll(async () => {
    stage = await OperatorStage.start({ hosts: [{ name: HOST }] });
    for (const name of ['alice', 'bob']) await stage.server.register(`${name}@${HOST}`);
    await stage.server.befriend(`alice@${HOST}`, `bob@${HOST}`);
    await stage.daemon.start();
    await vi.waitUntil(
      async () => (await stage.run('status')).out.includes('0 facts wait'),
      20_000,
    );
    const alice = await login({ jid: `alice@${HOST}/pc`, port: stage.server.ports.c2s });
    alice.ask(`bob@${HOST}`, 'm1');
    await waitForReceipt(alice, 'm1', 'stored');
    await alice.close();
  });

  afterAll(() => stage?.dispose());

  test('names commands of each task', () => {
    const verbs = new Set(COMMANDS.map(([verb]) => verb));
    const tasks = ['check', 'status', 'show', 'policy', 'module', 'backup', 'restore', 'prune'];
    for (const verb of tasks) expect(verbs).toContain(verb);
  });

  test.each(COMMANDS.map((words) => ({ words, line: words.join(' ') })))(
    'says what can be typed: xmpp-receipts $line',
    async ({ words }) => {
      const { code, out, errors } = await type(words);
      expect(errors).not.toMatch(/error|unknown/i);
      expect(out).not.toBe('');
      expect(code).toBe(0);
    },
  );

  /** Files are made in the folder of this test; a restore wants the daemon stopped. */
  async function type(words: readonly string[]) {
    const [verb] = words;
    if (verb === 'restore') await stage.daemon.end();
    const ended = await stage.run(...words.map((word) => inFolder(word)));
    if (verb === 'restore') await stage.daemon.start();
    return ended;
  }

  function inFolder(word: string): string {
    return word.startsWith('/') ? join(stage.folder, word.replaceAll('/', '-').slice(1)) : word;
  }
});
