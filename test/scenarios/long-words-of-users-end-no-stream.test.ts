import { expect, test } from 'vitest';
import { wellFormed } from '../../src/link/well-formed.ts';
import { LEAST_LIMIT } from '../../src/protocol/limits.ts';
import { onStage } from '../support/scene.ts';

const COMPONENT = 'receipts.example.org';
const BOT = `receipts@${COMPONENT}`;
const FROM = "from='alice@example.org/pc'";
/** Longer than the shortest limit of a server, and six times as long in XML as we write it. */
const LONG = '&quot;'.repeat(LEAST_LIMIT);
const INFO = 'http://jabber.org/protocol/disco#info';
const COMMANDS = 'http://jabber.org/protocol/commands';

const iq = (type: string, payload: string, id = 'x') =>
  `<iq ${FROM} to='${COMPONENT}' type='${type}' id='${id}'>${payload}</iq>`;
const chat = (inner: string, id = 'x') =>
  `<message ${FROM} to='${BOT}' type='chat' id='${id}'>${inner}</message>`;

test.each([
  [
    'the address',
    `<message from='alice@example.org/${LONG}' to='${BOT}' type='chat'><body>policy</body></message>`,
  ],
  ['the id of a request', iq('get', `<query xmlns='${INFO}'/>`, LONG)],
  ['the id of a request that is refused', iq('set', "<unknown xmlns='x:y'/>", LONG)],
  ['a node', iq('get', `<query xmlns='${INFO}' node='${LONG}'/>`)],
  ['a request that nobody knows', iq('set', `<unknown xmlns='x:y'>${LONG}</unknown>`)],
  ['the node of a command', iq('set', `<command xmlns='${COMMANDS}' node='${LONG}'/>`)],
  [
    'the number of a session',
    iq('set', `<command xmlns='${COMMANDS}' node='policy' sessionid='${LONG}'/>`),
  ],
  [
    'the id in a query',
    iq('get', `<query xmlns='xmpp-receipts:1' recipient='bob@example.org' id='${LONG}'/>`),
  ],
  [
    'the address in a query',
    iq('get', `<query xmlns='xmpp-receipts:1' recipient='${LONG}@example.org' id='a'/>`),
  ],
  ['the id of a message', chat('<body>policy</body>', LONG)],
  ['a thread', chat(`<body>policy</body><thread>${LONG}</thread>`)],
  [
    'the name of a language',
    `<message xml:lang='${LONG}' ${FROM} to='${BOT}' type='chat'><body>policy</body></message>`,
  ],
  ['an address in a command', chat(`<body>status ${LONG}@example.org</body>`)],
  ['an exception', chat(`<body>policy for ${LONG}@example.org refuse</body>`)],
  ['a message', chat(`<body>${LONG}</body>`)],
  ['the id of presence', `<presence ${FROM} to='${BOT}' type='subscribe' id='${LONG}'/>`],
])('%s may be long, and no stanza of ours is', async (_, stanza) => {
  const scene = await onStage();
  await scene.say(stanza);
  await scene.pass(10_000);
  const sizes = scene.link.sent.map((it) => Buffer.byteLength(wellFormed(it)));
  expect(Math.max(...sizes)).toBeLessThanOrEqual(LEAST_LIMIT);
  expect(scene.complaints).toEqual([]);
});

test('a request whose answer would have to be long is counted as ignored', async () => {
  const scene = await onStage();
  await scene.say(iq('get', `<query xmlns='${INFO}'/>`, LONG));
  expect(scene.daemon.counters.all()).toEqual({ 'stanzas ignored: too long': 1 });
});

test('a long number of a session is not said again, and the command is answered', async () => {
  const scene = await onStage();
  const command = `<command xmlns='${COMMANDS}' node='policy' sessionid='${LONG}'/>`;
  const answer = await scene.ask(iq('set', command));
  expect(answer.attrs['type']).toBe('result');
  expect(answer.getChild('command')?.attrs['sessionid']).not.toBe(LONG);
});
