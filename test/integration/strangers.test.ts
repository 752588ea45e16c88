import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { element } from '../../src/protocol/xml.ts';
import { type Client, login } from '../support/client.ts';
import { COMPONENT, expectTold, type Stage, startStage } from '../support/stage.ts';

const HOST = 'own.test';
const ALICE = `alice@${HOST}`;
const BOB = `bob@${HOST}`;
const MALLORY = `mallory@${HOST}`;

describe('other users', () => {
  let stage: Stage;
  let alice: Client;
  let bob: Client;
  let mallory: Client;

  beforeAll(async () => {
    stage = await startStage({ hosts: [{ name: HOST }] });
    for (const jid of [ALICE, BOB, MALLORY]) await stage.server.register(jid);
    await stage.server.befriend(ALICE, BOB);
    const port = stage.server.ports.c2s;
    alice = await login({ jid: `${ALICE}/pc`, port });
    bob = await login({ jid: `${BOB}/phone`, port, acks: 'never' });
    mallory = await login({ jid: `${MALLORY}/x`, port });
  });

  afterAll(() => stage?.dispose());

  test('a third user’s receipts and markers change nothing', async () => {
    alice.ask(BOB, 'mine');
    await bob.waitForMessage('mine');
    mallory.answer(ALICE, 'mine');
    mallory.displayed(ALICE, 'mine');
    await expectTold(alice, 'mine', ['sent']);
    await stage.expectStatus({ from: ALICE, to: BOB, id: 'mine' }, 'sent');
  });

  test('a third user’s facts are refused and counted', async () => {
    const before = stage.counters['stanzas from strangers refused'] ?? 0;
    const line = `message\tmine\t${ALICE}\t${BOB}\treceived 1795338025465001`;
    const facts = element('facts', { xmlns: 'xmpp-receipts:feed:1', waiting: 0 }, line);
    const answer = await mallory.request(element('iq', { type: 'set', to: COMPONENT }, facts));
    expect(answer.attrs['type']).toBe('error');
    expect(stage.counters['stanzas from strangers refused']).toBe(before + 1);
    await stage.expectStatus({ from: ALICE, to: BOB, id: 'mine' }, 'sent');
  });

  test('a user’s orders to the module are refused', async () => {
    for (const to of [HOST, MALLORY]) {
      const hello = element('hello', { xmlns: 'xmpp-receipts:feed:1', version: 1 });
      const answer = await mallory.request(element('iq', { type: 'get', to }, hello));
      expect(answer.attrs['type']).toBe('error');
    }
  });

  test('a query is answered to the sender of the message only', async () => {
    const query = () => element('query', { xmlns: 'xmpp-receipts:1', id: 'mine', recipient: BOB });
    const answers = await Promise.all(
      [alice, mallory, bob].map((client) =>
        client.request(element('iq', { type: 'get', to: COMPONENT }, query())),
      ),
    );
    expect(answers.map((answer) => answer.attrs['type'])).toEqual(['result', 'error', 'error']);
    const receipt = answers[0]?.getChild('query')?.getChild('receipt');
    expect(receipt?.attrs).toMatchObject({
      id: 'mine',
      recipient: BOB,
      status: 'sent',
      evidence: 'server',
    });
  });
});

describe('a sender who may not see the recipient’s presence', () => {
  test('a stranger is told failed at most, and who asks after the time limit hears the same whatever the cause', async () => {
    const stage = await startStage({ hosts: [{ name: HOST }], receipts: { expireAfterMs: 1000 } });
    for (const jid of [BOB, MALLORY]) await stage.server.register(jid);
    const port = stage.server.ports.c2s;
    const bob = await login({ jid: `${BOB}/phone`, port });
    const mallory = await login({ jid: `${MALLORY}/x`, port });
    const statuses = 'sent stored delivered displayed lost expired';
    const extra = [element('report', { xmlns: 'xmpp-receipts:1', statuses })];
    mallory.ask(BOB, 'sent', { extra });
    await bob.waitForMessage('sent');
    await bob.close();
    mallory.ask(BOB, 'stored', { extra });
    await stage.expectStatus({ from: MALLORY, to: BOB, id: 'stored' }, 'expired');
    await expectTold(mallory, 'sent', []);
    await expectTold(mallory, 'stored', []);
    const query = element('query', { xmlns: 'xmpp-receipts:1', id: 'stored', recipient: BOB });
    const answer = await mallory.request(element('iq', { type: 'get', to: COMPONENT }, query));
    expect(answer.getChild('query')?.getChild('receipt')?.attrs['status']).toBe('expired');
    await stage.dispose();
  });
});

describe('deleted accounts', () => {
  test('the records of a deleted account go with it, and so do the receipts that wait', async () => {
    const stage = await startStage({ hosts: [{ name: HOST }] });
    for (const jid of [ALICE, BOB]) await stage.server.register(jid);
    await stage.server.befriend(ALICE, BOB);
    const port = stage.server.ports.c2s;
    const alice = await login({ jid: `${ALICE}/pc`, port });
    alice.ask(BOB, 'to-bob');
    alice.ask(ALICE, 'to-self');
    await stage.expectStatus({ from: ALICE, to: BOB, id: 'to-bob' }, 'stored');
    await stage.server.deleteUser(BOB);
    await stage.expectNoRecord({ from: ALICE, to: BOB, id: 'to-bob' });
    await stage.expectStatus({ from: ALICE, to: ALICE, id: 'to-self' }, 'accepted');
    await stage.dispose();
  });
});
