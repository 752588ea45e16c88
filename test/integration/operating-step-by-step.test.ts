import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { blockOf, linesOf } from '../support/blocks.ts';
import { login } from '../support/client.ts';
import { OperatorStage } from '../support/operator-stage.ts';
import { waitForReceipt } from '../support/stage.ts';
import { Typist } from '../support/typist.ts';

const HOST = 'example.org';

/** What is typed in the block that begins so. */
const block = (begin: string) => blockOf('docs/operating.md', begin);

describe('docs/operating.md says what can be typed', () => {
  let stage: OperatorStage;
  let typist: Typist;

  beforeAll(async () => {
    stage = await OperatorStage.start({ hosts: [{ name: HOST }] });
    typist = await Typist.at(stage);
    for (const name of ['alice', 'bob']) await stage.server.register(`${name}@${HOST}`);
    await stage.server.befriend(`alice@${HOST}`, `bob@${HOST}`);
    await stage.daemon.start();
    await vi.waitUntil(
      async () => (await stage.run('status')).out.includes('0 facts wait'),
      20_000,
    );
    await writeTo('bob', 'm1');
  });

  afterAll(() => stage?.dispose());

  async function writeTo(name: string, id: string): Promise<void> {
    const alice = await login({ jid: `alice@${HOST}/pc`, port: stage.server.ports.c2s });
    alice.ask(`${name}@${HOST}`, id);
    await waitForReceipt(alice, id, 'stored');
    await alice.close();
  }

  /** All that its lines have printed. */
  async function typeAll(text: string): Promise<string> {
    const printed: string[] = [];
    for (const line of linesOf(text)) {
      const { code, out, errors } = await typist.type(line);
      expect({ line, code, errors }).toEqual({ line, code: 0, errors: expect.any(String) });
      printed.push(out);
    }
    return printed.join('');
  }

  test('to export what is kept of a person', async () => {
    await typeAll(block('xmpp-receipts export'));
    const bob = JSON.parse(await readFile(typist.inFolder('bob.json'), 'utf8'));
    expect(bob).toMatchObject({ user: `bob@${HOST}`, messages: [{ id: 'm1', status: 'stored' }] });
  });

  test('to go back to a backup, which does not know what came after it', async () => {
    const [backup = '', ...back] = linesOf(block('xmpp-receipts backup'));
    expect(await typeAll(backup)).toContain('the copy is sound');
    await writeTo('bob', 'm2');
    expect(await typeAll(back.join('\n'))).toContain('The store was restored from');
    const { out } = await stage.run('show', `alice@${HOST}`);
    expect(out).toContain('m1');
    expect(out).not.toContain('m2');
  });

  test('to remove what is old, or a person', async () => {
    const printed = await typeAll(block('xmpp-receipts prune'));
    expect(printed).toMatch(/^0 messages would go[\s\S]*^1 messages would go/m);
    expect((await stage.run('show', `alice@${HOST}`)).out).toContain('No message of alice');
  });

  test('to look through the store, and to make it smaller, while the daemon is stopped', async () => {
    await stage.daemon.end();
    expect(await typeAll(block("sqlite3 receipts.db 'PRAGMA quick_check;'"))).toBe('ok\n');
    expect(await typeAll(block("sqlite3 receipts.db 'VACUUM;'"))).toBe('');
    await stage.daemon.start();
  });
});
