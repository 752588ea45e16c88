import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Element } from '../../src/protocol/xml.ts';
import { say, ticksFor } from '../support/bot-chat.ts';
import type { Client, LoginOptions } from '../support/client.ts';
import { Company } from '../support/company.ts';
import {
  expectTold,
  receiptsIn,
  type Sent,
  type Stage,
  startStage,
  waitForReceipt,
} from '../support/stage.ts';

// What people have reported of several devices of one person, and of apps in the background.

const HOST = 'devices.test';
const HIBERNATION_SECONDS = 4;
/** By now a session whose connection broke off has been given up. */
const GIVEN_UP_MS = HIBERNATION_SECONDS * 1000 + 1500;
/** Far more than anything takes: on a busy machine it takes longer. */
const PATIENCE_MS = 20_000;

const REQUEST = "<request xmlns='urn:xmpp:receipts'/>";
const MARKABLE = "<markable xmlns='urn:xmpp:chat-markers:0'/>";
const FILE =
  "<file-sharing xmlns='urn:xmpp:sfs:0'><file xmlns='urn:xmpp:file:metadata:0'/></file-sharing>";
// XEP-0352
const INACTIVE = "<inactive xmlns='urn:xmpp:csi:0'/>";
const ACTIVE = "<active xmlns='urn:xmpp:csi:0'/>";

let stage: Stage;
let company: Company;

beforeAll(async () => {
  stage = await startStage({
    hosts: [{ name: HOST, mam: true }],
    server: { streamManagement: { hibernationSeconds: HIBERNATION_SECONDS } },
  });
  company = new Company(stage);
});

afterAll(async () => {
  await company?.leave();
  await stage?.dispose();
});

interface Pair {
  readonly alice: Client;
  readonly phone: Client;
  readonly sent: Sent;
}

/** Alice at her PC, and Bob, who has set that policy, with a phone that answers nothing by itself. */
async function pair(
  name: string,
  policy: string,
  options: Partial<LoginOptions> = {},
): Promise<Pair> {
  const alice = await company.enter(`alice-${name}@${HOST}/pc`, { carbons: true, ...options });
  const phone = await company.enter(`bob-${name}@${HOST}/phone`);
  await company.befriend(alice, phone);
  await say(phone, `policy ${policy}`);
  return { alice, phone, sent: { from: alice.bareJid, to: phone.bareJid, id: 'm1' } };
}

const chat = (to: string, id: string, inner: string) =>
  `<message to='${to}' type='chat' id='${id}'>${inner}</message>`;

const received = (namespace: string) => `<received xmlns='${namespace}' id='m1'/>`;

describe.concurrent('an answer of a client', () => {
  test('whose own id is that of the message is told as delivered, and is no message of its own', async () => {
    const { alice, phone, sent } = await pair('same-id', 'client');
    alice.ask(sent.to, 'm1');
    await phone.waitForMessage('m1');
    phone.send(chat(alice.jid, 'm1', received('urn:xmpp:receipts')));
    await stage.expectStatus(sent, 'delivered by client');
    await expectTold(alice, 'm1', []);
    await stage.expectNoRecord({ from: sent.to, to: sent.from, id: 'm1' });
  });

  test('that is a marker only is told as delivered, if the sender’s client knows markers', async () => {
    const { alice, phone, sent } = await pair('marker', 'client');
    alice.send(chat(sent.to, 'm1', `<body>hello</body>${REQUEST}${MARKABLE}`));
    await phone.waitForMessage('m1');
    phone.send(chat(alice.jid, 'm1-marker', received('urn:xmpp:chat-markers:0')));
    await stage.expectStatus(sent, 'delivered by client');
    await expectTold(alice, 'm1', []);
  });

  test('proves nothing if it is the sender’s own, by a device that answers a copy of what she sent', async () => {
    const { alice, phone, sent } = await pair('own', 'automatic');
    await phone.close();
    const tablet = await company.enter(`${alice.bareJid}/tablet`, { carbons: true });
    alice.ask(sent.to, 'm1');
    await waitForReceipt(alice, 'm1', 'stored');
    tablet.answer(alice.jid, 'm1');
    await alice.waitUntil(() => ticksFor(alice, 'm1').includes(tablet.jid));
    await expectTold(alice, 'm1', ['stored']);
    await stage.expectStatus(sent, 'stored');
  });
});

