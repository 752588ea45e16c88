import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { element } from '../../src/protocol/xml.ts';
import { type Client, login } from '../support/client.ts';
import { expectTold, type Stage, startStage, waitForReceipt } from '../support/stage.ts';

const HOST = 'full.test';
const ALICE = `alice@${HOST}`;
const BOB = `bob@${HOST}`;

describe('an online recipient', () => {
  let stage: Stage;
  let alice: Client;
  const port = () => stage.server.ports.c2s;
  const sent = (id: string) => ({ from: ALICE, to: BOB, id });

  beforeAll(async () => {
    stage = await startStage({ hosts: [{ name: HOST, mam: true }] });
    for (const jid of [ALICE, BOB]) await stage.server.register(jid);
    await stage.server.befriend(ALICE, BOB);
    alice = await login({ jid: `${ALICE}/pc`, port: port() });
  });

  afterAll(() => stage?.dispose());

  test('a message answered within the grace is delivered by the client, and nothing is told', async () => {
    const bob = await login({ jid: `${BOB}/phone`, port: port(), autoReceipt: true });
    alice.ask(BOB, 'answered');
    await stage.expectStatus(sent('answered'), 'delivered by client');
    await expectTold(alice, 'answered', []);
    await bob.close();
  });

  test('a message acknowledged by XEP-0198 alone is delivered by the stream, and only sent is told', async () => {
    const bob = await login({ jid: `${BOB}/phone`, port: port() });
    alice.ask(BOB, 'silent');
    await stage.expectStatus(sent('silent'), 'delivered by stream');
    await waitForReceipt(alice, 'silent', 'sent');
    await expectTold(alice, 'silent', ['sent']);
    await bob.close();
  });

  test('a message stays at sent when the recipient has no XEP-0198 and dies without reading it', async () => {
    const bob = await login({ jid: `${BOB}/phone`, port: port(), acks: 'off' });
    bob.stall();
    alice.ask(BOB, 'unread');
    await stage.expectStatus(sent('unread'), 'sent');
    bob.die();
    await expectTold(alice, 'unread', ['sent']);
    await stage.expectStatus(sent('unread'), 'sent');
  });

  test('a displayed marker for the last of ten messages covers all ten', async () => {
    const bob = await login({ jid: `${BOB}/phone`, port: port(), autoReceipt: true });
    const ids = Array.from({ length: 10 }, (_, index) => `read-${index}`);
    for (const id of ids) alice.ask(BOB, id);
    await bob.waitForMessage('read-9');
    bob.displayed(ALICE, 'read-9');
    for (const id of ids) await stage.expectStatus(sent(id), 'displayed by client');
    for (const id of ids) await waitForReceipt(alice, id, 'displayed');
    await bob.close();
  });

  test('nothing is told of a displayed marker that the sender’s client asked for itself', async () => {
    const bob = await login({ jid: `${BOB}/phone`, port: port(), autoReceipt: true });
    alice.ask(BOB, 'markable', {
      extra: [element('markable', { xmlns: 'urn:xmpp:chat-markers:0' })],
    });
    await bob.waitForMessage('markable');
    bob.displayed(ALICE, 'markable');
    await stage.expectStatus(sent('markable'), 'displayed by client');
    await expectTold(alice, 'markable', []);
    await bob.close();
  });

  test('a status that <report/> names is told at once, although the client answered', async () => {
    const bob = await login({ jid: `${BOB}/phone`, port: port(), autoReceipt: true });
    const report = element('report', { xmlns: 'xmpp-receipts:1', statuses: 'delivered' });
    alice.ask(BOB, 'reported', { extra: [report] });
    const receipt = await waitForReceipt(alice, 'reported', 'delivered');
    expect(receipt.attrs).toMatchObject({ recipient: BOB, evidence: 'client' });
    await bob.close();
  });

  test('a message to three resources, with carbons and a negative priority, counts once', async () => {
    const phone = await login({
      jid: `${BOB}/phone`,
      port: port(),
      autoReceipt: true,
      carbons: true,
    });
    const tablet = await login({ jid: `${BOB}/tablet`, port: port(), carbons: true });
    const robot = await login({ jid: `${BOB}/robot`, port: port(), priority: -1 });
    alice.ask(BOB, 'three');
    await stage.expectStatus(sent('three'), 'delivered by client');
    await expectTold(alice, 'three', []);
    for (const client of [phone, tablet, robot]) await client.close();
  });

  test('a message to oneself is delivered only when another resource gets it', async () => {
    const toSelf = { from: ALICE, to: ALICE, id: 'self' };
    alice.ask(ALICE, 'self');
    await stage.expectStatus(toSelf, 'accepted');
    const other = await login({ jid: `${ALICE}/other`, port: port() });
    alice.ask(ALICE, 'self-2');
    await stage.expectStatus({ ...toSelf, id: 'self-2' }, 'delivered by stream');
    await other.close();
  });

  test('a message to a resource that is gone is delivered to the one that is there', async () => {
    const bob = await login({ jid: `${BOB}/phone`, port: port(), autoReceipt: true });
    alice.ask(`${BOB}/gone`, 'gone');
    await stage.expectStatus(sent('gone'), 'delivered by client');
    await bob.close();
  });
});
