import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { element } from '../../src/protocol/xml.ts';
import { type Client, type LoginOptions, login } from '../support/client.ts';
import { differencesOf } from '../support/server-differences.ts';
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
/** How soon a sender is told: long before any session ends. A busy machine takes longer than the product. */
const SOON_MS = 15_000;
/** The daemon may just have come back to the server, and does not know its clock yet. */
const AFTER_RECONNECT_MS = 40_000;

const PUSH = 'urn:xmpp:push:0';

const HOSTS = [
  { host: 'plain.test', archive: 'without an archive', mam: false },
  { host: 'archive.test', archive: 'with an archive', mam: true },
  { host: 'push.test', archive: 'with push and without an archive', mam: false, push: true },
  { host: 'both.test', archive: 'with push and an archive', mam: true, push: true },
];

let stage: Stage;
const online: Client[] = [];
let lastName = 0;

beforeAll(async () => {
  stage = await startStage({
    hosts: HOSTS.map(({ host, mam, push = false }) => ({ name: host, mam, push })),
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

/** Where the server knows push, the phone has asked to be woken (XEP-0357 §5). */
async function enterByPhone(bob: string, options: Partial<LoginOptions> = {}): Promise<Client> {
  const phone = await enter(`${bob}/phone`, options);
  if (!HOSTS.some(({ host, push }) => push && bob.endsWith(`@${host}`))) return phone;
  const enable = element('enable', { xmlns: PUSH, jid: 'push.nowhere.test', node: 'phone' });
  const answer = await phone.request(element('iq', { type: 'set' }, enable));
  expect(answer.attrs['type']).toBe('result');
  return phone;
}

async function fallAsleep(phone: Client): Promise<void> {
  phone.die();
  await sleep(NOTICED_MS);
}

function sentBy(alice: Client, to: string, id: string): Sent {
  return { from: alice.bareJid, to, id };
}

describe.each(HOSTS)('a phone that sleeps, $archive', ({ host, mam }) => {
  test('a message for a phone that sleeps is told as stored at once, and after the resumption it is sent and acknowledged', async () => {
    const { alice, bob } = await newPair(host);
    const phone = await enterByPhone(bob);
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

  test('a message that was sent to a phone which then went silent becomes stored', async () => {
    const { alice, bob } = await newPair(host);
    const phone = await enterByPhone(bob, { acks: 'never' });
    alice.ask(bob, 'm1');
    await waitForReceipt(alice, 'm1', 'sent');
    await fallAsleep(phone);
    await waitForReceipt(alice, 'm1', 'stored', SOON_MS);
    phone.acks = 'auto';
    await phone.resume();
    await stage.expectStatus(sentBy(alice, bob, 'm1'), 'delivered by stream');
    await expectTold(alice, 'm1', ['sent', 'stored']);
  });

  test('a phone that sleeps again and again is told of once', async () => {
    const { alice, bob } = await newPair(host);
    const phone = await enterByPhone(bob);
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

  test('a message is not stored while another device is awake, and stored when that one sleeps too', async () => {
    const { alice, bob } = await newPair(host);
    const phone = await enterByPhone(bob);
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

  test('a laptop that acknowledges wins over a phone that sleeps, however often they meet', async () => {
    const { alice, bob } = await newPair(host);
    const phone = await enterByPhone(bob);
    await enter(`${bob}/laptop`);
    await fallAsleep(phone);
    const ids = Array.from({ length: 20 }, (_, index) => `m${index}`);
    for (const id of ids) {
      alice.ask(bob, id);
      await sleep(15);
    }
    for (const id of ids) await stage.expectStatus(sentBy(alice, bob, id), 'delivered by stream');
    const told = () => ids.map((id) => toldAbout(alice, id));
    await expect.poll(told, { timeout: 10_000 }).toEqual(ids.map(() => ['sent']));
    await sleep(AFTER_GRACE_MS);
    expect(told()).toEqual(ids.map(() => ['sent']));
  });

  test('a message that only the stream kept is lost when the server is killed; one that the archive has stays stored', async () => {
    const { alice, bob } = await newPair(host);
    const phone = await enterByPhone(bob);
    await fallAsleep(phone);
    alice.ask(bob, 'm1');
    await waitForReceipt(alice, 'm1', 'stored', SOON_MS);
    await stage.server.kill();
    await stage.server.start();
    if (!mam) await stage.expectStatus(sentBy(alice, bob, 'm1'), 'lost');
    await sleep(AFTER_GRACE_MS);
    const back = await enter(alice.jid, { acks: 'off' });
    if (!mam) await waitForReceipt(back, 'm1', 'lost');
    await sleep(AFTER_GRACE_MS);
    await stage.expectStatus(sentBy(alice, bob, 'm1'), mam ? 'stored' : 'lost');
    // What the server had not settled when it died comes again, under the same id.
    const told = toldAbout(back, 'm1').filter((status) => status !== 'stored');
    expect(told).toEqual(mam ? [] : ['lost']);
  });

  test('of a message for a phone that sleeps the truth is told when the server is stopped in good order', async () => {
    const { alice, bob } = await newPair(host);
    const phone = await enterByPhone(bob);
    await fallAsleep(phone);
    alice.ask(bob, 'm1');
    await waitForReceipt(alice, 'm1', 'stored', AFTER_RECONNECT_MS);
    await stage.server.restart();
    await sleep(2 * AFTER_GRACE_MS);
    const status = (await stage.proofs(sentBy(alice, bob, 'm1')))?.at(-1)?.status;
    const ends = mam ? ['stored'] : differencesOf(stage.server).stoppedWhileAsleep;
    expect(ends).toContain(status);
    const back = await enter(alice.jid, { acks: 'off' });
    if (status === 'lost') await waitForReceipt(back, 'm1', 'lost');
    const again = await enterByPhone(bob);
    await sleep(AFTER_GRACE_MS);
    if (!mam) await expectWhatIsStored(again, status === 'stored');
    expect(toldAbout(back, 'm1').includes('lost')).toBe(status === 'lost');
  });
});

/** What is told to be stored comes, however slow the machine is; what is lost does not. */
async function expectWhatIsStored(phone: Client, isStored: boolean): Promise<void> {
  if (isStored) await phone.waitForMessage('m1');
  const hasCome = phone.received.some(({ attrs }) => attrs['id'] === 'm1');
  expect(hasCome).toBe(isStored);
}