describe.concurrent('a sender with several devices', () => {
  test.each([
    ['the same priority', 0],
    ['a lower priority', -1],
  ])('has the tick on each of them once, if the other one has %s', async (words, priority) => {
    const { alice, sent } = await pair(`two-${words.replaceAll(' ', '-')}`, 'automatic');
    const tablet = await company.enter(`${alice.bareJid}/tablet`, { carbons: true, priority });
    alice.ask(sent.to, 'm1');
    for (const device of [alice, tablet])
      await device.waitUntil(() => ticksAndCopies(device).length > 0, PATIENCE_MS);
    await waitForReceipt(alice, 'm1', 'delivered');
    await expectTold(alice, 'm1', ['delivered']);
    for (const device of [alice, tablet]) expect(ticksAndCopies(device)).toEqual([sent.to]);
  });
});

describe.concurrent('an app in the background', () => {
  test('has its tick and its receipt when it is in front again, once', async () => {
    const { alice, sent } = await pair('in-front-again', 'automatic');
    alice.sendRaw(INACTIVE);
    alice.ask(sent.to, 'm1');
    await stage.expectStatus(sent, 'delivered by stream');
    await sleep(1000);
    alice.sendRaw(ACTIVE);
    await waitForReceipt(alice, 'm1', 'delivered');
    await alice.waitUntil(() => ticksFor(alice, 'm1').length > 0, PATIENCE_MS);
    await expectTold(alice, 'm1', ['delivered']);
    expect(ticksFor(alice, 'm1')).toEqual([sent.to]);
  });

  test('that is killed there finds its tick and its receipt at the next start', async () => {
    const { alice, sent } = await pair('killed', 'automatic', { acks: 'never' });
    alice.sendRaw(INACTIVE);
    alice.ask(sent.to, 'm1');
    await stage.expectStatus(sent, 'delivered by stream');
    await sleep(1000);
    alice.die();
    await sleep(GIVEN_UP_MS);
    const again = await company.enter(`${alice.bareJid}/pc`);
    await waitForReceipt(again, 'm1', 'delivered');
    const isFound = (stanzas: readonly Element[]) => stanzas.some(isTick);
    const rows = await again.catchUp();
    expect(isFound(again.received) || isFound(rows)).toBe(true);
    expect(receiptsIn([...again.received, ...rows])).toHaveLength(1);
  });

  test('is not told to have a file that the server keeps back from it, before it has it', async () => {
    const { alice, phone, sent } = await pair('kept-back', 'automatic');
    phone.sendRaw(INACTIVE);
    alice.send(chat(sent.to, 'm1', FILE + REQUEST));
    if (stage.server.kind === 'prosody') {
      await expectTold(alice, 'm1', ['sent']);
      expect(ticksFor(alice, 'm1')).toEqual([]);
      phone.die();
      await waitForReceipt(alice, 'm1', 'stored');
      await phone.resume();
      phone.sendRaw(ACTIVE);
    }
    await phone.waitForMessage('m1');
    await stage.expectStatus(sent, 'delivered by stream');
    await waitForReceipt(alice, 'm1', 'delivered');
  });
});

/** Those who ticked the message, also in a copy of what went to another device (XEP-0280). */
function ticksAndCopies({ received: all }: Client): readonly string[] {
  return all
    .map((stanza) => copied(stanza) ?? stanza)
    .filter(isTick)
    .map(({ attrs }) => attrs['from'] ?? '');
}

function copied(stanza: Element): Element | undefined {
  const copy = stanza.getChild('received', 'urn:xmpp:carbons:2');
  return copy?.getChild('forwarded', 'urn:xmpp:forward:0')?.getChild('message');
}

function isTick(stanza: Element): boolean {
  return stanza.getChild('received', 'urn:xmpp:receipts')?.attrs['id'] === 'm1';
}
