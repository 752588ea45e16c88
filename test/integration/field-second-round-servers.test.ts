import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { element } from '../../src/protocol/xml.ts';
import { askedByBot, say, ticksFor } from '../support/bot-chat.ts';
import type { Client } from '../support/client.ts';
import { Company } from '../support/company.ts';
import { expectLasting } from '../support/lasting.ts';
import {
  AFTER_GRACE_MS,
  expectTold,
  type Sent,
  type Stage,
  startStage,
  toldAbout,
  waitForReceipt,
} from '../support/stage.ts';

// What operators and authors of servers and gateways have reported, and what is right here.

const HOSTS = ['archive.test', 'plain.test'];
/** Where few messages can wait for one user. */
const SMALL_HOSTS = ['small-archive.test', 'small.test'];
const HIBERNATION_SECONDS = 4;
/** By now a session whose connection broke off has been given up. */
const GIVEN_UP_MS = HIBERNATION_SECONDS * 1000 + 1500;
const OFFLINE_MESSAGES = 2;
/** Prosody's file storage has this limit for each of its stores, 10,000 unless it is set. */
const SMALL_STORES = `storage_archive_item_limit = ${OFFLINE_MESSAGES}`;
/** By now the server has handed out what waits, and the module has looked at the stores. */
const LOOKED_MS = 1500;
const FAR_TOO_MANY = 1000;
const NO_STORE = [element('no-store', { xmlns: 'urn:xmpp:hints' })];

let stage: Stage;
let company: Company;

beforeAll(async () => {
  stage = await startStage({
    hosts: [
      { name: 'archive.test', mam: true },
      { name: 'plain.test' },
      { name: 'small-archive.test', mam: true, lua: SMALL_STORES },
      { name: 'small.test', lua: SMALL_STORES },
    ],
    server: {
      streamManagement: { hibernationSeconds: HIBERNATION_SECONDS },
      ejabberd: { offlineMessages: OFFLINE_MESSAGES },
    },
    policy: 'automatic',
  });
  company = new Company(stage);
});

afterAll(async () => {
  await company?.leave();
  await stage?.dispose();
});

describe.concurrent.each(HOSTS)('reported by those who run servers: %s', (host) => {
  test('a client that acknowledges more than it got proves nothing, now and when its stream was ended', async () => {
    const { alice, bob, sent } = await pair('counts-wrong', host);
    const phone = await company.enter(`${bob}/phone`, { acks: 'never' });
    alice.ask(bob, 'm1');
    await phone.waitForMessage('m1');
    phone.ack(FAR_TOO_MANY);
    await sleep(GIVEN_UP_MS);
    expect(await stage.kindsOf(sent)).not.toContain('acked');
    expect(toldAbout(alice, 'm1')).not.toContain('delivered');
    expect(ticksFor(alice, 'm1')).toEqual([]);
  });

  test.each([
    ['awake', 'sent'],
    ['asleep', 'stored'],
  ])(
    'a message for a session that was %s when a new one took its resource is told as what became of it',
    async (state, told) => {
      const { alice, bob, sent } = await pair(`takeover-${state}`, host);
      const phone = await company.enter(`${bob}/phone`, { acks: 'never' });
      if (state === 'asleep') phone.die();
      alice.ask(bob, 'm1');
      await waitForReceipt(alice, 'm1', told);
      const again = await company.enter(`${bob}/phone`);
      await sleep(LOOKED_MS);
      // ejabberd can store it a moment after the new session has got what was stored
      const later = await company.enter(`${bob}/other`, { priority: 1 });
      await sleep(LOOKED_MS);
      await readArchive(later, host);
      const hasArrived = hasArchive(host) || hasGot(again, 'm1') || hasGot(later, 'm1');
      // ejabberd can also throw it away
      const end = hasArrived ? 'delivered' : 'lost';
      await stage.expectStatus(sent, end);
      await waitForReceipt(alice, 'm1', end);
    },
  );

  test('a note to oneself is sent to the other device, and nobody is asked or told more, whatever the policy', async () => {
    for (const policy of ['client', 'manual', 'refuse', 'automatic']) {
      const alice = await company.enter(`note-${policy}@${host}/pc`);
      await say(alice, `policy ${policy}`);
      const phone = await company.enter(`${alice.bareJid}/phone`);
      alice.ask(alice.bareJid, 'm1');
      await phone.waitForMessage('m1');
      await expectTold(alice, 'm1', ['sent']);
      expect(askedByBot(alice)).toEqual([]);
      expect(ticksFor(alice, 'm1')).toEqual([]);
    }
  });

  test('a message that its sender forbids to store bounces or is stored, and what the server did is told', async () => {
    const { alice, bob, sent } = await pair('no-store', host);
    alice.ask(bob, 'm1', { extra: NO_STORE });
    await stage.expectStatus(sent, ignoresNoStore() ? 'stored' : 'failed');
    await expectTold(alice, 'm1', ignoresNoStore() ? ['stored'] : []);
    await company.enter(`${bob}/phone`);
    const expected = ignoresNoStore() ? ['stored', 'delivered'] : [];
    await expectLasting(() => toldAbout(alice, 'm1'), expected, AFTER_GRACE_MS);
  });
});

describe.concurrent.each(SMALL_HOSTS)('a message too many for somebody who is away: %s', (host) => {
  test('a message for which the offline store has no room has failed, and is delivered if the archive has it all the same', async () => {
    const { alice, bob } = await pair('full', host);
    for (const id of ['m1', 'm2', 'm3']) alice.ask(bob, id);
    const third = { from: alice.bareJid, to: bob, id: 'm3' };
    await stage.expectStatus(third, isStoredIn(host) ? 'stored' : 'failed');
    await expectTold(alice, 'm3', isStoredIn(host) ? ['stored'] : []);
    const phone = await company.enter(`${bob}/phone`);
    await readArchive(phone, host);
    await expectEnd(alice, third, host);
  });
});

async function readArchive(phone: Client, host: string): Promise<void> {
  if (hasArchive(host)) await phone.catchUp();
  phone.ack();
}

async function expectEnd(alice: Client, message: Sent, host: string): Promise<void> {
  if (hasArchive(host)) {
    await stage.expectStatus(message, 'delivered by stream');
    await alice.waitUntil(() => ticksFor(alice, message.id).length === 1);
  } else {
    await sleep(AFTER_GRACE_MS);
    await stage.expectStatus(message, 'failed');
    expect(ticksFor(alice, message.id)).toEqual([]);
  }
}

const hasArchive = (host: string): boolean => host.endsWith('archive.test');

/** Prosody lets no message bounce that the archive has. */
function isStoredIn(host: string): boolean {
  return hasArchive(host) && stage.server.kind === 'prosody';
}

/** Prosody 0.12 puts into the offline store what has <no-store/> (XEP-0334). */
function ignoresNoStore(): boolean {
  return stage.server.kind === 'prosody';
}

function hasGot(client: Client, id: string): boolean {
  return client.received.some((it) => it.is('message') && it.attrs['id'] === id);
}

async function pair(name: string, host: string) {
  const alice: Client = await company.enter(`${name}-alice@${host}/pc`);
  const bob = await company.register(`${name}-bob@${host}`);
  await stage.server.befriend(alice.bareJid, bob);
  return { alice, bob, sent: { from: alice.bareJid, to: bob, id: 'm1' } };
}
