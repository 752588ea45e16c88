import { describe, expect, test } from 'vitest';
import { conditionOf } from '../../../src/protocol/iq.ts';
import { NS } from '../../../src/protocol/namespaces.ts';
import type { Element } from '../../../src/protocol/xml.ts';
import {
  answerDiscoInfo,
  answerDiscoItems,
  type DiscoParts,
} from '../../../src/user/queries/disco.ts';
import { CommandDesk } from '../../support/command-desk.ts';
import { BOB } from '../../support/facts.ts';
import { parseXml, treeOf } from '../../support/xml.ts';

function discoOf(desk: CommandDesk): DiscoParts {
  const features = [NS.discoInfo, NS.commands];
  return { ...desk.users, features, botFeatures: ['urn:xmpp:receipts'] };
}

function newDesk(): CommandDesk {
  return new CommandDesk({ admins: 'admin@example.org' });
}

const BOT = 'receipts@receipts.example.org';

describe('disco#info', () => {
  test('disco#info of the domain names a component and its features', async () => {
    expect(treeOf(await info({}))).toEqual(
      tree(`
      <iq type='result' id='d1' from='receipts.example.org' to='bob@example.org/phone'>
        <query xmlns='http://jabber.org/protocol/disco#info'>
          <identity category='component' type='generic' name='Message receipts'/>
          <feature var='http://jabber.org/protocol/disco#info'/>
          <feature var='http://jabber.org/protocol/commands'/>
        </query>
      </iq>`),
    );
  });

  test('disco#info of the bot names a bot that gives receipts as well', async () => {
    expect(treeOf(await info({ to: BOT }))).toEqual(
      tree(`
      <iq type='result' id='d1' from='${BOT}' to='bob@example.org/phone'>
        <query xmlns='http://jabber.org/protocol/disco#info'>
          <identity category='client' type='bot' name='Receipts'/>
          <identity category='pubsub' type='pep'/>
          <feature var='http://jabber.org/protocol/disco#info'/>
          <feature var='http://jabber.org/protocol/commands'/>
          <feature var='urn:xmpp:receipts'/>
          <feature var='http://jabber.org/protocol/pubsub'/>
          <feature var='http://jabber.org/protocol/pubsub#retrieve-items'/>
        </query>
      </iq>`),
    );
  });

  test('disco#info of a command names a command-node with a form', async () => {
    expect(treeOf(await info({ to: BOT, node: 'policy' }))).toEqual(
      tree(`
      <iq type='result' id='d1' from='${BOT}' to='bob@example.org/phone'>
        <query xmlns='http://jabber.org/protocol/disco#info' node='policy'>
          <identity category='automation' type='command-node' name='My policy'/>
          <feature var='http://jabber.org/protocol/commands'/>
          <feature var='jabber:x:data'/>
        </query>
      </iq>`),
    );
  });

  test('disco#info of the node of commands names a command-list', async () => {
    expect(treeOf(await info({ node: NS.commands }))).toEqual(
      tree(`
      <iq type='result' id='d1' from='receipts.example.org' to='bob@example.org/phone'>
        <query xmlns='http://jabber.org/protocol/disco#info' node='http://jabber.org/protocol/commands'>
          <identity category='automation' type='command-list'/>
          <feature var='http://jabber.org/protocol/commands'/>
        </query>
      </iq>`),
    );
  });
});

