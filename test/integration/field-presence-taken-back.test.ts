import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { element } from '../../src/protocol/xml.ts';
import { say, ticksFor } from '../support/bot-chat.ts';
import type { Client } from '../support/client.ts';
import { Company } from '../support/company.ts';
import { expectTold, type Stage, startStage, waitForReceipt } from '../support/stage.ts';

// XEP-0184 §8: what happens to a message reveals presence, also long after it was sent.

const HOSTS = ['archive.test', 'plain.test', 'archive-alone.test'];
/** Until the server has noticed, it still writes to the dead connection. */
const NOTICED_MS = 300;

/** After one of these nothing more happens. */
const OVER: ReadonlySet<string> = new Set(['acked', 'gone']);

let stage: Stage;
let company: Company;

beforeAll(async () => {
  stage = await startStage({
    hosts: [
      { name: 'archive.test', mam: true },
      { name: 'plain.test' },
      { name: 'archive-alone.test', mam: true, offline: false },
    ],
  });
  company = new Company(stage);
});

afterAll(async () => {
  await company?.leave();
  await stage?.dispose();
});

/** How bob, on a computer that gets no messages, takes back that alice sees his presence. */
const WAYS: Readonly<Record<string, (desk: Client, alice: string) => Promise<void>>> = {
  'cancels the subscription': async (desk, alice) => {
    desk.send(element('presence', { to: alice, type: 'unsubscribed' }));
    await untilSubscribed(desk, alice, ['none', 'to']);
  },
  'removes the contact': async (desk, alice) => {
    const item = element('item', { jid: alice, subscription: 'remove' });
    const query = element('query', { xmlns: 'jabber:iq:roster' }, item);
    await desk.request(element('iq', { type: 'set' }, query));
  },
  'blocks the sender': (desk, alice) => desk.block(alice),
};
const rows = HOSTS.flatMap((host) => Object.keys(WAYS).map((way) => ({ host, way })));

describe.concurrent('a sender who may see the recipient no longer when a message is handed out', () => {
  test.each(rows)(
    'learns nothing of a message that was stored before: the recipient $way, $host',
    async ({ host, way }) => {
      const { alice, bob, desk } = await pair(`stored-${nameOf(way)}`, host);
      alice.ask(bob, 'm1');
      await waitForReceipt(alice, 'm1', 'stored');
      await WAYS[way]?.(desk, alice.bareJid);
      await comeOnline(bob, host);
      await expectNothingMore(alice, bob);
    },
  );

  test.each(rows)(
    'learns nothing of a message that was kept for a phone that slept: the recipient $way, $host',
    async ({ host, way }) => {
      const { alice, bob, desk } = await pair(`kept-${nameOf(way)}`, host);
      const phone = await company.enter(`${bob}/phone`);
      phone.die();
      await sleep(NOTICED_MS);
      alice.ask(bob, 'm1');
      await waitForReceipt(alice, 'm1', 'stored');
      await WAYS[way]?.(desk, alice.bareJid);
      await phone.resume();
      await phone.waitForMessage('m1');
      await expectNothingMore(alice, bob);
    },
  );

  test.each(rows)(
    'learns nothing of a message that was not acknowledged yet: the recipient $way, $host',
    async ({ host, way }) => {
      const { alice, bob, desk } = await pair(`unacked-${nameOf(way)}`, host);
      const phone = await company.enter(`${bob}/phone`, { acks: 'never' });
      alice.ask(bob, 'm1');
      await phone.waitForMessage('m1');
      await waitForReceipt(alice, 'm1', 'sent');
      await WAYS[way]?.(desk, alice.bareJid);
      await sleep(NOTICED_MS);
      phone.ack();
      await expectNothingMore(alice, bob, 'sent');
    },
  );
});

describe.concurrent('a sender who may see the recipient again', () => {
  test.each(HOSTS)('learns what becomes of a message, as before: unblocked, %s', async (host) => {
    const { alice, bob, desk } = await pair('unblocked', host);
    const phone = await company.enter(`${bob}/phone`);
    await desk.block(alice.bareJid);
    await desk.unblock(alice.bareJid);
    alice.ask(bob, 'm1');
    await phone.waitForMessage('m1');
    await waitForReceipt(alice, 'm1', 'delivered');
  });

  test.each(HOSTS)('learns what becomes of a message: subscribed anew, %s', async (host) => {
    const { alice, bob, desk } = await pair('anew', host);
    const phone = await company.enter(`${bob}/phone`);
    await WAYS['cancels the subscription']?.(desk, alice.bareJid);
    alice.subscribeTo(bob);
    await phone.waitFor((stanza) => stanza.attrs['type'] === 'subscribe');
    phone.approve(alice.bareJid);
    await untilSubscribed(desk, alice.bareJid, ['from', 'both']);
    alice.ask(bob, 'm1');
    await phone.waitForMessage('m1');
    await waitForReceipt(alice, 'm1', 'delivered');
  });
});

/** Alice, and bob with a desk computer that messages do not go to (its priority is negative). */
async function pair(name: string, host: string) {
  const alice = await company.enter(`${name}-alice@${host}/pc`);
  const bob = await company.register(`${name}-bob@${host}`);
  await stage.server.befriend(alice.bareJid, bob);
  const desk = await company.enter(`${bob}/desk`, { priority: -1, acks: 'off' });
  await desk.roster();
  await say(desk, 'policy automatic');
  return { alice, bob, desk };
}

async function comeOnline(bob: string, host: string): Promise<void> {
  const phone = await company.enter(`${bob}/phone`, { priority: 'none' });
  if (host !== 'plain.test') await phone.catchUp();
  await phone.setPresence();
  phone.ack();
}

/** The facts have come, and nothing is told of them. */
async function expectNothingMore(alice: Client, bob: string, told = 'stored'): Promise<void> {
  const sent = { from: alice.bareJid, to: bob, id: 'm1' };
  while (!(await stage.kindsOf(sent)).some((kind) => OVER.has(kind))) await sleep(50);
  await expectTold(alice, 'm1', [told]);
  expect(ticksFor(alice, 'm1')).toEqual([]);
}

async function untilSubscribed(
  client: Client,
  contact: string,
  subscriptions: readonly string[],
): Promise<void> {
  while (!subscriptions.includes((await client.roster())[contact] ?? 'none')) await sleep(50);
}

function nameOf(way: string): string {
  return way.replaceAll(' ', '-');
}
