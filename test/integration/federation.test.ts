import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { say, ticksFor } from '../support/bot-chat.ts';
import { type Client, login } from '../support/client.ts';
import { introduce, type ServerKind } from '../support/server.ts';
import { expectTold, type Stage, startStage, toldAbout, waitForReceipt } from '../support/stage.ts';

const ALICE = 'alice@prosody.test';
const BOB = 'bob@ejabberd.test';

describe('Prosody and ejabberd', () => {
  const stages = new Map<ServerKind, Stage>();
  let alice: Client;

  const stageOf = (kind: ServerKind): Stage => stages.get(kind) as Stage;
  const portOf = (kind: ServerKind) => stageOf(kind).server.ports.c2s;

  beforeAll(async () => {
    for (const kind of ['prosody', 'ejabberd'] as const)
      stages.set(kind, await startStage({ kind, hosts: [{ name: `${kind}.test` }] }));
    await introduce(stageOf('prosody').server, stageOf('ejabberd').server);
    await stageOf('prosody').server.register(ALICE);
    await stageOf('ejabberd').server.register(BOB);
    for (const { server } of stages.values()) await server.befriend(ALICE, BOB);
    alice = await login({ jid: `${ALICE}/pc`, port: portOf('prosody') });
  });

  afterAll(async () => {
    await alice?.close();
    for (const stage of stages.values()) await stage.dispose();
  });

  const phone = (autoReceipt: boolean) =>
    login({ jid: `${BOB}/phone`, port: portOf('ejabberd'), autoReceipt });

  test('a message from Prosody to ejabberd is relayed here and delivered there, then delivered on both sides', async () => {
    const bob = await phone(false);
    const sent = { from: ALICE, to: BOB, id: 'to-ejabberd' };
    alice.ask(BOB, sent.id);
    await stageOf('prosody').expectStatus(sent, 'relayed');
    await waitForReceipt(alice, sent.id, 'relayed');
    await stageOf('ejabberd').expectStatus(sent, 'delivered by stream');
    bob.answer(`${ALICE}/pc`, sent.id);
    for (const stage of stages.values()) await stage.expectStatus(sent, 'delivered by client');
    await bob.close();
  });

  test('a message from ejabberd to Prosody is relayed here and delivered there, then delivered on both sides', async () => {
    const bob = await phone(false);
    const sent = { from: BOB, to: ALICE, id: 'to-prosody' };
    bob.ask(ALICE, sent.id);
    await stageOf('ejabberd').expectStatus(sent, 'relayed');
    await waitForReceipt(bob, sent.id, 'relayed');
    await stageOf('prosody').expectStatus(sent, 'delivered by stream');
    alice.answer(`${BOB}/phone`, sent.id);
    for (const stage of stages.values()) await stage.expectStatus(sent, 'delivered by client');
    await bob.close();
  });

  test('the recipient’s policy on ejabberd holds for the sender on Prosody', async () => {
    const bob = await phone(true);
    await say(bob, 'policy refuse');
    alice.ask(BOB, 'refused');
    await bob.waitForMessage('refused');
    await expectTold(alice, 'refused', ['relayed']);
    expect(ticksFor(alice, 'refused')).toEqual([]);
    await say(bob, 'policy automatic');
    bob.autoReceipt = false;
    alice.ask(BOB, 'automatic');
    await alice.waitUntil(() => ticksFor(alice, 'automatic').length > 0);
    expect(ticksFor(alice, 'automatic')).toEqual([BOB]);
    await bob.close();
  });

  test('the recipient’s policy on Prosody holds for the sender on ejabberd', async () => {
    const bob = await phone(false);
    alice.autoReceipt = true;
    await say(alice, 'policy refuse');
    bob.ask(ALICE, 'refused-there');
    await alice.waitForMessage('refused-there');
    await expectTold(bob, 'refused-there', ['relayed']);
    expect(ticksFor(bob, 'refused-there')).toEqual([]);
    await say(alice, 'policy client');
    bob.ask(ALICE, 'answered-there');
    await bob.waitUntil(() => ticksFor(bob, 'answered-there').length > 0);
    expect(toldAbout(bob, 'answered-there')).toEqual([]);
    await bob.close();
  });
});