describe('disco#items', () => {
  test('disco#items of the domain lists the bot', async () => {
    expect(treeOf(await items({}))).toEqual(
      tree(`
      <iq type='result' id='d1' from='receipts.example.org' to='bob@example.org/phone'>
        <query xmlns='http://jabber.org/protocol/disco#items'>
          <item jid='${BOT}' name='Receipts'/>
        </query>
      </iq>`),
    );
  });

  test('disco#items of the bot lists what can be read of it', async () => {
    expect(itemsIn(await items({ to: BOT }))).toEqual([
      { jid: BOT, node: 'urn:xmpp:avatar:metadata' },
      { jid: BOT, node: 'urn:xmpp:avatar:data' },
      { jid: BOT, node: 'urn:xmpp:vcard4' },
      { jid: BOT, node: 'http://jabber.org/protocol/nick' },
    ]);
  });

  test.each(['receipts.example.org', BOT])(
    'disco#items of the node of commands lists the commands of %s',
    async (to) => {
      expect(itemsIn(await items({ to, node: NS.commands }))).toEqual([
        { jid: to, node: 'policy', name: 'My policy' },
        { jid: to, node: 'contact-policy', name: 'Policy for a contact' },
        { jid: to, node: 'questions', name: 'My waiting questions' },
        { jid: to, node: 'status', name: 'Status of messages' },
        { jid: to, node: 'why', name: 'Why did I hear nothing?' },
        { jid: to, node: 'watch', name: 'Watch a message' },
        { jid: to, node: 'watches', name: 'What I watch' },
        { jid: to, node: 'watch-contact', name: 'Watch a contact' },
        { jid: to, node: 'receipts', name: 'Which receipts I want' },
        { jid: to, node: 'help', name: 'Help' },
      ]);
    },
  );

  test('disco#items of the node of commands lists statistics for administrators', async () => {
    const offered = itemsIn(await items({ from: 'admin@example.org/desk', node: NS.commands }));
    expect(offered.map(({ node }) => node)).toContain('statistics');
  });

  test('disco#items of the node of commands lists nothing for strangers', async () => {
    expect(itemsIn(await items({ from: 'eve@example.net/x', node: NS.commands }))).toEqual([]);
  });

  test('disco#items of a command lists nothing', async () => {
    expect(itemsIn(await items({ node: 'policy' }))).toEqual([]);
  });
});

test('disco answers with names in the language of the asking client', async () => {
  expect(itemsIn(await items({ lang: 'zh-CN' }))).toEqual([{ jid: BOT, name: '回执助手' }]);
  const [first] = itemsIn(await items({ lang: 'zh-CN', node: NS.commands }));
  expect(first?.['name']).toBe('我的回执设置');
  expect(String(await info({ lang: 'zh', node: 'policy' }))).toContain('我的回执设置');
  expect(String(await info({ lang: 'zh' }))).toContain('消息回执');
});

test('disco answers with names in the language that the user chose, whatever the client says', async () => {
  const desk = newDesk();
  await desk.choose(BOB, { language: 'zh' });
  expect(itemsIn(await items({ lang: 'en' }, desk))).toEqual([{ jid: BOT, name: '回执助手' }]);
});

test.each([
  ['a node that there is not', { node: 'launch' }, 'item-not-found', 'unknown command'],
  ['an empty node', { node: '' }, 'item-not-found', 'unknown command'],
  [
    'statistics, asked by who is no admin',
    { node: 'statistics' },
    'item-not-found',
    'unknown command',
  ],
  [
    'a command, asked by a stranger',
    { from: 'x@example.net/x', node: 'policy' },
    'forbidden',
    'strangers',
  ],
  [
    'an address that there is not',
    { to: 'alice@receipts.example.org' },
    'item-not-found',
    'unknown address',
  ],
])('disco answers by an error, and counts why: %s', async (_, asking, condition, because) => {
  const desk = newDesk();
  for (const answer of [await info(asking, desk), await items(asking, desk)]) {
    expect(answer.attrs['type']).toBe('error');
    expect(conditionOf(answer)).toBe(condition);
  }
  expect(desk.counters.all()).toEqual({ [`disco refused: ${because}`]: 2 });
});

interface Asking {
  readonly from?: string;
  readonly to?: string;
  readonly node?: string;
  readonly lang?: string;
}

function info(asking: Asking, desk = newDesk()): Promise<Element> {
  const { request, query } = asked(NS.discoInfo, asking);
  return answerDiscoInfo(request, query, discoOf(desk));
}

function items(asking: Asking, desk = newDesk()): Promise<Element> {
  const { request, query } = asked(NS.discoItems, asking);
  return answerDiscoItems(request, query, discoOf(desk));
}

function asked(xmlns: string, { from, to, node, lang }: Asking) {
  const [request] = parseXml(`
    <iq type='get' id='d1' from='${from ?? 'bob@example.org/phone'}' to='${to ?? 'receipts.example.org'}'
        ${lang === undefined ? '' : `xml:lang='${lang}'`}>
      <query xmlns='${xmlns}' ${node === undefined ? '' : `node='${node}'`}/>
    </iq>`);
  const query = request?.getChild('query');
  if (request === undefined || query === undefined) throw new Error('nothing is asked');
  return { request, query };
}

function itemsIn(answer: Element): readonly Readonly<Record<string, string | undefined>>[] {
  expect(answer.attrs['type']).toBe('result');
  return (answer.getChild('query')?.getChildren('item') ?? []).map(({ attrs }) => attrs);
}

function tree(text: string) {
  const [element] = parseXml(text);
  return element && treeOf(element);
}
