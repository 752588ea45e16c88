import { expect, test } from 'vitest';
import type { BareJid } from '../../src/message/jid.ts';
import { conditionOf, errorOf } from '../../src/protocol/iq.ts';
import { MAX_FROM_STRANGERS, MAX_PER_RECIPIENT } from '../../src/store/question-store.ts';
import { onBreakableStage } from '../support/breakable-stage.ts';
import { accepted, BOB, fact, keyOf } from '../support/facts.ts';
import { messageLine } from '../support/feed-lines.ts';
import { presence } from '../support/presences.ts';
import { COMPONENT, onStage, type Scene } from '../support/scene.ts';

const ALICE = 'alice@example.org/pc';
const STRANGER = 'eve@example.net/x';
const QUERY = `<query xmlns='xmpp-receipts:1' id='m1' recipient='bob@example.org'/>`;
const INCOMPLETE = `<query xmlns='xmpp-receipts:1' id='m1'/>`;

test.each([
  ['of a stranger', 'strangers', STRANGER, QUERY],
  ['without a recipient', 'incomplete', ALICE, INCOMPLETE],
  ['about a message that is not known', 'unknown message', ALICE, QUERY],
])('a status query %s is counted as refused: %s', async (_, because, from, query) => {
  const scene = await onStage();
  await scene.ask(`<iq type='get' from='${from}' to='${COMPONENT}'>${query}</iq>`);
  expect(scene.daemon.counters.all()).toEqual({ [`queries refused: ${because}`]: 1 });
});

test.each([
  ['info', 'about a command that is not offered', 'unknown command', ALICE, 'weather'],
  ['items', 'about a command that is not offered', 'unknown command', ALICE, 'weather'],
  ['info', 'of a stranger about a command', 'strangers', STRANGER, 'policy'],
  ['items', 'of a stranger about a command', 'strangers', STRANGER, 'policy'],
])('disco#%s %s is counted as refused: %s', async (kind, _, because, from, node) => {
  const scene = await onStage();
  const query = `<query xmlns='http://jabber.org/protocol/disco#${kind}' node='${node}'/>`;
  await scene.ask(`<iq type='get' from='${from}' to='${COMPONENT}'>${query}</iq>`);
  expect(scene.daemon.counters.all()).toEqual({ [`disco refused: ${because}`]: 1 });
});

test('a batch that the store does not take is counted as refused', async () => {
  const { scene, breakable } = await onBreakableStage();
  breakable.isBroken = true;
  const answer = await scene.report(keyOf('m1'), accepted());
  expect(answer.getChild('error')?.attrs['type']).toBe('wait');
  expect(scene.daemon.counters.all()).toEqual({ 'batches refused: not committed': 1 });
});

test('a request whose answer is longer than the server takes gets an error, and is counted as refused', async () => {
  const scene = await onStage();
  scene.link.limit(600);
  const commands = 'http://jabber.org/protocol/commands';
  const disco = `<query xmlns='http://jabber.org/protocol/disco#items' node='${commands}'/>`;
  const answer = await scene.ask(`<iq type='get' from='${ALICE}' to='${COMPONENT}'>${disco}</iq>`);
  expect(conditionOf(answer)).toBe('resource-constraint');
  expect(scene.daemon.counters.all()).toEqual({ 'requests refused: answer too long': 1 });
});

test('an answer that finds the link down is counted as not sent', async () => {
  const scene = await onStage();
  const answered = scene.say(
    `<iq type='get' id='p1' from='${ALICE}' to='${COMPONENT}'><ping xmlns='urn:xmpp:ping'/></iq>`,
  );
  scene.link.drop();
  await answered;
  expect(scene.daemon.counters.all()).toEqual({ 'replies not sent': 1 });
});

test('an apology of the bot that finds the link down is counted as not sent', async () => {
  const { scene, breakable } = await onBreakableStage();
  breakable.isBroken = true;
  const said = scene.say(
    `<message type='chat' from='${ALICE}' to='receipts@${COMPONENT}'><body>policy</body></message>`,
  );
  scene.link.drop();
  await said;
  expect(scene.daemon.counters.all()).toMatchObject({
    'commands failed': 1,
    'replies not sent': 1,
  });
});

