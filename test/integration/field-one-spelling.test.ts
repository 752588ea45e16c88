import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Element, element } from '../../src/protocol/xml.ts';
import { asked, command, say, ticksFor } from '../support/bot-chat.ts';
import { type Client, login } from '../support/client.ts';
import { expectLasting } from '../support/lasting.ts';
import {
  AFTER_GRACE_MS,
  COMPONENT,
  type Stage,
  startStage,
  waitForReceipt,
} from '../support/stage.ts';

const U_LABEL = 'bücher.test';
const A_LABEL = 'xn--bcher-kva.test';

const SPELLINGS = [
  U_LABEL,
  A_LABEL,
  'XN--BCHER-KVA.TEST',
  'BÜCHER.test',
  'bu\u0308cher.test',
  'ｂücher.test',
  'bücher.test.',
];

describe.each([U_LABEL, A_LABEL])('a server with the host %s', (host) => {
  let stage: Stage;
  let alice: Client;
  let bob: Client;
  let count = 0;

  beforeAll(async () => {
    stage = await startStage({ hosts: [{ name: host }, { name: 'plain.test' }] });
    alice = await enter(`alice@${host}`, 'pc', false);
    bob = await enter('bob@plain.test', 'phone', true);
    await stage.server.befriend(alice.bareJid, bob.bareJid);
  });

  afterAll(() => stage?.dispose());

  async function enter(jid: string, resource: string, autoReceipt: boolean): Promise<Client> {
    await stage.server.register(jid);
    const port = stage.server.ports.c2s;
    return login({ port, jid: `${jid}/${resource}`, autoReceipt });
  }

  /** So many ticks the sender has in the end. */
  async function expectTicks(from: Client, to: Client, expected: number): Promise<void> {
    count += 1;
    const id = `m${count}`;
    from.ask(to.bareJid, id);
    await to.waitForMessage(id);
    await expectLasting(() => ticksFor(from, id).length, expected, AFTER_GRACE_MS);
  }

  test('without a policy the contact has a tick', async () => {
    await expectTicks(alice, bob, 1);
  });

  test.each(SPELLINGS)(
    'a policy for the domain, or for a contact, written %s is enforced',
    async (domain) => {
      for (const peer of [domain, `alice@${domain}`]) {
        expect(await say(bob, `policy for ${peer} refuse`)).toContain('From now on this holds');
        await expectTicks(alice, bob, 0);
        expect(await say(bob, `policy for ${peer} default`)).toContain('From now on this holds');
      }
      await expectTicks(alice, bob, 1);
    },
  );

  test.each(SPELLINGS)('a policy set by form for %s is enforced', async (domain) => {
    await command(bob, 'contact-policy');
    await command(bob, 'contact-policy', { contact: `alice@${domain}`, policy: 'refuse' });
    await expectTicks(alice, bob, 0);
    await command(bob, 'contact-policy', { contact: `alice@${domain}`, policy: 'default' });
    await expectTicks(alice, bob, 1);
  });

  test.each(SPELLINGS)('a query finds the message to alice@%s', async (domain) => {
    bob.ask(alice.bareJid, `q-${domain}`);
    await alice.waitForMessage(`q-${domain}`);
    await waitForReceipt(bob, `q-${domain}`, 'sent');
    const answer = await query(`alice@${domain}`, `q-${domain}`);
    expect(answer.attrs['type']).toBe('result');
    expect(await say(bob, `status alice@${domain} q-${domain}`)).toContain(`alice@`);
  });

  function query(recipient: string, id: string): Promise<Element> {
    const question = element('query', { xmlns: 'xmpp-receipts:1', id, recipient });
    return bob.request(element('iq', { type: 'get', to: COMPONENT }, question));
  }

  test('users of that host set policies, are asked, and get receipts', async () => {
    const carol = await enter(`carol@${host}`, 'phone', true);
    await stage.server.befriend(carol.bareJid, bob.bareJid);
    expect(await say(carol, 'policy manual')).toContain('From now on this holds');
    const since = carol.mark();
    bob.ask(carol.bareJid, 'asked');
    await waitForReceipt(bob, 'asked', 'sent');
    await asked(carol, since);
    expect(await say(carol, 'yes')).toContain('Thank you');
    await waitForReceipt(bob, 'asked', 'confirmed');
    await expectLasting(() => ticksFor(bob, 'asked'), [carol.bareJid], AFTER_GRACE_MS);
    await carol.close();
  });
});
