import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { element } from '../../src/protocol/xml.ts';
import type { MessageOptions } from '../support/client/stanzas.ts';
import { type Client, login } from '../support/client.ts';
import { differencesOf } from '../support/server-differences.ts';
import { expectTold, type Stage, startStage, toldAbout, waitForReceipt } from '../support/stage.ts';

const HOST = 'resume.test';
const ALICE = `alice@${HOST}`;

describe('a broken connection (XEP-0198)', () => {
  let stage: Stage;
  let alice: Client;
  const port = () => stage.server.ports.c2s;
  const users = ['bob', 'carol', 'dora', 'erin', 'fay', 'gil'];

  beforeAll(async () => {
    stage = await startStage({
      hosts: [{ name: HOST }, { name: 'bare.test', offline: false }],
      server: { streamManagement: { hibernationSeconds: 2, queueSize: 5 } },
    });
    await stage.server.register(ALICE);
    for (const user of users) {
      await stage.server.register(`${user}@${HOST}`);
      await stage.server.befriend(ALICE, `${user}@${HOST}`);
    }
    for (const user of ['alice', 'bob']) await stage.server.register(`${user}@bare.test`);
    await stage.server.befriend('alice@bare.test', 'bob@bare.test');
    // Her own queue shall not overflow.
    alice = await login({ jid: `${ALICE}/pc`, port: port(), acks: 'off' });
  });

  afterAll(() => stage?.dispose());

  test('a message that came while the connection was broken is delivered once after it resumed', async () => {
    const bob = await login({ jid: `bob@${HOST}/phone`, port: port() });
    await dieAndBeNoticed(bob);
    alice.ask(`bob@${HOST}`, 'resumed');
    const sent = { from: ALICE, to: `bob@${HOST}`, id: 'resumed' };
    await waitForReceipt(alice, 'resumed', 'stored');
    await bob.resume();
    await stage.expectStatus(sent, 'delivered by stream');
    bob.answer(`${ALICE}/pc`, 'resumed');
    await stage.expectStatus(sent, 'delivered by client');
    await expectTold(alice, 'resumed', ['stored']);
    await bob.close();
  });

  test('a message that came while the connection was broken is stored if the client never comes back', async () => {
    const carol = await login({ jid: `carol@${HOST}/phone`, port: port() });
    await dieAndBeNoticed(carol);
    alice.ask(`carol@${HOST}`, 'timed-out');
    await waitForReceipt(alice, 'timed-out', 'stored');
    await stage.expectStatus({ from: ALICE, to: `carol@${HOST}`, id: 'timed-out' }, 'stored');
    await expectTold(alice, 'timed-out', ['stored']);
  });

  test('a message that another device acknowledged is delivered, and the bounce of the broken one is never told', async () => {
    const dora = `dora@${HOST}`;
    const laptop = await login({ jid: `${dora}/laptop`, port: port() });
    const phone = await login({ jid: `${dora}/phone`, port: port(), acks: 'never' });
    alice.ask(dora, 'two');
    await phone.waitForMessage('two');
    phone.die();
    const bounce = await alice.waitForMessage('two');
    expect(bounce.attrs['type']).toBe('error');
    await stage.expectStatus({ from: ALICE, to: dora, id: 'two' }, 'delivered by stream');
    await expectTold(alice, 'two', ['sent']);
    await laptop.close();
  });

  test('messages that a broken connection’s queue cannot hold are lost, or failed where the server ends the stream', async () => {
    await expectForgottenToBeLost('erin', 'many');
  });

  test('a forged mark of an archive that the host does not keep does not make a lost message a stored one', async () => {
    const by = `gil@${HOST}`;
    const mark = element('stanza-id', { xmlns: 'urn:xmpp:sid:0', by, id: 'forged' });
    await expectForgottenToBeLost('gil', 'marked', { extra: [mark] });
  });

  async function expectForgottenToBeLost(
    user: string,
    name: string,
    options: Partial<MessageOptions> = {},
  ): Promise<void> {
    const to = `${user}@${HOST}`;
    const unread = await login({ jid: `${to}/phone`, port: port(), acks: 'never' });
    const ids = Array.from({ length: 8 }, (_, index) => `${name}-${index}`);
    for (const id of ids) alice.ask(to, id, options);
    if (differencesOf(stage.server).overflow === 'ended') {
      await unread.closed;
      return await expectEnded(to, ids);
    }
    await unread.waitForMessage(`${name}-7`);
    unread.die();
    await stage.expectStatus({ from: ALICE, to, id: `${name}-7` }, 'stored');
    await stage.expectStatus({ from: ALICE, to, id: `${name}-0` }, 'lost');
    const statuses = await Promise.all(ids.map((id) => statusOf(to, id)));
    const [lost, stored] = [Array(3).fill('lost'), Array(5).fill('stored')];
    expect(statuses).toEqual([...lost, ...stored]);
    await waitForReceipt(alice, `${name}-0`, 'lost');
  }

  /** The stream that took too many bounces them all; what comes after it is stored. */
  async function expectEnded(to: string, ids: readonly string[]): Promise<void> {
    const [first = ''] = ids;
    for (const id of ids)
      await expect.poll(() => statusOf(to, id), { timeout: 20_000 }).toMatch(/^(failed|stored)$/);
    expect(await statusOf(to, first)).toBe('failed');
    expect((await alice.waitForMessage(first)).attrs['type']).toBe('error');
  }

  async function statusOf(to: string, id: string): Promise<string | undefined> {
    return (await stage.proofs({ from: ALICE, to, id }))?.at(-1)?.status;
  }

  test('a sender who is away too when nothing can be stored is told failed when she is back', async () => {
    const there = { from: 'alice@bare.test', to: 'bob@bare.test', id: 'both-gone' };
    const sender = await login({ jid: `${there.from}/pc`, port: port() });
    const bob = await login({ jid: `${there.to}/phone`, port: port(), acks: 'never' });
    sender.ask(there.to, there.id, {
      extra: [element('report', { xmlns: 'xmpp-receipts:1', statuses: 'failed' })],
    });
    await bob.waitForMessage(there.id);
    await sender.close();
    bob.die();
    await stage.expectStatus(there, 'failed');
    const record = await stage.proofs(there);
    expect(record?.at(-1)?.fact).not.toHaveProperty('handed');
    await expect.poll(() => stage.counters['receipts refused: service-unavailable']).toBe(1);
    const back = await login({ jid: `${there.from}/pc`, port: port() });
    await waitForReceipt(back, there.id, 'failed', 15_000);
    await back.close();
  });

  test('a displayed marker that comes before the acknowledgements covers all messages before it', async () => {
    const fay = await login({ jid: `fay@${HOST}/phone`, port: port(), acks: 'manual' });
    const ids = ['late-0', 'late-1', 'late-2'];
    for (const id of ids) alice.ask(`fay@${HOST}`, id);
    await fay.waitForMessage('late-2');
    fay.displayed(ALICE, 'late-2');
    await stage.expectStatus(
      { from: ALICE, to: `fay@${HOST}`, id: 'late-2' },
      'displayed by client',
    );
    await stage.expectStatus({ from: ALICE, to: `fay@${HOST}`, id: 'late-0' }, 'sent');
    fay.ack();
    for (const id of ids)
      await stage.expectStatus({ from: ALICE, to: `fay@${HOST}`, id }, 'displayed by client');
    await expectTold(alice, 'late-0', ['displayed']);
    expect(toldAbout(alice, 'late-2')).toEqual(['displayed']);
    await fay.close();
  });
});

/** Until the server has noticed, it still writes to the dead connection. */
async function dieAndBeNoticed(client: Client): Promise<void> {
  client.die();
  await sleep(150);
}
