import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectLasting } from '../support/lasting.ts';
import { type SlixmppClient, type SlixmppOptions, startSlixmpp } from '../support/slixmpp.ts';
import { AFTER_GRACE_MS, BOT, COMPONENT, type Stage, startStage } from '../support/stage.ts';

const ALICE = 'alice@people.test';
const NODES = [
  ...['policy', 'contact-policy', 'questions', 'status', 'receipts', 'help'],
  ...['why', 'watch', 'watches', 'watch-contact'],
];

let stage: Stage;
let alice: SlixmppClient;

beforeAll(async () => {
  stage = await startStage({ hosts: [{ name: 'people.test' }] });
  await stage.server.register(ALICE);
  alice = await startSlixmpp({ jid: `${ALICE}/pc`, port: stage.server.ports.c2s });
});

afterAll(async () => {
  await alice?.close();
  await stage?.dispose();
});

/** Somebody new whose presence alice sees, online. */
async function enter(name: string, options: Partial<SlixmppOptions> = {}): Promise<SlixmppClient> {
  const jid = `${name}@people.test`;
  await stage.server.register(jid);
  await stage.server.befriend(ALICE, jid);
  return startSlixmpp({ jid: `${jid}/phone`, port: stage.server.ports.c2s, ...options });
}

/** Says something to the bot and resolves with what it answers. */
async function say(client: SlixmppClient, text: string): Promise<string> {
  client.send(BOT, `said: ${text}`, { body: text, asks: false });
  return heard(client);
}

/** Resolves with the next text of the bot. */
async function heard(client: SlixmppClient): Promise<string> {
  const said = await client.waitForEvent(
    'message',
    ({ sender, body }) => sender === BOT && body !== '',
  );
  return said.body;
}

function ticksFor(client: SlixmppClient, id: string): readonly string[] {
  return client.events.flatMap((event) =>
    event.event === 'receipt' && event.id === id ? [event.sender] : [],
  );
}

describe('slixmpp as sender', () => {
  test('slixmpp reports one receipt of an automatic recipient whose client gives none', async () => {
    const bob = await enter('automatic', { receipts: false });
    await say(bob, 'policy automatic');
    alice.send('automatic@people.test', 'to-automatic');
    await alice.waitForEvent('receipt', ({ id }) => id === 'to-automatic');
    await sleep(AFTER_GRACE_MS);
    expect(ticksFor(alice, 'to-automatic')).toEqual(['automatic@people.test']);
    await bob.close();
  });

  test('slixmpp reports the client’s receipt alone if the recipient’s client answers', async () => {
    const bob = await enter('answers');
    await say(bob, 'policy automatic');
    alice.send('answers@people.test', 'to-answers');
    const ticks = () => ticksFor(alice, 'to-answers');
    await expectLasting(ticks, ['answers@people.test/phone'], AFTER_GRACE_MS);
    await bob.close();
  });

  test('slixmpp reports a receipt after a yes, although the client’s own answer was stopped', async () => {
    const bob = await enter('asked');
    await say(bob, 'policy manual');
    alice.send('asked@people.test', 'to-asked');
    expect(await heard(bob)).toContain(ALICE);
    await sleep(AFTER_GRACE_MS);
    expect(ticksFor(alice, 'to-asked')).toEqual([]);
    await say(bob, 'yes');
    await alice.waitForEvent('receipt', ({ id }) => id === 'to-asked');
    await alice.waitForEvent('stanza', ({ xml }) => xml.includes('status="confirmed"'));
    expect(ticksFor(alice, 'to-asked')).toEqual(['asked@people.test']);
    await bob.close();
  });
});

