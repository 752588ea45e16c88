import { expect, test } from 'vitest';
import { element } from '../../src/protocol/xml.ts';
import { COMPONENT, onStage } from '../support/scene.ts';
import { parseOne } from '../support/xml.ts';

// A server passes on stanzas of 256 KB and more, from everybody. While one is handled, nobody else is.

const BOT = `receipts@${COMPONENT}`;
const ALICE = 'alice@example.org/pc';
const STRANGER = 'eve@example.net/x';
const LONG = 250_000;
/** Of the processor, by itself. Usually it is below 80; what grows with the square takes minutes. */
const MOST_MS = 2000;

const FALLBACK = 'urn:xmpp:fallback:0';
const COMMANDS = 'http://jabber.org/protocol/commands';

const many = (text: string, bytes = LONG) => text.repeat(Math.floor(bytes / text.length));

const said = (body: string, inner = '') =>
  `<message type='chat' from='${ALICE}' to='${BOT}' id='m1'><body>${body}</body>${inner}</message>`;

const asked = (payload: string, from = ALICE, lang = 'en') =>
  `<iq type='set' id='q1' from='${from}' to='${BOT}' xml:lang='${lang}'>${payload}</iq>`;

const command = (inner: string) =>
  `<command xmlns='${COMMANDS}' node='receipts' action='complete'><x xmlns='jabber:x:data' type='submit'>${inner}</x></command>`;

const STANZAS: readonly (readonly [string, string])[] = [
  [
    'a command of a stranger in a language with very many subtags',
    asked(command(''), STRANGER, many('a-')),
  ],
  [
    'a message to the bot in such a language',
    said('help').replace('<message', `<message xml:lang='${many('a-')}'`),
  ],
  [
    'a message with very many ranges that only stand for something else',
    said(
      many('x', LONG / 2),
      `<fallback xmlns='${FALLBACK}'>${many("<body start='1' end='2'/>", LONG / 2)}</fallback>`,
    ),
  ],
  [
    'a form with very many fields of one name',
    asked(command(many("<field var='text'><value>1</value></field>"))),
  ],
  [
    'a form with very many values in one field',
    asked(command(`<field var='statuses'>${many('<value>stored</value>')}</field>`)),
  ],
  ['letters without an end', said(many('a'))],
  ['question marks without an end', said(many('?'))],
  ['spaces without an end', said(`x${many(' ')}x`)],
  ['quoted lines without an end', said(many('&gt; a\n'))],
  ['an address without an end', said(`status ${many('a@')}`)],
  ['as many letters as a command may have', said(many('policyyes', 999))],
  ['as many numbers as a command may have', said(`yes ${many('1-99 ', 990)}`)],
  ['as many Chinese words as a command may have', said(many('策略是否', 999))],
  [
    'elements in elements without an end',
    said('help', `${many('<a>', (LONG / 7) * 3)}${many('</a>', (LONG / 7) * 4)}`),
  ],
  ['very many elements beside each other', said('help', many('<a/>'))],
];

const QUERIES: readonly (readonly [string, string])[] = [
  ['a domain', `bob@${many('a.')}org`],
  ['a domain in other letters', `bob@${many('ü')}.org`],
  ['a domain of one label', `bob@${many('xn--')}`],
  ['a localpart', `${many('ß')}@example.org`],
  ['a resource', `bob@example.org/${many('x')}`],
];

async function processorMsOf(stanza: ReturnType<typeof parseOne>): Promise<number> {
  const scene = await onStage();
  const before = process.cpuUsage();
  await scene.link.receive(stanza);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

test.each(STANZAS)('%s is handled without holding up others', async (_, stanza) => {
  expect(await processorMsOf(parseOne(stanza))).toBeLessThan(MOST_MS);
});

test.each(QUERIES)(
  'a query whose recipient has %s without an end is answered without holding up others',
  async (_, recipient) => {
    const query = element('query', { xmlns: 'xmpp-receipts:1', id: 'm1', recipient });
    const iq = element('iq', { type: 'get', id: 'q1', from: ALICE, to: COMPONENT }, query);
    expect(await processorMsOf(iq)).toBeLessThan(MOST_MS);
  },
);
