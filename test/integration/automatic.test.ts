import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ticksFor } from '../support/bot-chat.ts';
import { login } from '../support/client.ts';
import {
  AFTER_GRACE_MS,
  expectTold,
  type Stage,
  startStage,
  toldAbout,
  waitForReceipt,
} from '../support/stage.ts';

describe('default policy automatic', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await startStage({ hosts: [{ name: 'auto.test' }], policy: 'automatic' });
    for (const user of ['alice', 'bob']) await stage.server.register(`${user}@auto.test`);
    await stage.server.befriend('alice@auto.test', 'bob@auto.test');
  });

  afterAll(() => stage?.dispose());

  test('under automatic, what the stream proves is told after the grace if the client does not answer', async () => {
    const port = stage.server.ports.c2s;
    const alice = await login({ jid: 'alice@auto.test/pc', port });
    const bob = await login({ jid: 'bob@auto.test/phone', port });
    alice.ask('bob@auto.test', 'silent');
    const receipt = await waitForReceipt(alice, 'silent', 'delivered');
    expect(receipt.attrs['evidence']).toBe('stream');
    await expectTold(alice, 'silent', ['delivered']);
    const [tick] = alice.received.filter((stanza) => stanza.getChild('received') !== undefined);
    expect(tick?.attrs).toMatchObject({
      type: 'chat',
      from: 'bob@auto.test',
      to: 'alice@auto.test',
    });
    expect(tick?.getChild('store', 'urn:xmpp:hints')).toBeDefined();
    expect(ticksFor(alice, 'silent')).toEqual(['bob@auto.test']);
    expect(stage.counters).toMatchObject({ 'ticks delivered': 1 });
    await Promise.all([alice.close(), bob.close()]);
  });

  test('under automatic, nothing is told if the client answers by itself', async () => {
    const port = stage.server.ports.c2s;
    const alice = await login({ jid: 'alice@auto.test/pc', port });
    const bob = await login({ jid: 'bob@auto.test/phone', port, autoReceipt: true });
    alice.ask('bob@auto.test', 'answered');
    await expectTold(alice, 'answered', []);
    expect(ticksFor(alice, 'answered')).toEqual(['bob@auto.test/phone']);
    await Promise.all([alice.close(), bob.close()]);
  });

  test('under automatic, there is no tick for a message that is stored or only written to a stream', async () => {
    const port = stage.server.ports.c2s;
    const alice = await login({ jid: 'alice@auto.test/pc', port });
    alice.ask('bob@auto.test', 'stored');
    await waitForReceipt(alice, 'stored', 'stored');
    const bob = await login({ jid: 'bob@auto.test/phone', port, acks: 'never' });
    await bob.waitForMessage('stored');
    alice.ask('bob@auto.test', 'never-acked');
    await expectTold(alice, 'never-acked', ['sent']);
    expect([...ticksFor(alice, 'stored'), ...ticksFor(alice, 'never-acked')]).toEqual([]);
    await Promise.all([alice.close(), bob.close()]);
  });

  test('under automatic, there is no tick after a displayed marker for this message or a later one', async () => {
    const port = stage.server.ports.c2s;
    const alice = await login({ jid: 'alice@auto.test/pc', port });
    const bob = await login({ jid: 'bob@auto.test/phone', port });
    alice.ask('bob@auto.test', 'earlier');
    alice.ask('bob@auto.test', 'later');
    await bob.waitForMessage('later');
    bob.displayed('alice@auto.test', 'later');
    await expectTold(alice, 'later', ['displayed']);
    expect([...ticksFor(alice, 'earlier'), ...ticksFor(alice, 'later')]).toEqual([]);
    await Promise.all([alice.close(), bob.close()]);
  });

  test('under automatic, a sender who may not see the recipient’s presence gets no tick', async () => {
    const port = stage.server.ports.c2s;
    await stage.server.register('mallory@auto.test');
    const mallory = await login({ jid: 'mallory@auto.test/pc', port });
    const bob = await login({ jid: 'bob@auto.test/phone', port });
    mallory.ask('bob@auto.test', 'strange');
    await bob.waitForMessage('strange');
    await expectTold(mallory, 'strange', []);
    expect(ticksFor(mallory, 'strange')).toEqual([]);
    await Promise.all([mallory.close(), bob.close()]);
  });

  test('under automatic, the tick for a sender who is away is stored until she is back', async () => {
    const port = stage.server.ports.c2s;
    const alice = await login({ jid: 'alice@auto.test/pc', port });
    alice.ask('bob@auto.test', 'she-left');
    await waitForReceipt(alice, 'she-left', 'stored');
    await alice.close();
    const bob = await login({ jid: 'bob@auto.test/phone', port });
    await stage.expectStatus(
      { from: 'alice@auto.test', to: 'bob@auto.test', id: 'she-left' },
      'delivered by stream',
    );
    await sleep(AFTER_GRACE_MS);
    const back = await login({ jid: 'alice@auto.test/pc', port });
    await back.waitUntil(() => ticksFor(back, 'she-left').length > 0);
    expect(ticksFor(back, 'she-left')).toEqual(['bob@auto.test']);
    await back.waitUntil(() => toldAbout(back, 'she-left').includes('delivered'));
    await Promise.all([back.close(), bob.close()]);
  });
});
