import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Element, element } from '../../src/protocol/xml.ts';
import { linkTo, said } from '../link/fixture.ts';
import type { Client } from '../support/client.ts';
import {
  ALICE,
  BOB,
  CAROL,
  HOST,
  type ModuleStage,
  startModuleStage,
} from '../support/module-stage.ts';
import { until } from '../support/until.ts';

/** As the administrator's commands do. */
const BAN = `[User, Host] = Args, ok = mod_admin_extra:ban_account(User, Host, <<"spam">>)`;
const SEND_AS = `[From, To, Xml] = Args, mod_admin_extra:send_stanza(From, To, Xml), ok`;

const MALLORY = `mallory@${HOST}`;

let stage: ModuleStage;
let carol: Client;

beforeAll(async () => {
  stage = await startModuleStage();
  await stage.server.register(MALLORY);
  await stage.server.befriend(ALICE, MALLORY);
  carol = await stage.login(`${CAROL}/pc`);
});

afterAll(async () => {
  await carol?.close();
  await stage?.dispose();
});

function runInside(erlang: string, ...args: readonly string[]): Promise<unknown> {
  return stage.server.runInside({ lua: '', erlang }, ...args);
}

describe('an account that an administrator has banned', () => {
  test('answers nobody: a tick that is ordered for it is forbidden', async () => {
    await stage.setPolicies({}, `${MALLORY}\tautomatic`);
    const alice = await stage.login(`${ALICE}/pc`);
    const orders: string[] = [];
    for (const id of ['before', 'after']) {
      alice.ask(MALLORY, id);
      const sent = { from: ALICE, to: MALLORY, id };
      const facts = await stage.component.waitForFact(sent, / token=/);
      const token = / token=(\S+)/.exec(facts.join(' '))?.[1];
      orders.push([id, ALICE, MALLORY, token, 'acked'].join('\t'));
    }
    const [before = '', after = ''] = orders;
    expect(await delivered(before)).toBe('1');
    await runInside(BAN, 'mallory', HOST);
    expect(await delivered(after)).toBe('0');
    await alice.close();
  });

  test('is not reminded of anything', async () => {
    const bert = `bert@${HOST}`;
    await stage.server.register(bert);
    expect(await stage.component.mayRemind(HOST, ALICE, bert)).toBe('yes');
    await runInside(BAN, 'bert', HOST);
    expect(await stage.component.mayRemind(HOST, ALICE, bert)).toBe('no-account');
  });

  async function delivered(order: string): Promise<string | undefined> {
    const answer = await stage.component.deliver(HOST, order);
    return answer.getChild('deliver', 'xmpp-receipts:feed:1')?.attrs['delivered'];
  }
});

describe('a user whose privacy list denies the messages of a sender', () => {
  test.each([
    ['by address', { type: 'jid', value: ALICE }],
    ['by domain', { type: 'jid', value: HOST }],
    ['as not subscribed', { type: 'subscription', value: 'none' }],
  ])('is not reminded of them, if that list is the default: %s', async (_, whom) => {
    const bob = await stage.login(`${BOB}/phone`);
    const ask = () => stage.component.mayRemind(HOST, ALICE, BOB);
    expect(await ask()).toBe('yes');
    const list = element(
      'list',
      { name: 'strict' },
      element('item', { ...whom, action: 'deny', order: 1 }),
    );
    for (const child of [list, element('default', { name: 'strict' })]) await order(bob, child);
    expect(await ask()).toBe('blocked');
    await order(bob, element('default', {}));
    expect(await ask()).toBe('yes');
    await bob.close();
  });

  async function order(client: Client, child: Element): Promise<void> {
    const query = element('query', { xmlns: 'jabber:iq:privacy' }, child);
    const answer = await client.request(element('iq', { type: 'set' }, query));
    expect(answer.attrs['type']).toBe('result');
  }
});

describe('a message that the server sends for a user without a session', () => {
  test('is accepted and relayed, if its recipient is on another server', async () => {
    const id = stage.newId();
    await runInside(SEND_AS, ALICE, CAROL, question(id, CAROL));
    await carol.waitForMessage(id);
    const sent = { from: ALICE, to: CAROL, id };
    await stage.component.waitForFact(sent, 'relayed');
    expect(stage.component.factsOf(sent)).toEqual(['accepted type=chat may-see=no', 'relayed']);
  });

  test('is accepted and has failed, if that server does not know the recipient', async () => {
    const id = stage.newId();
    const nobody = CAROL.replace('carol', 'nobody');
    await runInside(SEND_AS, ALICE, nobody, question(id, nobody));
    const sent = { from: ALICE, to: nobody, id };
    await stage.component.waitForFact(sent, 'failed');
    expect(stage.component.factsOf(sent).map((fact) => fact.split(' ')[0])).toEqual([
      'accepted',
      'relayed',
      'failed',
    ]);
  });

  test('is one message as before, if its recipient is here', async () => {
    const id = stage.newId();
    await runInside(SEND_AS, ALICE, BOB, question(id, BOB));
    const sent = { from: ALICE, to: BOB, id };
    const facts = await stage.component.waitForFact(sent, 'stored');
    expect(facts.map((fact) => fact.split(' ')[0])).toEqual(['accepted', 'stored', 'stored']);
  });

  function question(id: string, to: string): string {
    return `<message xmlns='jabber:client' type='chat' id='${id}' from='${ALICE}' to='${to}'><body>x</body><request xmlns='urn:xmpp:receipts'/></message>`;
  }
});

describe('a component that the server does not know', () => {
  test('is named beside the secret, because ejabberd says the same of both', async () => {
    const { link, lines } = linkTo(stage.server.ports.component);
    link.start();
    await until(() => said(lines).length > 0, 'the refusal');
    expect(said(lines)[0]).toContain(
      'ejabberd says the same if no listener has receipts.example.org among its hosts',
    );
  });
});
