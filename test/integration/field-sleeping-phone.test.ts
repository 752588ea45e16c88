import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Client, type LoginOptions, login } from '../support/client.ts';
import {
  AFTER_GRACE_MS,
  expectTold,
  type Sent,
  type Stage,
  startStage,
  toldAbout,
  waitForReceipt,
} from '../support/stage.ts';

/** Longer than any test here: nobody's session ends by itself. */
const HIBERNATION_SECONDS = 60;
/** Until the server has noticed, it still writes to the dead connection. */
const NOTICED_MS = 150;
/** How soon a sender is told; a busy machine takes longer than the product. */
const SOON_MS = 3000;

const HOSTS = [
  { host: 'plain.test', archive: 'without an archive', mam: false },
  { host: 'archive.test', archive: 'with an archive', mam: true },
];

let stage: Stage;
const online: Client[] = [];
let lastName = 0;

beforeAll(async () => {
  stage = await startStage({
    hosts: HOSTS.map(({ host, mam }) => ({ name: host, mam })),
    server: { streamManagement: { hibernationSeconds: HIBERNATION_SECONDS } },
  });
});

afterEach(async () => {
  for (const client of online.splice(0)) await client.close().catch(() => undefined);
});

afterAll(() => stage?.dispose());

/** A new pair of subscribed users of that host. */
async function newPair(host: string): Promise<{ alice: Client; bob: string }> {
  const name = ++lastName;
  const [alice, bob] = [`alice${name}@${host}`, `bob${name}@${host}`];
  for (const jid of [alice, bob]) await stage.server.register(jid);
  await stage.server.befriend(alice, bob);
  return { alice: await enter(`${alice}/pc`, { acks: 'off' }), bob };
}

async function enter(jid: string, options: Partial<LoginOptions> = {}): Promise<Client> {
  const client = await login({ jid, port: stage.server.ports.c2s, ...options });
  online.push(client);
  return client;
}

async function fallAsleep(phone: Client): Promise<void> {
  phone.die();
  await sleep(NOTICED_MS);
}

function sentBy(alice: Client, to: string, id: string): Sent {
  return { from: alice.bareJid, to, id };
}

describe.each(HOSTS)('a phone that sleeps, $archive', ({ host, mam }) => {
  it('a message for a phone that sleeps is told as stored at once, and after the resumption it is sent and acknowledged', async () => {
    const { alice, bob } = await newPair(host);
    const phone = await enter(`${bob}/phone`);
    await fallAsleep(phone);
    alice.ask(bob, 'm1');
    await waitForReceipt(alice, 'm1', 'stored', SOON_MS);
    await expectTold(alice, 'm1', ['stored']);
    await phone.resume();
    await stage.expectStatus(sentBy(alice, bob, 'm1'), 'delivered by stream');
    await expectTold(alice, 'm1', ['stored', 'sent']);
    expect(await stage.kindsOf(sentBy(alice, bob, 'm1'))).toEqual([
      'accepted',
      'kept',
      'sent',
      'acked',
    ]);
  });

  it('a message that was sent to a phone which then went silent becomes stored', async () => {
    const { alice, bob } = await newPair(host);
    const phone = await enter(`${bob}/phone`, { acks: 'never' });
    alice.ask(bob, 'm1');
    await waitForReceipt(alice, 'm1', 'sent');
    await fallAsleep(phone);
    await waitForReceipt(alice, 'm1', 'stored', SOON_MS);
    phone.acks = 'auto';
    await phone.resume();
    await stage.expectStatus(sentBy(alice, bob, 'm1'), 'delivered by stream');
    await expectTold(alice, 'm1', ['sent', 'stored']);
  });

  it('a phone that sleeps again and again is told of once', async () => {
    const { alice, bob } = await newPair(host);
    const phone = await enter(`${bob}/phone`);
    await fallAsleep(phone);
    alice.ask(bob, 'm1');
    await waitForReceipt(alice, 'm1', 'stored', SOON_MS);
    for (const id of ['m2', 'm3']) {
      await phone.resume();
      await stage.expectStatus(sentBy(alice, bob, 'm1'), 'delivered by stream');
      await fallAsleep(phone);
      alice.ask(bob, id);
      await stage.expectStatus(sentBy(alice, bob, id), 'stored');
    }
    await expectTold(alice, 'm1', ['stored', 'sent']);
    await expectTold(alice, 'm3', ['stored']);
  });

  it('a message is not stored while another device is awake, and stored when that one sleeps too', async () => {
    const { alice, bob } = await newPair(host);
    const phone = await enter(`${bob}/phone`);
    const laptop = await enter(`${bob}/laptop`, { acks: 'never' });
    await fallAsleep(phone);
    alice.ask(bob, 'm1');
    await laptop.waitForMessage('m1');
    await expectTold(alice, 'm1', ['sent']);
    expect((await stage.proofs(sentBy(alice, bob, 'm1')))?.at(-1)?.status).toBe('sent');
    await fallAsleep(laptop);
    await waitForReceipt(alice, 'm1', 'stored', SOON_MS);
    await laptop.resume();
    await stage.expectStatus(sentBy(alice, bob, 'm1'), 'delivered by stream');
    await expectTold(alice, 'm1', ['sent', 'stored']);
  });

  it('a laptop that acknowledges wins over a phone that sleeps, however often they meet', async () => {
    const { alice, bob } = await newPair(host);
    const phone = await enter(`${bob}/phone`);
    await enter(`${bob}/laptop`);
    await fallAsleep(phone);
    const ids = Array.from({ length: 20 }, (_, index) => `m${index}`);
    for (const id of ids) {
      alice.ask(bob, id);
      await sleep(15);
    }
    for (const id of ids) await stage.expectStatus(sentBy(alice, bob, id), 'delivered by stream');
    await expectTold(alice, 'm19', ['sent']);
    expect(ids.map((id) => toldAbout(alice, id))).toEqual(ids.map(() => ['sent']));
  });

  it('a message that only the stream kept is lost when the server is killed; one that the archive has stays stored', async () => {
    const { alice, bob } = await newPair(host);
    const phone = await enter(`${bob}/phone`);
    await fallAsleep(phone);
    alice.ask(bob, 'm1');
    await waitForReceipt(alice, 'm1', 'stored', SOON_MS);
    await stage.server.kill();
    await stage.server.start();
    const back = await enter(alice.jid, { acks: 'off' });
    if (mam) {
      await sleep(AFTER_GRACE_MS);
      await stage.expectStatus(sentBy(alice, bob, 'm1'), 'stored');
      expect(toldAbout(back, 'm1')).toEqual([]);
    } else {
      await stage.expectStatus(sentBy(alice, bob, 'm1'), 'lost');
      await waitForReceipt(back, 'm1', 'lost');
      await expectTold(back, 'm1', ['lost']);
    }
  });

  it('a message for a phone that sleeps is not lost when the server is stopped in good order', async () => {
    const { alice, bob } = await newPair(host);
    const phone = await enter(`${bob}/phone`);
    await fallAsleep(phone);
    alice.ask(bob, 'm1');
    await waitForReceipt(alice, 'm1', 'stored', SOON_MS);
    await stage.server.restart();
    const back = await enter(alice.jid, { acks: 'off' });
    await sleep(AFTER_GRACE_MS);
    expect(toldAbout(back, 'm1')).toEqual([]);
    await stage.expectStatus(sentBy(alice, bob, 'm1'), 'stored');
    const again = await enter(`${bob}/phone`);
    if (!mam) await again.waitForMessage('m1');
    if (!mam) await stage.expectStatus(sentBy(alice, bob, 'm1'), 'delivered by stream');
  });
});
