import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { element } from '../../src/protocol/xml.ts';
import { type Client, login } from '../support/client.ts';
import { introduce, type Server, startServer } from '../support/server.ts';
import { COMPONENT, type Stage, startStage, waitForReceipt } from '../support/stage.ts';

const MUC_USER = element('x', { xmlns: 'http://jabber.org/protocol/muc#user' });
const [HERE, THERE] = ['rooms.here.test', 'rooms.there.test'];

let stage: Stage;
let there: Server;
const clients: Client[] = [];

beforeAll(async () => {
  stage = await startStage({ hosts: [{ name: 'here.test' }], server: { muc: HERE } });
  there = await startServer({ hosts: [{ name: 'there.test' }], muc: THERE });
  await introduce(stage.server, there);
});

afterAll(async () => {
  await Promise.all(clients.map((client) => client.close()));
  await Promise.all([stage?.dispose(), there?.dispose()]);
});

describe.each([HERE, THERE])('private messages in a room of %s', (service) => {
  const room = `room@${service}`;
  let alice: Client;
  let bob: Client;
  let carol: Client;

  beforeAll(async () => {
    [alice, bob, carol] = [await enter('alice'), await enter('bob'), await enter('carol')];
    await stage.server.befriend(alice.bareJid, bob.bareJid);
  });

  async function enter(user: string): Promise<Client> {
    const jid = `${user}-${service}@here.test`;
    await stage.server.register(jid);
    const client = await login({ jid: `${jid}/pc`, port: stage.server.ports.c2s });
    clients.push(client);
    const join = element('x', { xmlns: 'http://jabber.org/protocol/muc' });
    client.send(element('presence', { to: `${room}/${user}` }, join));
    await client.waitFor(
      (stanza) => stanza.is('presence') && stanza.attrs['from'] === `${room}/${user}`,
    );
    return client;
  }

  const sent = (id: string, nick: string) => ({
    from: alice.bareJid,
    to: `${room}/${nick}`,
    id,
  });

  async function furthest(id: string, recipient: string): Promise<string | undefined> {
    const question = element('query', { xmlns: 'xmpp-receipts:1', id, recipient });
    const answer = await alice.request(element('iq', { type: 'get', to: COMPONENT }, question));
    return answer.getChild('query')?.getChild('receipt')?.attrs['status'];
  }

  test('to two occupants under one id are two messages', async () => {
    for (const nick of ['bob', 'carol'])
      alice.ask(`${room}/${nick}`, 'same', { extra: [MUC_USER] });
    await bob.waitForMessage('same');
    await carol.waitForMessage('same');
    await stage.expectStatus(sent('same', 'carol'), 'relayed');
    bob.answer(`${room}/alice`, 'same');
    await stage.expectStatus(sent('same', 'bob'), 'delivered');
    await stage.expectStatus(sent('same', 'carol'), 'relayed');
  });

  test('are the occupant’s, also where the sender’s client does not say that it is a room', async () => {
    alice.ask(`${room}/bob`, 'plain');
    await stage.expectStatus(sent('plain', 'bob'), 'relayed');
  });

  test('to an occupant who is gone have failed for that occupant', async () => {
    alice.ask(`${room}/nobody`, 'gone', { extra: [MUC_USER] });
    alice.ask(`${room}/bob`, 'gone', { extra: [MUC_USER] });
    await stage.expectStatus(sent('gone', 'nobody'), 'failed');
    await stage.expectStatus(sent('gone', 'bob'), 'relayed');
    expect(await furthest('gone', `${room}/nobody`)).toBe('failed');
    expect(await furthest('gone', `${room}/bob`)).toBe('relayed');
    expect(await furthest('gone', `${room}/carol`)).toBeUndefined();
  });

  test('were handed to the room, as the sender reads it', async () => {
    alice.send(
      `<message to='receipts@${COMPONENT}' type='chat' id='t'><body>text relayed</body></message>`,
    );
    alice.ask(`${room}/carol`, 'told', { extra: [MUC_USER] });
    const receipt = await waitForReceipt(alice, 'told', 'relayed');
    expect(receipt.attrs['recipient']).toBe(`${room}/carol`);
    // On a loaded machine the messages before it are told of in the same line.
    const words = new RegExp(`to ${room}/carol (was|\\(.*\\) were) handed to the room\\.`);
    await alice.waitUntil((received) =>
      received.some((stanza) => words.test(stanza.getChildText('body') ?? '')),
    );
  });
});