describe('slixmpp and the commands', () => {
  test('slixmpp finds the bot, and the commands at both addresses', async () => {
    const service = await alice.discover(COMPONENT);
    expect(service.identities[0]).toMatch(/^component\/generic: /);
    expect(service.features).toContain('http://jabber.org/protocol/commands');
    expect(service.items).toContainEqual({ jid: BOT, node: '', name: 'Receipts' });
    const bot = await alice.discover(BOT);
    expect(bot.identities[0]).toMatch(/^client\/bot: /);
    expect(bot.features).toContain('urn:xmpp:receipts');
    for (const jid of [COMPONENT, BOT]) {
      const { items } = await alice.discover(jid, 'http://jabber.org/protocol/commands');
      expect(items.map(({ node }) => node)).toEqual(NODES.toSorted());
      expect(new Set(items.map((item) => item.jid))).toEqual(new Set([jid]));
    }
  });

  test('slixmpp learns that each command is one with a form', async () => {
    for (const node of NODES) {
      const { identities, features } = await alice.discover(BOT, node);
      expect(identities[0]).toMatch(/^automation\/command-node: /);
      expect(features).toContain('jabber:x:data');
    }
  });

  test('slixmpp sets the policy by a form that shows the one in force', async () => {
    const bob = await enter('chooses');
    const values = { policy: 'manual', 'tell-declined': true };
    const [form, done] = await bob.command(BOT, 'policy', { values });
    expect(form).toMatchObject({ status: 'executing', actions: ['complete'] });
    expect(form?.fields?.['policy']?.value).toBe('default');
    expect(done).toMatchObject({ status: 'completed', title: 'My policy' });
    expect(done?.lines?.join()).toContain('Your policy is manual');
    const [after, canceled] = await bob.command(BOT, 'policy', { ends: 'cancel' });
    expect(after?.fields).toMatchObject({
      policy: { value: 'manual' },
      'tell-declined': { value: true },
    });
    expect(canceled?.status).toBe('canceled');
    await bob.close();
  });

  test('slixmpp sets the policy for a contact by a form that says what was wrong', async () => {
    const bob = await enter('excepts');
    const refusing = { contact: ALICE, policy: 'refuse' };
    const [, done] = await bob.command(COMPONENT, 'contact-policy', { values: refusing });
    expect(done?.lines?.join()).toContain(`${ALICE}: refuse`);
    const mistaken = { contact: 'Alice, please', policy: 'refuse' };
    const [, again] = await bob.command(COMPONENT, 'contact-policy', { values: mistaken });
    expect(again).toMatchObject({
      status: 'executing',
      notes: [expect.stringMatching(/^error: /)],
    });
    alice.send('excepts@people.test', 'to-excepts');
    await sleep(AFTER_GRACE_MS);
    expect(ticksFor(alice, 'to-excepts')).toEqual([]);
    await bob.close();
  });

  test('slixmpp answers a question by a form, and the sender has her tick', async () => {
    const bob = await enter('fills-in');
    await say(bob, 'policy manual');
    alice.send('fills-in@people.test', 'to-fills-in');
    await heard(bob);
    const values = { question: '1', answer: 'yes' };
    const [form, done] = await bob.command(BOT, 'questions', { values });
    expect(Object.values(form?.fields?.['question']?.options ?? {})).toEqual([
      expect.stringContaining(ALICE),
    ]);
    expect(done).toMatchObject({ status: 'completed', notes: [expect.stringContaining(ALICE)] });
    await alice.waitForEvent('receipt', ({ id }) => id === 'to-fills-in');
    expect(ticksFor(alice, 'to-fills-in')).toEqual(['fills-in@people.test']);
    const [none] = await bob.command(BOT, 'questions');
    expect(none?.status).toBe('completed');
    await bob.close();
  });

  test('slixmpp reads what became of a message in a table', async () => {
    const bob = await enter('leaves');
    await bob.close();
    alice.send('leaves@people.test', 'to-leaves');
    await stage.expectStatus({ from: ALICE, to: 'leaves@people.test', id: 'to-leaves' }, 'stored');
    const values = { recipient: 'leaves@people.test' };
    const [, done] = await alice.command(BOT, 'status', { values });
    expect(done?.rows).toMatchObject([
      { recipient: 'leaves@people.test', id: 'to-leaves', status: 'stored' },
    ]);
  });

  test('slixmpp chooses receipts, words and a language by a form', async () => {
    const bob = await enter('speaks');
    const values = { statuses: ['failed', 'stored'], text: true, language: 'zh' };
    const [, done] = await bob.command(BOT, 'receipts', { values });
    expect(done?.status).toBe('completed');
    const [form] = await bob.command(BOT, 'receipts', { ends: 'cancel' });
    expect(form?.fields).toMatchObject({
      statuses: { value: ['failed', 'stored'] },
      text: { value: true },
      language: { value: 'zh' },
    });
    expect(form?.title).toBe('我要的回执');
    await bob.close();
  });

  test('slixmpp gets the help, and no command for administrators', async () => {
    const [help] = await alice.command(BOT, 'help');
    expect(help).toMatchObject({ status: 'completed', title: 'Help' });
    expect(help?.notes?.[0]).toContain('policy');
    expect(help?.lines).toEqual(expect.arrayContaining([expect.stringContaining('–')]));
    const [refused] = await alice.command(BOT, 'statistics');
    expect(refused).toMatchObject({ condition: 'item-not-found' });
  });
});
