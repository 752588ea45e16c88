import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { element } from '../../src/protocol/xml.ts';
import { say, ticksFor } from '../support/bot-chat.ts';
import { Company } from '../support/company.ts';
import { comeHidden } from '../support/hiding.ts';
import { expectTold, type Stage, startStage, waitForReceipt } from '../support/stage.ts';

// XEP-0280: a device that gets a copy has the message too.

const HOSTS = ['archive.test', 'plain.test'];
const HIBERNATION_SECONDS = 4;
/** Until the server has noticed, it still writes to the dead connection. */
const NOTICED_MS = 300;
const NO_COPY = [element('no-copy', { xmlns: 'urn:xmpp:hints' })];

let stage: Stage;
let company: Company;

beforeAll(async () => {
  stage = await startStage({
    hosts: [{ name: 'archive.test', mam: true }, { name: 'plain.test' }],
    server: { streamManagement: { hibernationSeconds: HIBERNATION_SECONDS } },
  });
  company = new Company(stage);
});

afterAll(async () => {
  await company?.leave();
  await stage?.dispose();
});

describe.concurrent.each(HOSTS)('a message to one device, and a copy to another: %s', (host) => {
  test('a message to a phone that sleeps is delivered by the copy that the laptop has acknowledged', async () => {
    const { alice, bob, sent } = await pair('sleeps', host, 'automatic');
    await company.enter(`${bob}/laptop`, { carbons: true });
    await comeAndSleep(bob);
    alice.ask(`${bob}/phone`, 'm1');
    await stage.expectStatus(sent, 'delivered by stream');
    await alice.waitUntil(() => ticksFor(alice, 'm1').length === 1);
    await expectTold(alice, 'm1', ['delivered']);
  });

  test('a message to a phone that sleeps is sent, not stored, while the laptop has a copy', async () => {
    const { alice, bob } = await pair('awake', host, 'client');
    await company.enter(`${bob}/laptop`, { carbons: true });
    await comeAndSleep(bob);
    alice.ask(`${bob}/phone`, 'm1');
    await expectTold(alice, 'm1', ['sent']);
  });

  test('a message that bounces because the phone is given up is delivered, if a copy was acknowledged', async () => {
    const { alice, bob, sent } = await pair('bounces', host, 'automatic');
    await company.enter(`${bob}/laptop`, { carbons: true });
    await comeAndSleep(bob);
    alice.ask(`${bob}/phone`, 'm1');
    await sleep(HIBERNATION_SECONDS * 1000 + 1500);
    await stage.expectStatus(sent, 'delivered by stream');
    await expectTold(alice, 'm1', ['delivered']);
  });

  test('a copy that is not acknowledged any more leaves the message stored for the phone that sleeps', async () => {
    const { alice, bob } = await pair('both', host, 'automatic');
    const laptop = await company.enter(`${bob}/laptop`, { carbons: true, acks: 'never' });
    await comeAndSleep(bob);
    alice.ask(`${bob}/phone`, 'm1');
    await waitForReceipt(alice, 'm1', 'sent');
    laptop.die();
    await waitForReceipt(alice, 'm1', 'stored');
    await laptop.resume();
    laptop.ack();
    await waitForReceipt(alice, 'm1', 'delivered');
  });

  test('a message that asks for no copies is stored for the phone that sleeps', async () => {
    const { alice, bob } = await pair('no-copy', host, 'automatic');
    await company.enter(`${bob}/laptop`, { carbons: true });
    await comeAndSleep(bob);
    alice.ask(`${bob}/phone`, 'm1', { extra: NO_COPY });
    await expectTold(alice, 'm1', ['stored']);
  });

  test('a copy to a device with a lower priority proves that it arrived, though the other one is silent', async () => {
    const { alice, bob, sent } = await pair('lower', host, 'automatic');
    await company.enter(`${bob}/phone`, { priority: 1, acks: 'never' });
    await company.enter(`${bob}/laptop`, { carbons: true });
    alice.ask(bob, 'm1');
    await stage.expectStatus(sent, 'delivered by stream');
    await alice.waitUntil(() => ticksFor(alice, 'm1').length === 1);
  });

  test('a copy to a device that hides from the sender is told to nobody', async () => {
    const { alice, bob } = await pair('hides', host, 'automatic');
    const phone = await company.enter(`${bob}/other`, { acks: 'never' });
    const laptop = await comeHidden(
      { company, kind: stage.server.kind, alice, bob },
      'directed unavailable',
      { carbons: true },
    );
    alice.ask(phone.jid, 'm1');
    await laptop.waitFor((stanza) => stanza.getChild('received') !== undefined);
    await expectTold(alice, 'm1', ['sent']);
    expect(ticksFor(alice, 'm1')).toEqual([]);
  });

  test('what another device of the same user makes up as a copy proves nothing', async () => {
    const { alice, bob, sent } = await pair('forged', host, 'automatic');
    await comeAndSleep(bob);
    const laptop = await company.enter(`${bob}/laptop`, { carbons: false });
    alice.ask(`${bob}/phone`, 'm1');
    await waitForReceipt(alice, 'm1', 'stored');
    laptop.send(
      `<message to='${laptop.jid}' type='chat' id='forged'><received xmlns='urn:xmpp:carbons:2'>` +
        `<forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' id='m1' type='chat' ` +
        `from='${alice.jid}' to='${bob}/phone'><body>hello</body>` +
        `<request xmlns='urn:xmpp:receipts'/></message></forwarded></received></message>`,
    );
    await laptop.waitForMessage('forged');
    await expectTold(alice, 'm1', ['stored']);
    expect(await stage.kindsOf(sent)).toEqual(['accepted', 'kept']);
  });
});

/** Alice, who may see bob, and whose policy it is. */
async function pair(name: string, host: string, policy: string) {
  const alice = await company.enter(`${name}-alice@${host}/pc`);
  const bob = await company.register(`${name}-bob@${host}`);
  await stage.server.befriend(alice.bareJid, bob);
  const desk = await company.enter(`${bob}/desk`, { priority: -1 });
  await say(desk, `policy ${policy}`);
  await desk.close();
  return { alice, bob, sent: { from: alice.bareJid, to: bob, id: 'm1' } };
}

async function comeAndSleep(bob: string): Promise<void> {
  const phone = await company.enter(`${bob}/phone`);
  phone.die();
  await sleep(NOTICED_MS);
}
