import { expect, test } from 'vitest';
import { conditionOf } from '../../src/protocol/iq.ts';
import type { Element } from '../../src/protocol/xml.ts';
import { onBreakableStage } from '../support/breakable-stage.ts';
import type { BreakableStore } from '../support/breakable-store.ts';
import { accepted, fact, keyOf } from '../support/facts.ts';
import { messageLine } from '../support/feed-lines.ts';
import { COMPONENT, onStage, type Scene, SERVER } from '../support/scene.ts';

const ALICE = 'alice@example.org/pc';
const BOT = `receipts@${COMPONENT}`;

const QUERY = `<query xmlns='xmpp-receipts:1' id='m1' recipient='bob@example.org'/>`;
const INFO = `<query xmlns='http://jabber.org/protocol/disco#info'/>`;
const ITEMS = `<query xmlns='http://jabber.org/protocol/disco#items'/>`;
const COMMANDS = `<query xmlns='http://jabber.org/protocol/disco#items' node='http://jabber.org/protocol/commands'/>`;
const VERSION = `<query xmlns='jabber:iq:version'/>`;
const PING = `<ping xmlns='urn:xmpp:ping'/>`;
const COMMAND = `<command xmlns='http://jabber.org/protocol/commands' node='policy'/>`;
const FACTS = `<facts xmlns='xmpp-receipts:feed:1' waiting='0'>${messageLine(keyOf('m1'), [accepted()])}</facts>`;
const UNKNOWN = `<weather xmlns='urn:example:weather'/>`;

/** Every kind of request that we know: its name, its type, who sends it, and what it holds. */
const REQUESTS = [
  ['a status query', 'get', ALICE, QUERY],
  ['disco#info', 'get', ALICE, INFO],
  ['disco#items', 'get', ALICE, ITEMS],
  ['the list of commands', 'get', ALICE, COMMANDS],
  ['a version request', 'get', ALICE, VERSION],
  ['a ping', 'get', ALICE, PING],
  ['a command', 'set', ALICE, COMMAND],
  ['a batch of facts', 'set', SERVER, FACTS],
] as const;

test.each([
  ['a status query', QUERY],
  ['disco#info', INFO],
  ['disco#items', ITEMS],
  ['the list of commands', COMMANDS],
])(
  'while the store fails, %s is answered by internal-server-error, to be tried again',
  async (_, payload) => {
    const { scene } = await withBrokenStore();
    const answer = await scene.ask(iq({ payload }));
    expect(errorIn(answer)).toEqual({ type: 'wait', condition: 'internal-server-error' });
    expect(answer.attrs).toMatchObject({ from: BOT, to: ALICE });
    expect(scene.complaints).not.toEqual([]);
  },
);

test.each([
  ['a command', 'set', ALICE, COMMAND],
  ['a batch of facts', 'set', SERVER, FACTS],
] as const)(
  'while the store fails, %s is answered by an error, to be tried again',
  async (_, type, from, payload) => {
    const { scene } = await withBrokenStore();
    const answer = await scene.ask(iq({ type, from, payload }));
    expect(errorIn(answer).type).toBe('wait');
  },
);

test('when the store works again, the same query is answered by the status', async () => {
  const { scene, breakable } = await withBrokenStore();
  await scene.ask(iq({ payload: QUERY }));
  breakable.isBroken = false;
  const answer = await scene.ask(iq({ payload: QUERY }));
  expect(answer.getChild('query')?.getChild('receipt')?.attrs).toMatchObject({ status: 'stored' });
});

test('while the store fails, an error for a receipt of ours is logged as a failure of the store', async () => {
  const { scene } = await withBrokenStore();
  const [receipt] = scene.messages;
  await scene.say(
    `<message type='error' id='${receipt?.attrs['id']}' from='alice@example.org' to='${BOT}'/>`,
  );
  expect(scene.complaints).not.toEqual([]);
});

test.each([
  ['no child', ''],
  ['two children that we know', PING + VERSION],
  ['the same child twice', PING + PING],
  ['a child that we know and one that we do not', PING + UNKNOWN],
  ['a child that we do not know and one that we know', UNKNOWN + PING],
])('a request with %s is answered by bad-request', async (_, payload) => {
  const scene = await onStage();
  const answer = await scene.ask(iq({ payload }));
  expect(errorIn(answer)).toEqual({ type: 'modify', condition: 'bad-request' });
});

test('of a request with two children neither is carried out', async () => {
  const scene = await onStage();
  await scene.ask(iq({ type: 'set', from: SERVER, to: COMPONENT, payload: FACTS + UNKNOWN }));
  expect(await scene.store.records.find(keyOf('m1'))).toBeUndefined();
});

test.each(REQUESTS)(
  '%s to an address that does not exist is answered by service-unavailable',
  async (_, type, from, payload) => {
    const scene = await onStage();
    const to = `nobody@${COMPONENT}`;
    const answer = await scene.ask(iq({ type, from, to, payload }));
    expect(errorIn(answer)).toEqual({ type: 'cancel', condition: 'service-unavailable' });
    expect(answer.attrs).toMatchObject({ from: to, to: from });
    expect(await scene.store.records.find(keyOf('m1'))).toBeUndefined();
  },
);

test.each([
  ['nobody there', { to: `nobody@${COMPONENT}`, payload: PING }],
  ['not one child', { payload: PING + PING }],
  ['unknown request', { payload: UNKNOWN }],
])('a request that is refused is counted with the reason: %s', async (why, request) => {
  const scene = await onStage();
  await scene.ask(iq(request));
  expect(scene.daemon.counters.all()).toEqual({ [`requests refused: ${why}`]: 1 });
});

/** A stage on which alice has a receipt already, and where the store fails from now on. */
async function withBrokenStore(): Promise<{ scene: Scene; breakable: BreakableStore }> {
  const { scene, breakable } = await onBreakableStage();
  await scene.report(keyOf('m1'), accepted(), fact('stored', 1));
  await scene.pass(500);
  breakable.isBroken = true;
  return { scene, breakable };
}

interface Iq {
  readonly type?: 'get' | 'set';
  readonly from?: string;
  readonly to?: string;
  readonly payload: string;
}

function iq({ type = 'get', from = ALICE, to = BOT, payload }: Iq): string {
  return `<iq type='${type}' from='${from}' to='${to}'>${payload}</iq>`;
}

function errorIn(answer: Element) {
  expect(answer.attrs['type']).toBe('error');
  return { type: answer.getChild('error')?.attrs['type'], condition: conditionOf(answer) };
}
