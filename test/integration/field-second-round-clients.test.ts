import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { askedByBot, say, ticksFor } from '../support/bot-chat.ts';
import type { Client } from '../support/client.ts';
import { Company } from '../support/company.ts';
import { BOT, expectTold, type Stage, startStage } from '../support/stage.ts';

const HOST = 'clients.test';
const REQUEST = "<request xmlns='urn:xmpp:receipts'/>";
const STORE = "<store xmlns='urn:xmpp:hints'/>";

let stage: Stage;
let company: Company;

beforeAll(async () => {
  stage = await startStage({ hosts: [{ name: HOST, mam: true }] });
  company = new Company(stage);
});

afterAll(async () => {
  await company?.leave();
  await stage?.dispose();
});

interface Pair {
  readonly alice: Client;
  readonly bob: Client;
}

async function pair(name: string, policy: string): Promise<Pair> {
  const alice = await company.enter(`alice-${name}@${HOST}/pc`);
  const bob = await company.enter(`bob-${name}@${HOST}/phone`);
  await company.befriend(alice, bob);
  await say(bob, `policy ${policy}`);
  return { alice, bob };
}

const chat = (to: string, id: string, inner: string) =>
  `<message to='${to}' type='chat' id='${id}'>${inner}</message>`;

const sent = ({ alice, bob }: Pair, id: string) => ({ from: alice.bareJid, to: bob.bareJid, id });

/** Facts come in order: when those of this later message are here, those of all before it are. */
async function letAllBeKnown(both: Pair, id: string): Promise<void> {
  both.alice.ask(both.bob.bareJid, id);
  await stage.expectStatus(sent(both, id), 'delivered');
}

const omemo = (namespace: string, inner: string) =>
  `<encrypted xmlns='${namespace}'><header sid='1'><key rid='2'>x</key></header>${inner}</encrypted>`;
const AXOLOTL = 'eu.siacs.conversations.axolotl';

describe('a message that nobody wrote', () => {
  test.each([
    ['an OMEMO key transport', omemo(AXOLOTL, '') + STORE],
    ['an empty message of newer OMEMO', omemo('urn:xmpp:omemo:2', '') + STORE],
    [
      'a chat state beside an empty body',
      "<body/><composing xmlns='http://jabber.org/protocol/chatstates'/>",
    ],
    [
      'the offer of a call',
      "<body>Incoming call</body><propose xmlns='urn:xmpp:jingle-message:0' id='c'><description xmlns='urn:xmpp:jingle:apps:rtp:1' media='audio'/></propose>",
    ],
    [
      'a retraction as a fastening',
      "<body>This person attempted to retract a message.</body><fallback xmlns='urn:xmpp:fallback:0'/><apply-to xmlns='urn:xmpp:fasten:0' id='o'><retract xmlns='urn:xmpp:message-retract:0'/></apply-to>",
    ],
  ])('is not tracked, and nobody is asked about it: %s', async (kind, inner) => {
    const both = await pair(kind.toLowerCase().replaceAll(' ', '-'), 'manual');
    both.alice.send(chat(both.bob.bareJid, 'm1', inner + REQUEST));
    await both.bob.waitForMessage('m1');
    both.bob.answer(both.alice.bareJid, 'm1');
    await letAllBeKnown(both, 'm2');
    expect(await stage.kindsOf(sent(both, 'm1'))).not.toContain('accepted');
    await both.bob.waitUntil(() => askedByBot(both.bob).length > 0);
    expect(askedByBot(both.bob).join()).not.toContain('messages');
  });
});

describe('a message whose content is not in its body', () => {
  test.each([
    ['OMEMO', omemo(AXOLOTL, '<payload>x</payload>')],
    ['newer OMEMO', omemo('urn:xmpp:omemo:2', '<payload>x</payload>')],
    ['OpenPGP', "<openpgp xmlns='urn:xmpp:openpgp:0'>x</openpgp>"],
    [
      'a shared file',
      "<file-sharing xmlns='urn:xmpp:sfs:0'><file xmlns='urn:xmpp:file:metadata:0'/></file-sharing>",
    ],
  ])('is tracked if it holds %s', async (kind, inner) => {
    const both = await pair(`in-${kind.toLowerCase().replaceAll(' ', '-')}`, 'client');
    both.alice.send(chat(both.bob.bareJid, 'm1', inner + REQUEST));
    await stage.expectStatus(sent(both, 'm1'), 'delivered');
  });
});

