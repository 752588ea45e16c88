import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Element } from '../../src/protocol/xml.ts';
import { say, ticksFor, toldInWords } from '../support/bot-chat.ts';
import { type Client, login } from '../support/client.ts';
import { connectComponent, type RawComponent } from '../support/component.ts';
import { introduce, type Server, startServer } from '../support/server.ts';
import {
  expectTold,
  receiptsIn,
  type Stage,
  startStage,
  toldAbout,
  waitForReceipt,
} from '../support/stage.ts';

const ALICE = 'alice@shown.test';
const ANNA = 'anna@shown.test';
const FRIEND = 'friend@there.test';
const STRANGER = 'stranger@there.test';
const GATEWAY = 'user@gateway.test';

describe('what the sender’s own client shows', () => {
  let stage: Stage;
  let there: Server;
  let alice: Client;
  let gateway: RawComponent;

  beforeAll(async () => {
    stage = await startStage({
      hosts: [{ name: 'shown.test', mam: true }],
      server: {
        components: [
          { domain: 'receipts.test', secret: 'component secret' },
          { domain: 'gateway.test', secret: 'gateway' },
        ],
      },
    });
    there = await startServer({ hosts: [{ name: 'there.test' }] });
    await introduce(stage.server, there);
    for (const jid of [ALICE, ANNA]) await stage.server.register(jid);
    for (const jid of [FRIEND, STRANGER]) await there.register(jid);
    await stage.server.befriend(ALICE, FRIEND);
    alice = await login({ jid: `${ALICE}/pc`, port: stage.server.ports.c2s });
    gateway = await connectComponent({
      domain: 'gateway.test',
      secret: 'gateway',
      port: stage.server.ports.component,
    });
  });

  afterAll(async () => {
    await Promise.all([alice?.close(), gateway?.close()]);
    await Promise.all([stage?.dispose(), there?.dispose()]);
  });

  test.each([
    { contact: FRIEND, who: 'a contact whose presence the sender sees' },
    { contact: STRANGER, who: 'somebody whose presence the sender does not see' },
  ])(
    'nothing is told of a message to $who on another server whose client answers',
    async ({ contact }) => {
      const phone = await login({
        jid: `${contact}/phone`,
        port: there.ports.c2s,
        autoReceipt: true,
      });
      alice.ask(contact, 'answered');
      await alice.waitUntil(() => ticksFor(alice, 'answered').includes(`${contact}/phone`));
      await expectTold(alice, 'answered', []);
      await phone.close();
      expect(toldAbout(alice, 'answered')).toEqual([]);
    },
  );

  test('nothing is told of a message to a gateway that answers', async () => {
    alice.ask(GATEWAY, 'through');
    await gateway.waitFor((stanza) => stanza.attrs['id'] === 'through');
    gateway.send(
      `<message from='${GATEWAY}' to='${ALICE}/pc' type='chat' id='r1'>` +
        `<received xmlns='urn:xmpp:receipts' id='through'/></message>`,
    );
    await alice.waitUntil(() => ticksFor(alice, 'through').length > 0);
    await expectTold(alice, 'through', []);
  });

  test('a message to a gateway that does not answer is told as relayed once', async () => {
    alice.ask(GATEWAY, 'unanswered');
    await waitForReceipt(alice, 'unanswered', 'relayed');
    await expectTold(alice, 'unanswered', ['relayed']);
  });

  test('where nobody answers one stanza tells it, another one in words if the sender likes, and no archive keeps that', async () => {
    const anna = await login({ jid: `${ANNA}/pc`, port: stage.server.ports.c2s });
    await say(anna, 'text relayed');
    anna.ask(GATEWAY, 'to-gateway');
    anna.ask(STRANGER, 'to-server');
    for (const id of ['to-gateway', 'to-server']) await waitForReceipt(anna, id, 'relayed');
    for (const id of ['to-gateway', 'to-server']) await expectTold(anna, id, ['relayed']);
    await anna.waitUntil((received) => linesIn(toldInWords(received)).length === 2);
    for (const reader of [anna, alice]) {
      const rows = await reader.catchUp();
      expect([...receiptsIn(rows), ...toldInWords(rows)]).toEqual([]);
    }
    await anna.close();
  });
});

function linesIn(words: readonly Element[]): readonly string[] {
  return words.flatMap((stanza) => stanza.getChildText('body')?.split('\n') ?? []);
}
