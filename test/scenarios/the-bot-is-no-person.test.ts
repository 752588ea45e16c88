import { describe, expect, test } from 'vitest';
import { VERSION } from '../../src/version.ts';
import { onStage, type Scene } from '../support/scene.ts';

const BOT = 'receipts@receipts.example.org';

test.each([
  [
    'a message',
    `<message type='chat' from='alice@example.org/pc' to='${BOT}' id='m1'><body>Hello?</body></message>`,
  ],
  [
    'a message that asks for a receipt',
    `<message from='alice@example.org/pc' to='${BOT}' id='m2'><body>!</body><request xmlns='urn:xmpp:receipts'/></message>`,
  ],
  [
    'a receipt',
    `<message from='alice@example.org/pc' to='${BOT}'><received xmlns='urn:xmpp:receipts' id='r-1'/></message>`,
  ],
  ['presence', `<presence type='subscribe' from='alice@example.org' to='${BOT}'/>`],
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

describe('what everybody may ask', () => {
  test('who we are: service discovery names what we answer', async () => {
    const scene = await onStage();
    const answer = await ask(scene, 'http://jabber.org/protocol/disco#info');
    const query = answer.getChild('query');
    expect(query?.getChild('identity')?.attrs).toMatchObject({
      category: 'component',
      type: 'generic',
    });
    const features = query?.getChildren('feature').map(({ attrs }) => attrs['var']);
    expect(features?.toSorted()).toEqual([
      'http://jabber.org/protocol/disco#info',
      'http://jabber.org/protocol/disco#items',
      'jabber:iq:version',
      'urn:xmpp:ping',
      'xmpp-receipts:1',
    ]);
  });

  test('what is below us: nothing', async () => {
    const scene = await onStage();
    const answer = await ask(scene, 'http://jabber.org/protocol/disco#items');
    expect(answer.attrs['type']).toBe('result');
    expect(answer.getChild('query')?.getChildElements()).toEqual([]);
  });

  test('our version', async () => {
    const scene = await onStage();
    const query = (await ask(scene, 'jabber:iq:version')).getChild('query');
    expect(query?.getChild('name')?.getText()).toBe('xmpp-receipts');
    expect(query?.getChild('version')?.getText()).toBe(VERSION);
  });

  test('whether we are there', async () => {
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