describe('an answer of version 1.0 of XEP-0184, which names the message by its own id', () => {
  const old = (to: string, id: string) => chat(to, id, "<received xmlns='urn:xmpp:receipts'/>");

  test('is told as delivered', async () => {
    const both = await pair('old', 'client');
    both.alice.ask(both.bob.bareJid, 'm1');
    await both.bob.waitForMessage('m1');
    both.bob.send(old(both.alice.bareJid, 'm1'));
    await both.alice.waitForMessage('m1');
    await stage.expectStatus(sent(both, 'm1'), 'delivered by client');
    await expectTold(both.alice, 'm1', []);
  });

  test('is stopped under refuse and known as withheld', async () => {
    const both = await pair('old-refuse', 'refuse');
    both.alice.ask(both.bob.bareJid, 'm1');
    await both.bob.waitForMessage('m1');
    const since = both.alice.mark();
    both.bob.send(old(both.alice.bareJid, 'm1'));
    both.bob.ask(both.alice.bareJid, 'm2');
    await both.alice.waitForMessage('m2');
    expect(
      both.alice.received.slice(since).filter((s) => s.is('message') && s.attrs['id'] === 'm1'),
    ).toEqual([]);
    await letAllBeKnown(both, 'm3');
    expect(await stage.kindsOf(sent(both, 'm1'))).toContain('received');
  });
});

describe('a note to oneself', () => {
  test.each(['manual', 'refuse'])(
    'is answered by the other device under %s, and nobody is asked about it',
    async (policy) => {
      const pc = await company.enter(`self-${policy}@${HOST}/pc`, { carbons: true });
      await say(pc, `policy ${policy}`);
      const phone = await company.enter(`self-${policy}@${HOST}/phone`, { carbons: true });
      const note = { from: pc.bareJid, to: pc.bareJid, id: 'm1' };
      pc.ask(pc.bareJid, 'm1');
      await phone.waitForMessage('m1');
      phone.answer(pc.bareJid, 'm1');
      await stage.expectStatus(note, 'delivered by client');
      await expectTold(pc, 'm1', []);
      expect(ticksFor(pc, 'm1')).toContain(phone.jid);
      expect(askedByBot(pc)).toEqual([]);
    },
  );
});

describe('a client that answers again whenever it reads the archive', () => {
  test('makes no second question after a no, and no receipt', async () => {
    const both = await pair('again', 'manual');
    both.alice.ask(both.bob.bareJid, 'm1');
    await both.bob.waitUntil(() => askedByBot(both.bob).length > 0);
    await say(both.bob, 'no');
    await readAgain(both, 5);
    await letAllBeKnown(both, 'm2');
    expect((await say(both.bob, 'questions')).split(both.alice.bareJid)).toHaveLength(2);
    await expectTold(both.alice, 'm1', ['sent']);
    expect(ticksFor(both.alice, 'm1')).toEqual([]);
  });

  test('makes no receipt when the recipient opens the policy later: her client has its tick', async () => {
    const both = await pair('opened', 'refuse');
    both.alice.ask(both.bob.bareJid, 'm1');
    await both.bob.waitForMessage('m1');
    await readAgain(both, 1);
    await letAllBeKnown(both, 'm2');
    await say(both.bob, 'policy client');
    await readAgain(both, 3);
    await both.alice.waitUntil(() => ticksFor(both.alice, 'm1').length === 3);
    await expectTold(both.alice, 'm1', []);
    expect(await say(both.alice, `status ${both.bob.bareJid} m1`)).toContain('Delivered');
  });

  async function readAgain({ alice, bob }: Pair, times: number): Promise<void> {
    for (let time = 0; time < times; time++) {
      await bob.catchUp();
      bob.answer(alice.bareJid, 'm1');
    }
  }
});

describe('the bot', () => {
  test('answers in the thread in which it was asked', async () => {
    const bob = await company.enter(`bob-thread@${HOST}/phone`);
    bob.send(chat(BOT, 't', '<body>policy</body><thread>T1</thread>'));
    const answer = await bob.waitFor((it) => it.is('message') && it.getChild('body') !== undefined);
    expect(answer.getChild('thread')?.getText()).toBe('T1');
  });
});
