import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { element } from '../../src/protocol/xml.ts';
import { type Client, login, message } from '../support/client.ts';
import { BOT, COMPONENT, type Stage, startStage } from '../support/stage.ts';

const HOST = 'quiet.test';
const MUC = 'rooms.test';
const ALICE = `alice@${HOST}`;
const BOB = `bob@${HOST}`;

const request = "<request xmlns='urn:xmpp:receipts'/>";
const chat = (id: string, inner: string) =>
  `<message to='${BOB}' type='chat' id='${id}'>${inner}</message>`;

describe('tracked and untracked messages', () => {
  let stage: Stage;
  let alice: Client;
  let bob: Client;

  beforeAll(async () => {
    stage = await startStage({ hosts: [{ name: HOST }], server: { muc: MUC } });
    for (const jid of [ALICE, BOB]) await stage.server.register(jid);
    const port = stage.server.ports.c2s;
    alice = await login({ jid: `${ALICE}/pc`, port });
    bob = await login({ jid: `${BOB}/phone`, port, carbons: true });
    // Else what she says there is returned to her as an error, which is a fact.
    await enterRoom(alice, `room@${MUC}/al`);
  });

  afterAll(() => stage?.dispose());

  test.each([
    ['a message that asks for no receipt', chat('plain', '<body>x</body>'), 'plain'],
    ['a message without content', chat('empty', request), 'empty'],
    [
      'a chat state',
      chat('state', `<composing xmlns='http://jabber.org/protocol/chatstates'/>${request}`),
      'state',
    ],
    ['a headline', message({ to: BOB, id: 'headline', type: 'headline' }).toString(), 'headline'],
    ['an error', message({ to: BOB, id: 'error', type: 'error' }).toString(), 'error'],
    [
      'a message to a room',
      message({ to: `room@${MUC}`, id: 'group', type: 'groupchat' }).toString(),
      'group',
    ],
    [
      'a receipt that asks for one',
      chat('loop', `<body>x</body>${request}<received xmlns='urn:xmpp:receipts' id='q'/>`),
      'loop',
    ],
    [
      'a reaction',
      chat('reaction', `<body>x</body>${request}<reactions xmlns='urn:xmpp:reactions:0' id='q'/>`),
      'reaction',
    ],
    [
      'a retraction',
      chat(
        'retract',
        `<body>x</body>${request}<retract xmlns='urn:xmpp:message-retract:1' id='q'/>`,
      ),
      'retract',
    ],
  ])('no record is kept of %s', async (_, stanza, id) => {
    alice.send(stanza);
    await letAllBeKnown(`after-${id}`);
    for (const to of [BOB, `room@${MUC}`]) await stage.expectNoRecord({ from: ALICE, to, id }, 0);
  });

  test('no record is kept of a message without id, under whatever id', async () => {
    const before = await stage.idsBetween({ from: ALICE, to: BOB });
    alice.send(`<message to='${BOB}' type='chat'><body>x</body>${request}</message>`);
    await letAllBeKnown('after-no-id');
    const now = await stage.idsBetween({ from: ALICE, to: BOB });
    expect(now).toEqual(['after-no-id', ...before]);
  });

  test('no record is kept of a message to the bot or the component', async () => {
    alice.ask(BOT, 'to-bot');
    alice.ask(COMPONENT, 'to-component');
    await letAllBeKnown('after-the-component');
    await stage.expectNoRecord({ from: ALICE, to: BOT, id: 'to-bot' }, 0);
    await stage.expectNoRecord({ from: ALICE, to: COMPONENT, id: 'to-component' }, 0);
  });

  /** Facts come in order: when those of this later message are here, those of all before it are. */
  async function letAllBeKnown(id: string): Promise<void> {
    alice.ask(BOB, id);
    await stage.expectStatus({ from: ALICE, to: BOB, id }, 'delivered');
  }

  test.each([
    [
      'an OMEMO message without body',
      chat(
        'omemo',
        `<encrypted xmlns='eu.siacs.conversations.axolotl'><header/><payload>x</payload></encrypted>${request}`,
      ),
      'omemo',
    ],
    [
      'a file by its address',
      chat('oob', `<x xmlns='jabber:x:oob'><url>https://f.test/x</url></x>${request}`),
      'oob',
    ],
    [
      'a message with old PGP',
      chat('pgp', `<x xmlns='jabber:x:encrypted'>abc</x>${request}`),
      'pgp',
    ],
    [
      'a correction',
      chat(
        'fix',
        `<body>x</body>${request}<replace xmlns='urn:xmpp:message-correct:0' id='omemo'/>`,
      ),
      'fix',
    ],
    [
      'a message of no type',
      `<message to='${BOB}' id='normal'><body>x</body>${request}</message>`,
      'normal',
    ],
  ])('a record is kept of %s', async (_, stanza, id) => {
    alice.send(stanza);
    await stage.expectStatus({ from: ALICE, to: BOB, id }, 'delivered');
  });

  test('a record is kept of a private message in a room, on the sender’s side', async () => {
    const room = `talk@${MUC}`;
    await enterRoom(alice, `${room}/al`);
    await enterRoom(bob, `${room}/bo`);
    alice.ask(`${room}/bo`, 'private', {
      extra: [element('x', { xmlns: 'http://jabber.org/protocol/muc#user' })],
    });
    await bob.waitForMessage('private');
    await stage.expectStatus({ from: ALICE, to: `${room}/bo`, id: 'private' }, 'relayed');
    await letAllBeKnown('after-private');
    await stage.expectNoRecord({ from: room, to: BOB, id: 'private' }, 0);
    bob.answer(`${room}/al`, 'private');
    await stage.expectStatus(
      { from: ALICE, to: `${room}/bo`, id: 'private' },
      'delivered by client',
    );
  });
});

/** XEP-0045 §7.2 */
async function enterRoom(client: Client, occupant: string): Promise<void> {
  const x = element('x', { xmlns: 'http://jabber.org/protocol/muc' });
  client.send(element('presence', { to: occupant }, x));
  await client.waitFor((it) => it.is('presence') && it.attrs['from'] === occupant);
}
