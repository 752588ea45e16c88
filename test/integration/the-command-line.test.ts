import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Client, login } from '../support/client.ts';
import { OperatorStage } from '../support/operator-stage.ts';
import { waitForReceipt } from '../support/stage.ts';

const HOST = 'desk.test';

describe('what an operator types while the daemon runs', () => {
  let stage: OperatorStage;
  let alice: Client;

  beforeAll(async () => {
    stage = await OperatorStage.start({ hosts: [{ name: HOST }] });
    for (const name of ['alice', 'bob']) await stage.server.register(`${name}@${HOST}`);
    await stage.server.befriend(`alice@${HOST}`, `bob@${HOST}`);
    await stage.daemon.start();
    alice = await login({ jid: `alice@${HOST}/pc`, port: stage.server.ports.c2s });
    await vi.waitUntil(
      async () => (await stage.run('status')).out.includes('0 facts wait'),
      20_000,
    );
  });

  afterAll(() => stage?.dispose());

  it('status names the server, and its module, as it runs', async () => {
    const { code, out } = await stage.run('status');
    expect(out).toContain('connected');
    expect(out).toMatch(/desk\.test: (Prosody|ejabberd) \S+ with mod_receipts/);
    expect(code).toBe(0);
  });

  it('show tells the life of a message that waits for its recipient', async () => {
    alice.ask(`bob@${HOST}`, 'm1');
    await waitForReceipt(alice, 'm1', 'stored');
    const { out } = await stage.run('show', `alice@${HOST}`, `bob@${HOST}`, 'm1');
    expect(out).toContain('It is stored; the sender may know: stored.');
    expect(out).toMatch(/stored +by server +told at \d{4}-/);
    const { out: list } = await stage.run('show', `alice@${HOST}`);
    expect(list).toMatch(/bob@desk\.test +m1 +stored +stored/);
  });

  it('show says that a message is not kept, and why that may be, with exit code 1', async () => {
    const { code, errors } = await stage.run('show', `alice@${HOST}`, `bob@${HOST}`, 'never');
    expect(errors).toContain('is kept: is it older than "retentionDays"');
    expect(code).toBe(1);
  });
});
