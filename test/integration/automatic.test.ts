import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { login } from '../support/client.ts';
import { expectTold, type Stage, startStage, waitForReceipt } from '../support/stage.ts';

describe('the operator’s default policy automatic', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await startStage({ hosts: [{ name: 'auto.test' }], policy: 'automatic' });
    for (const user of ['alice', 'bob']) await stage.prosody.register(`${user}@auto.test`);
    await stage.prosody.befriend('alice@auto.test', 'bob@auto.test');
  });

  afterAll(() => stage?.dispose());

  it('tells what the stream proves, after the grace, if the client does not answer', async () => {
    const port = stage.prosody.ports.c2s;
    const alice = await login({ jid: 'alice@auto.test/pc', port });
    const bob = await login({ jid: 'bob@auto.test/phone', port });
    alice.ask('bob@auto.test', 'silent');
    const receipt = await waitForReceipt(alice, 'silent', 'delivered');
    expect(receipt.attrs['evidence']).toBe('stream');
    await expectTold(alice, 'silent', ['delivered']);
    await Promise.all([alice.close(), bob.close()]);
  });

  it('tells nothing if the client answers', async () => {
    const port = stage.prosody.ports.c2s;
    const alice = await login({ jid: 'alice@auto.test/pc', port });
    const bob = await login({ jid: 'bob@auto.test/phone', port, autoReceipt: true });
    alice.ask('bob@auto.test', 'answered');
    await expectTold(alice, 'answered', []);
    await Promise.all([alice.close(), bob.close()]);
  });
});
