import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { VERSION } from '../../src/telemetry/version.ts';
import { onBreakableStage } from '../support/breakable-stage.ts';
import { onStage, type Scene } from '../support/scene.ts';

const BOT = 'receipts@receipts.example.org';

test.each([
  [
    'a message from elsewhere',
    `<message type='chat' from='mallory@example.net/x' to='${BOT}' id='m1'><body>help</body></message>`,
  ],
  [
    'one that asks for a receipt',
    `<message from='mallory@example.net/x' to='${BOT}' id='m2'><body>help</body><request xmlns='urn:xmpp:receipts'/></message>`,
  ],
  [
    'a message to somebody who does not live here',
    `<message from='alice@example.org/pc' to='other@receipts.example.org' id='m3'><body>help</body></message>`,
  ],
  [
    'a message in a room',
    `<message type='groupchat' from='alice@example.org/pc' to='${BOT}' id='m4'><body>help</body></message>`,
  ],
  [
    'an answer of the bot itself',
    `<message type='chat' from='${BOT}' to='${BOT}' id='m5'><body>help</body></message>`,
  ],
  [
    'a receipt',
    `<message from='alice@example.org/pc' to='${BOT}'><received xmlns='urn:xmpp:receipts' id='r-1'/></message>`,
  ],
  ['presence from elsewhere', `<presence type='subscribe' from='x@example.net' to='${BOT}'/>`],
  ['presence of a user', `<presence from='alice@example.org/pc' to='${BOT}'/>`],
  ['an answer to nothing', `<iq type='result' id='x' from='alice@example.org/pc' to='${BOT}'/>`],
  ['an error to nothing', `<iq type='error' id='x' from='alice@example.org/pc' to='${BOT}'/>`],
])('%s is not answered', async (_, stanza) => {
  const scene = await onStage();
  const before = scene.link.sent.length;
  await scene.say(stanza);
  await scene.pass(10_000);
  expect(scene.link.sent).toHaveLength(before);
  expect(scene.complaints).toEqual([]);
});

test('a user who says something is answered, in plain words', async () => {
  const scene = await onStage();
  await scene.say(
    `<message type='chat' from='alice@example.org/pc' to='${BOT}' id='m1'><body>Hello?</body></message>`,
  );
  await scene.pass(100);
  const [answer] = scene.messages;
  expect(answer?.attrs).toMatchObject({ type: 'chat', from: BOT, to: 'alice@example.org/pc' });
  expect(answer?.getChild('body')?.getText()).toContain('policy');
});

test('while the store fails the bot says so to the user, and the log to the operator', async () => {
  const { scene, breakable } = await onBreakableStage();
  await scene.pass(100);
  breakable.failAt('preferences.change');
  await scene.say(
    `<message type='chat' from='alice@example.org/pc' to='${BOT}' id='m1'><body>text on</body></message>`,
  );
  await scene.pass(100);
  expect(scene.messages[0]?.getChild('body')?.getText()).toContain('cannot do that just now');
  expect(scene.complaints).toEqual([
    'a message to the bot could not be answered; the user was told so, and the error says why',
  ]);
});

test('a user who has the bot among the contacts sees it there', async () => {
  const scene = await onStage();
  await scene.say(`<presence type='subscribe' from='alice@example.org' to='${BOT}'/>`);
  const presences = scene.link.sent.filter(({ name }) => name === 'presence');
  expect(presences.map(({ attrs }) => attrs)).toMatchObject([
    { type: 'subscribed', from: BOT, to: 'alice@example.org' },
    { from: `${BOT}/bot`, to: 'alice@example.org' },
  ]);
});

describe('service discovery', () => {
  test('everybody may ask who we are, and disco#info names all that we answer and read', async () => {
    const scene = await onStage();
    const answer = await ask(scene, 'http://jabber.org/protocol/disco#info');
    const query = answer.getChild('query');
    expect(query?.getChild('identity')?.attrs).toMatchObject({ category: 'client', type: 'bot' });
    const features = query?.getChildren('feature').map(({ attrs }) => attrs['var']);
    expect(features?.toSorted()).toEqual([
      'http://jabber.org/protocol/commands',
      'http://jabber.org/protocol/disco#info',
      'http://jabber.org/protocol/disco#items',
      'http://jabber.org/protocol/pubsub',
      'http://jabber.org/protocol/pubsub#retrieve-items',
      'jabber:iq:version',
      'urn:xmpp:ping',
      'urn:xmpp:reactions:0',
      'urn:xmpp:receipts',
      'urn:xmpp:reply:0',
      'urn:xmpp:time',
      'vcard-temp',
      'xmpp-receipts:1',
    ]);
  });

  test('disco#items lists what can be read of the bot', async () => {
    const scene = await onStage();
    const answer = await ask(scene, 'http://jabber.org/protocol/disco#items');
    const items = answer.getChild('query')?.getChildElements() ?? [];
    expect(items.map(({ attrs }) => attrs['node'])).toContain('urn:xmpp:avatar:data');
  });

  test('everybody may ask for our version', async () => {
    const scene = await onStage();
    const query = (await ask(scene, 'jabber:iq:version')).getChild('query');
    expect(query?.getChild('name')?.getText()).toBe('xmpp-receipts');
    expect(query?.getChild('version')?.getText()).toBe(VERSION);
  });

  test('everybody may ask for the time of the machine', async () => {
    vi.stubEnv('TZ', 'America/St_Johns');
    onTestFinished(() => void vi.unstubAllEnvs());
    const scene = await onStage();
    const time = (await ask(scene, 'urn:xmpp:time', 'time')).getChild('time');
    expect(time?.getChild('tzo')?.getText()).toBe('-03:30');
    expect(time?.getChild('utc')?.getText()).toMatch(/^2026-11-22T11:00:00\.\d{3}Z$/);
  });

  test('everybody may ping us', async () => {
    const scene = await onStage();
    const answer = await ask(scene, 'urn:xmpp:ping', 'ping');
    expect(answer.attrs).toMatchObject({ type: 'result', from: BOT, to: 'x@example.net/y' });
    expect(answer.children).toEqual([]);
  });
});

function ask(scene: Scene, xmlns: string, name = 'query') {
  return scene.ask(
    `<iq type='get' from='x@example.net/y' to='${BOT}'><${name} xmlns='${xmlns}'/></iq>`,
  );
}
