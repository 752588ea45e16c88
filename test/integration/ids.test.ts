import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { element } from '../../src/protocol/xml.ts';
import { type Client, login } from '../support/client.ts';
import { type Stage, startStage } from '../support/stage.ts';

const HOST = 'ids.test';
const ALICE = `alice@${HOST}`;
const BOB = `bob@${HOST}`;

const attribute = (text: string) =>
  text.replace(/[&<>'"\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`);
const asking = (to: string, id: string) =>
  `<message to='${to}' type='chat' id='${attribute(id)}'><body>x</body><request xmlns='urn:xmpp:receipts'/></message>`;

// Newer expat keeps back a tag that came in pieces until as much again has come: hence the blanks behind some stanzas.
describe('ids and addresses', () => {
  let stage: Stage;
  let alice: Client;
  let bob: Client;
  const port = () => stage.server.ports.c2s;

  beforeAll(async () => {
    stage = await startStage({ hosts: [{ name: HOST }] });
    for (const jid of [ALICE, BOB]) await stage.server.register(jid);
    alice = await login({ jid: `${ALICE}/pc`, port: port() });
    bob = await login({ jid: `${BOB}/电话 & <phone>`, port: port() });
  });

  afterAll(() => stage?.dispose());

  test.each([
    ['a tab', 'a\tb'],
    ['a newline', 'a\nb\r\nc'],
    ['quotes and brackets', `'"<&>]]>`],
    ['an emoji', '😀-👩‍👩‍👧'],
    ['Chinese', '消息-一'],
    ['percent and spaces', '100% of %09 a b=c'],
    ['256 bytes', 'x'.repeat(256)],
  ])('a message whose id has %s is tracked', async (_, id) => {
    alice.send(asking(BOB, id));
    await stage.expectStatus({ from: ALICE, to: BOB, id }, 'delivered by stream');
  });

  test.each([
    ['257 bytes', 'x'.repeat(257)],
    ['86 characters of three bytes', '字'.repeat(86)],
    ['100 KB', 'y'.repeat(100_000)],
  ])('a message whose id has %s is not tracked, and the next one is', async (_, id) => {
    alice.send(asking(BOB, id));
    alice.sendRaw(' '.repeat(2 * id.length));
    alice.ask(BOB, `after-${id.length}`);
    await stage.expectStatus({ from: ALICE, to: BOB, id: `after-${id.length}` }, 'delivered');
    await stage.expectNoRecord({ from: ALICE, to: BOB, id }, 50);
  });

  test('a message is tracked although it comes in pieces that split its characters', async () => {
    const id = '分-é-😀';
    const bytes = Buffer.from(asking(BOB, id));
    for (let at = 0; at < bytes.length; at += 7) {
      alice.sendRaw(bytes.subarray(at, at + 7));
      await sleep(1);
    }
    alice.sendRaw(' '.repeat(2 * bytes.length));
    await stage.expectStatus({ from: ALICE, to: BOB, id }, 'delivered');
  });

  test('two messages with the same id at once count as one', async () => {
    alice.ask(BOB, 'twice');
    alice.ask(BOB, 'twice');
    await stage.expectStatus({ from: ALICE, to: BOB, id: 'twice' }, 'delivered');
  });

  test('an answer that names the origin-id (XEP-0359) is an answer to the message', async () => {
    const origin = element('origin-id', { xmlns: 'urn:xmpp:sid:0', id: 'origin' });
    alice.ask(BOB, 'changed', { extra: [origin] });
    await bob.waitForMessage('changed');
    bob.answer(`${ALICE}/pc`, 'origin');
    await stage.expectStatus({ from: ALICE, to: BOB, id: 'changed' }, 'delivered by client');
    await stage.expectStatus({ from: ALICE, to: BOB, id: 'origin' }, 'delivered by client');
  });

  test.each(['用户', 'd\\27artagnan', 'o&m', 'emoji-é'])(
    'a message to the user %s is tracked',
    async (user) => {
      const jid = `${user.replace('&', '\\26')}@${HOST}`;
      await stage.server.register(jid);
      const there = await login({ jid: `${jid}/手机`, port: port(), autoReceipt: true });
      alice.ask(jid, 'hello');
      await stage.expectStatus({ from: ALICE, to: jid, id: 'hello' }, 'delivered by client');
      await there.close();
    },
  );
});
