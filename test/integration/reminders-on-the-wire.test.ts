import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readCounts } from '../../src/protocol/module-counts.ts';
import { type Element, element } from '../../src/protocol/xml.ts';
import type { Client } from '../support/client.ts';
import { outcomeOf } from '../support/feed-component.ts';
import {
  ALICE,
  BOB,
  CAROL,
  COMPONENT,
  DORA,
  HOST,
  type ModuleStage,
  startModuleStage,
} from '../support/module-stage.ts';

const FEED = 'xmpp-receipts:feed:1';
const EVE = `eve@${HOST}`;

let stage: ModuleStage;
let alice: Client;
let bob: Client;
let carol: Client;

beforeAll(async () => {
  stage = await startModuleStage();
  await stage.server.register(EVE);
  ({ alice, bob, carol } = await stage.loginAll());
});

afterAll(() => stage?.dispose());

/** `yes`, or why not. */
function mayRemind(sender = ALICE, recipient = BOB): Promise<string | undefined> {
  return stage.component.mayRemind(HOST, sender, recipient);
}

describe('what a message says of the time that its sender waits', () => {
  /** The details of `accepted` of a message with that `<report/>`. */
  async function acceptedWith(report: string, { from = alice, to = BOB } = {}): Promise<string> {
    const id = stage.newId();
    const asks = "<body>x</body><request xmlns='urn:xmpp:receipts'/>";
    from.send(stage.chat(to, `${asks}<report xmlns='xmpp-receipts:1'${report}/>`, id));
    const sent = { from: from.bareJid, to, id };
    const [accepted = ''] = await stage.component.waitForFact(sent, 'accepted');
    return accepted.replace(/.* may-see=\w+/, '').trim();
  }

  test.each([
    [`within='PT30M'`, 'within=1800'],
    [`within='P1DT1H1M1S' until='displayed'`, 'within=90061 until=displayed'],
    [`statuses='stored failed' within='PT1S'`, 'report=stored,failed within=1'],
    [`within='P30D'`, 'within=2592000'],
    [`within='P31D' until='displayed'`, ''],
    [`within='half an hour' statuses='failed'`, 'report=failed'],
    [`statuses=''`, 'report='],
    ['', 'report='],
  ])('<report %s/> is told as: %s', async (report, details) => {
    expect(await acceptedWith(` ${report}`)).toBe(details);
  });

  test('it is told of a message that comes from another server, too', async () => {
    const report = ` within='PT30M' until='received'`;
    const told = await acceptedWith(report, { from: carol, to: BOB });
    expect(told).toBe('within=1800 until=received');
  });
});