test('an error of a stranger, whom we never wrote to, is counted as ignored', async () => {
  const scene = await onStage();
  await scene.say(`<message type='error' id='m1' from='${STRANGER}' to='${COMPONENT}'/>`);
  expect(scene.daemon.counters.all()).toEqual({ 'stanzas ignored: strangers': 1 });
});

test.each([
  ['an error message', `<message type='error' id='m1' from='${ALICE}' to='${COMPONENT}'/>`],
  ['a result', `<iq type='result' id='m1' from='${ALICE}' to='${COMPONENT}'/>`],
  ['an error', `<iq type='error' id='m1' from='${ALICE}' to='${COMPONENT}'/>`],
])('%s for nothing that we sent is counted as ignored', async (_, stanza) => {
  const scene = await onStage();
  await scene.say(stanza);
  expect(scene.daemon.counters.all()).toEqual({ 'stanzas ignored: answers nothing': 1 });
});

test.each([
  ['a stranger to the bot', 'strangers', 'eve@example.net', undefined],
  ['a user to an address that there is not', 'nobody there', ALICE, `other@${COMPONENT}`],
])('presence of %s is counted as ignored: %s', async (_, because, from, to) => {
  const scene = await onStage();
  await presence(scene, 'subscribe', from, to);
  expect(scene.daemon.counters.all()).toEqual({ [`presence ignored: ${because}`]: 1 });
});

test('presence of a user to the bot is not counted as ignored, also where it needs no answer', async () => {
  const scene = await onStage();
  await presence(scene, 'subscribe', 'alice@example.org');
  await presence(scene, 'unavailable', ALICE);
  expect(scene.daemon.counters.all()).toEqual({});
});

test('a message that could not be handled, because the store fails, is counted', async () => {
  const { scene, breakable } = await onBreakableStage();
  breakable.isBroken = true;
  await scene.say(`<message type='error' id='r-1' from='${ALICE}' to='${COMPONENT}'/>`);
  expect(scene.daemon.counters.all()).toEqual({ 'messages failed': 1 });
  expect(scene.complaints).toContain(
    'a message could not be handled and is dropped; the error says why',
  );
});

test('policies that a server does not take are counted by the condition of its error', async () => {
  const scene = await onStage();
  scene.link.drop();
  scene.policies.version = '';
  scene.policies.take = (iq) => errorOf(iq, { type: 'auth', condition: 'forbidden' });
  await scene.connect();
  await scene.pass(100);
  expect(scene.daemon.counters.all()).toEqual({ 'policies refused: forbidden': 1 });
});

test.each([
  ['strangers', MAX_FROM_STRANGERS, false, 'too many from strangers'],
  ['contacts', MAX_PER_RECIPIENT, true, 'too many'],
])(
  'a message of one of too many %s is not asked about, and counted and logged with its reason',
  async (_, limit, maySee, because) => {
    const scene = await onStage({ settings: { 'policy.default': 'manual' } });
    const keys = Array.from({ length: limit + 1 }, (_, n) =>
      keyOf('m1', `s${n}@example.net` as BareJid),
    );
    await scene.feed(
      keys.map((key, n) => messageLine(key, [accepted(n, { maySee }), fact('acked', n + 1)])),
    );
    expect(await scene.store.questions.waiting(BOB)).toHaveLength(limit);
    expect(scene.daemon.counters.all()).toMatchObject({ [`questions not asked: ${because}`]: 1 });
    expect(linesAboutQuestions(scene)).toEqual([{ ...keys.at(-1), because }]);
  },
);

function linesAboutQuestions({ lines }: Scene): readonly unknown[] {
  return lines
    .filter(({ msg }) => msg === 'a recipient is not asked about a message')
    .map((line) => {
      const { sender, recipient, id, because } = { because: '', ...keyOf(''), ...line };
      return { sender, recipient, id, because };
    });
}
