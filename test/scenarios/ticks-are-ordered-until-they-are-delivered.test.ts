import { expect, test } from 'vitest';
import type { BareJid } from '../../src/message/jid.ts';
import type { Element } from '../../src/protocol/xml.ts';
import { ALICE, accepted, BOB, fact, keyOf } from '../support/facts.ts';
import { messageLine } from '../support/feed-lines.ts';
import { onStage, type Scene, SERVER } from '../support/scene.ts';

const ORDER = 'm1\talice@example.org\tbob@example.org\ttoken1\tacked';
const FACTS = [accepted(0, { token: 'token1' }), fact('acked', 1)];

test('a tick is ordered from the recipient’s server, once', async () => {
  const scene = await onAutomaticStage();
  await scene.report(keyOf('m1'), ...FACTS);
  await scene.pass(100_000);
  expect(scene.ordered).toEqual([ORDER]);
  expect(scene.daemon.counters.all()).toMatchObject({ 'ticks delivered': 1 });
});

test.each([
  ['a reason that we know', 'blocked:1', 'blocked'],
  ['no reason, as an older module', undefined, 'not-told'],
  ['a reason of a newer module', 'moon-is-full:1', 'not-told'],
])('a tick that the server forbids with %s is not ordered again, and counted', async (...given) => {
  const [, because, reason] = given;
  const scene = await onAutomaticStage();
  scene.deliver = 'forbid';
  scene.because = because;
  await scene.report(keyOf('m1'), ...FACTS);
  await scene.pass(100_000);
  expect(scene.ordered).toEqual([ORDER]);
  expect(scene.daemon.counters.all()).toMatchObject({ [`ticks forbidden: ${reason}`]: 1 });
});

test('a sender hears the same of a yes, whether the server delivers its tick or forbids it', async () => {
  const heard = [];
  for (const deliver of ['deliver', 'forbid'] as const) {
    const scene = await onStage({ settings: { 'receipts.text': 'true' } });
    scene.deliver = deliver;
    await scene.store.preferences.change(BOB, { change: () => ({ policy: 'manual' }), now: 0 });
    await scene.report(keyOf('m1'), accepted(0, { token: 'kX2c' }), fact('acked', 1));
    await scene.pass(10_000);
    await say(scene, BOB, 'yes');
    await scene.pass(200_000);
    await say(scene, ALICE, 'why');
    expect(scene.ordered).toHaveLength(1);
    const toAlice = scene.messages.filter(({ attrs }) => attrs['to']?.startsWith(ALICE));
    heard.push(toAlice.map((it) => String(it).replaceAll(/ id='[^']*'| id="[^"]*"/g, '')));
    await scene.daemon.stop();
  }
  expect(heard[0]).toEqual(heard[1]);
  expect(heard[0]).toHaveLength(2);
  expect(heard[0]?.[0]).toContain('confirmed');
});

async function say(scene: Scene, from: string, words: string): Promise<void> {
  await scene.say(
    `<message type='chat' from='${from}/pc' to='receipts@receipts.example.org'><body>${words}</body></message>`,
  );
  await scene.pass(100);
}

test('a tick that the server answers by an error is ordered again later', async () => {
  const scene = await onAutomaticStage();
  scene.deliver = 'fail';
  await scene.report(keyOf('m1'), ...FACTS);
  await scene.pass(8000);
  expect(ordersSent(scene)).toHaveLength(1);
  expect(scene.daemon.counters.all()).toMatchObject({ 'ticks refused: service-unavailable': 1 });
  scene.deliver = 'deliver';
  await scene.pass(10_000);
  expect(scene.ordered).toEqual([ORDER]);
});

test('a tick that the server does not answer is ordered again', async () => {
  const scene = await onAutomaticStage();
  scene.deliver = 'stay silent';
  await scene.report(keyOf('m1'), ...FACTS);
  await scene.pass(20_000);
  scene.deliver = 'deliver';
  expect(scene.ordered).toEqual([]);
  await scene.pass(120_000);
  expect(scene.ordered).toEqual([ORDER]);
});

test('a server that does not answer orders holds up the ticks of no other server', async () => {
  const domains = { domains: 'a.example,b.example', disclosure: 'everyone' };
  const scene = await onStage({ settings: { ...domains, 'policy.default': 'automatic' } });
  const { answering } = scene.link;
  scene.link.answering = (iq) =>
    iq.getChild('deliver') !== undefined && iq.attrs['to'] === 'a.example'
      ? undefined
      : answering(iq);
  const deliver = async (domain: string) => {
    const key = keyOf('m1', `alice@${domain}` as BareJid, `bob@${domain}` as BareJid);
    await scene.feed([messageLine(key, FACTS)], { from: domain });
  };
  await deliver('a.example');
  await scene.pass(6000);
  await deliver('b.example');
  await scene.pass(7000);
  expect(scene.ordered).toEqual(['m1\talice@b.example\tbob@b.example\ttoken1\tacked']);
});

test('a tick is ordered when the link is up again', async () => {
  const scene = await onAutomaticStage();
  await scene.report(keyOf('m1'), ...FACTS);
  scene.link.drop();
  await scene.pass(60_000);
  expect(scene.ordered).toEqual([]);
  await scene.connect();
  await scene.pass(60_000);
  expect(scene.ordered).toEqual([ORDER]);
});

test('no tick is ordered while the server has more to tell, or if that is the client’s answer', async () => {
  const scene = await onAutomaticStage();
  scene.module.waiting = 1;
  await scene.feed([messageLine(keyOf('m1'), FACTS)], { waiting: '1' });
  await scene.pass(60_000);
  expect(scene.ordered).toEqual([]);
  scene.module.waiting = 0;
  await scene.report(keyOf('m1'), fact('received', 2));
  await scene.pass(60_000);
  expect(scene.ordered).toEqual([]);
});

test('a tick is ordered from the server of the recipient, not from that of the sender', async () => {
  const scene = await onAutomaticStage({ domains: `${SERVER},example.net` });
  const key = keyOf('m1', ALICE, 'bob@example.net' as BareJid);
  await scene.feed([messageLine(key, FACTS)], { from: 'example.net' });
  await scene.pass(60_000);
  expect(ordersSent(scene).map(({ attrs }) => attrs['to'])).toEqual(['example.net']);
});

function onAutomaticStage(settings: Readonly<Record<string, string>> = {}): Promise<Scene> {
  return onStage({ settings: { 'policy.default': 'automatic', ...settings } });
}

function ordersSent(scene: Scene): readonly Element[] {
  return scene.link.sent.filter((stanza) => stanza.getChild('deliver') !== undefined);
}