describe('may the bot remind', () => {
  test('the module says in its hello that it can be asked', async () => {
    expect(await stage.hello()).toMatchObject({ orders: 'may-remind' });
  });

  test.each([
    ['client', 'yes'],
    ['automatic', 'yes'],
    ['manual', 'yes'],
    ['refuse', 'policy'],
  ])('a recipient whose policy is %s: %s', async (policy, answer) => {
    await stage.setPolicies({}, `${BOB}\t${policy}`);
    expect(await mayRemind()).toBe(answer);
    await stage.setPolicies({ default: policy });
    expect(await mayRemind()).toBe(answer);
    await stage.setPolicies({ default: policy, locked: 'yes' }, `${BOB}\tautomatic`);
    expect(await mayRemind()).toBe(answer);
  });

  test.each([
    ['that sender', `refuse ${ALICE}`],
    ['the domain of that sender', `refuse ${HOST}`],
  ])('a recipient who refuses %s alone: no; for others: yes', async (_, exception) => {
    const others = exception.includes('@') ? [EVE, DORA, CAROL] : [DORA, CAROL];
    await stage.setPolicies({}, `${BOB}\tautomatic\t${exception}`);
    expect(await mayRemind()).toBe('policy');
    for (const other of others) expect(await mayRemind(other)).toBe('yes');
    await stage.setPolicies({}, `${BOB}\trefuse\tmanual ${ALICE}`);
    expect(await mayRemind()).toBe('yes');
    expect(await mayRemind(EVE)).toBe('policy');
  });

  test.each([ALICE, HOST])('a recipient who blocks %s: no, until it is unblocked', async (whom) => {
    await stage.setPolicies({});
    await bob.block(whom);
    expect(await mayRemind()).toBe('blocked');
    expect(await mayRemind(CAROL)).toBe('yes');
    await bob.unblock(whom);
    expect(await mayRemind()).toBe('yes');
  });

  test('an account that is deleted, or never was: no', async () => {
    const late = `late@${HOST}`;
    await stage.server.register(late);
    expect(await mayRemind(ALICE, late)).toBe('yes');
    await stage.server.deleteUser(late);
    expect(await mayRemind(ALICE, late)).toBe('no-account');
    expect(await mayRemind(ALICE, `nobody@${HOST}`)).toBe('no-account');
  });

  test.each([
    ['on another server', ALICE, CAROL],
    ['on another host of the server', ALICE, DORA],
    ['that is the host', ALICE, HOST],
    ['that is the component', ALICE, COMPONENT],
    ['that is no address', ALICE, '@'],
    ['beside a sender that is no address', '@', BOB],
  ])('a recipient %s: no', async (_, sender, recipient) => {
    expect(await mayRemind(sender, recipient)).toBe('bad-order');
    expect(await stage.server.log()).not.toContain('traceback');
  });

  test.each(['', ALICE, `${ALICE}\t${BOB}\tmore`, `${ALICE}\t${BOB}\n${ALICE}\t${BOB}`])(
    'a line that is none of two addresses: no (%j)',
    async (line) => {
      const answer = await stage.component.order(HOST, mayRemindElement(line));
      expect(answer.getChild('may-remind', FEED)?.attrs['because']).toBe('bad-order');
    },
  );

  test('nobody gets anything because the component has asked', async () => {
    const since = bob.mark();
    for (let times = 0; times < 3; times += 1) expect(await mayRemind()).toBe('yes');
    const after = stage.newId();
    alice.send(element('message', { to: BOB, id: after, type: 'chat' }));
    await bob.waitForMessage(after, { since });
    const got = bob.received.slice(since).map(({ attrs }) => attrs['id']);
    expect(got).toEqual([after]);
  });

  test('the answer of a server that has started anew is the one that holds', async () => {
    await stage.setPolicies({}, `${BOB}\tclient\trefuse ${ALICE}`);
    await stage.server.reloadModule(HOST, 'receipts');
    expect(await mayRemind()).toBe('policy');
    await stage.setPolicies({});
  });
});

describe('who may ask', () => {
  const refusedOrders = async () => readCounts((await stage.hello())['counts'])['orders-refused'];

  test.each([
    ['the host', HOST],
    ['the recipient', BOB],
    ['the sender', ALICE],
  ])('not a user, whether the order is for %s', async (_, to) => {
    const before = (await refusedOrders()) ?? 0;
    const iq = element('iq', { type: 'set', to }, mayRemindElement(`${ALICE}\t${BOB}`));
    const answer = await alice.request(iq);
    expect(answer.attrs['type']).toBe('error');
    expect(answer.toString()).not.toMatch(/because|>yes<|>no</);
    if (to === HOST) {
      expect(outcomeOf(answer)).toBe('forbidden');
      expect(await refusedOrders()).toBe(before + 1);
    }
  });

  test('not another component in its own name, which is counted', async () => {
    const before = (await refusedOrders()) ?? 0;
    const gateway = await stage.connectGateway();
    const answer = await gateway.order(HOST, mayRemindElement(`${ALICE}\t${BOB}`));
    expect(outcomeOf(answer)).toBe('forbidden');
    expect(await refusedOrders()).toBe(before + 1);
    await gateway.close();
  });

  test('not another server, which is counted', async () => {
    const before = (await refusedOrders()) ?? 0;
    const iq = element('iq', { type: 'set', to: HOST }, mayRemindElement(`${ALICE}\t${BOB}`));
    expect(outcomeOf(await carol.request(iq))).toBe('forbidden');
    expect(await refusedOrders()).toBe(before + 1);
  });
});

function mayRemindElement(line: string): Element {
  return element('may-remind', { xmlns: FEED }, line);
}
