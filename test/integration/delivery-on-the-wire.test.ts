import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Element, element } from '../../src/protocol/xml.ts';
import type { Client } from '../support/client.ts';
import { outcomeOf } from '../support/feed-component.ts';
import { escaped } from '../support/feed-lines.ts';
import {
  ALICE,
  BOB,
  CAROL,
  DORA,
  HOST,
  type ModuleStage,
  startModuleStage,
} from '../support/module-stage.ts';

const EVE = `eve@${HOST}`;
const FEED = 'xmpp-receipts:feed:1';

let stage: ModuleStage;
let alice: Client;
let bob: Client;

/** Sends bob a message, and resolves with the token of its acceptance. */
async function tokenFrom(sender: Client, id: string, to = BOB): Promise<string> {
  sender.ask(to, id);
  const sent = { from: sender.bareJid, to, id: escaped(id) };
  const facts = await stage.component.waitForFact(sent, / token=/);
  return / token=(\S+)/.exec(facts.join(' '))?.[1] ?? 'none';
}

interface Order {
  readonly id: string;
  readonly token: string;
  readonly from?: string;
  readonly to?: string;
  readonly reason?: string;
}

function line({ id, token, from = ALICE, to = BOB, reason = 'acked' }: Order): string {
  return [escaped(id), from, to, token, reason].join('\t');
}

/** What became of so many orders: `delivered, forbidden`. */
async function deliver(...lines: readonly string[]): Promise<readonly (string | undefined)[]> {
  const answer = await stage.component.deliver(HOST, ...lines);
  const { delivered, forbidden } = answer.getChild('deliver', FEED)?.attrs ?? {};
  return [delivered, forbidden];
}

/** Why lines of such an order are forbidden, each reason with its number. */
async function whyForbidden(...lines: readonly string[]): Promise<string | undefined> {
  const answer = await stage.component.deliver(HOST, ...lines);
  return answer.getChild('deliver', FEED)?.attrs['because'];
}

const isTick = (id: string) => (stanza: Element) =>
  stanza.getChild('received', 'urn:xmpp:receipts')?.attrs['id'] === id;

const waitForTick = (client: Client, id: string) => client.waitFor(isTick(id));

/** Resolves when it is certain that no tick has come: what is sent after it has. */
async function expectNoTick(client: Client, id: string): Promise<void> {
  const after = stage.newId();
  bob.send(element('message', { to: client.bareJid, id: after, type: 'chat' }));
  await client.waitForMessage(after);
  expect(client.received.filter(isTick(id))).toEqual([]);
}

/** Resolves when whatever an order could make the module report has been reported. */
async function expectNoFacts(id: string, token: string): Promise<void> {
  await sleep(100);
  const kinds = stage.component.factsUnder(id).map((fact) => fact.split(' ')[0]);
  expect(kinds).not.toContain('received');
  expect(stage.component.factsUnder(token)).toEqual([]);
}

async function enter(): Promise<void> {
  alice = await stage.login(`${ALICE}/pc`);
  bob = await stage.login(`${BOB}/phone`, { carbons: true });
}

beforeAll(async () => {
  stage = await startModuleStage();
  await stage.server.register(EVE);
  for (const friend of [ALICE, DORA, CAROL]) await stage.server.befriend(friend, BOB);
  await enter();
});

afterAll(async () => {
  await Promise.all([alice, bob].map((client) => client?.close()));
  await stage?.dispose();
});

describe('ticks', () => {
  beforeAll(() => stage.setPolicies({}, `${BOB}\tautomatic`));

  test('a tick that is ordered comes from the recipient, and is not reported as a fact', async () => {
    const id = stage.newId();
    const token = await tokenFrom(alice, id);
    expect(await deliver(line({ id, token }))).toEqual(['1', '0']);
    const tick = await waitForTick(alice, id);
    expect(tick.attrs).toMatchObject({ from: BOB, to: ALICE, type: 'chat', id: token });
    expect(tick.getChild('store', 'urn:xmpp:hints')).toBeDefined();
    expect(tick.getChild('request')).toBeUndefined();
    await expectNoFacts(id, token);
  });

  test('a tick is in the archive of the sender, and the recipient’s devices and archive have none', async () => {
    const id = stage.newId();
    const since = bob.mark();
    const token = await tokenFrom(alice, id);
    await deliver(line({ id, token }));
    await waitForTick(alice, id);
    expect((await alice.catchUp()).filter(isTick(id))).toHaveLength(1);
    expect((await bob.catchUp()).filter(isTick(id))).toEqual([]);
    const carbons = bob.received.slice(since).filter((stanza) => stanza.getChild('sent'));
    expect(carbons).toEqual([]);
  });

  test('a tick for a sender who is away is stored until they are back', async () => {
    const id = stage.newId();
    const token = await tokenFrom(alice, id);
    await alice.close();
    expect(await deliver(line({ id, token }))).toEqual(['1', '0']);
    await expectNoFacts(id, token);
    alice = await stage.login(`${ALICE}/pc`);
    expect((await waitForTick(alice, id)).attrs['id']).toBe(token);
    await expectNoFacts(id, token);
  });

  test('a tick reaches senders of another host and of another server', async () => {
    const dora = await stage.login(`${DORA}/pc`);
    const carol = await stage.login(`${CAROL}/pc`);
    for (const sender of [dora, carol]) {
      const id = stage.newId();
      const token = await tokenFrom(sender, id);
      const from = sender.bareJid;
      expect(await deliver(line({ id, token, from }))).toEqual(['1', '0']);
      expect((await waitForTick(sender, id)).attrs).toMatchObject({ from: BOB, to: from });
      await expectNoFacts(id, token);
      await sender.close();
    }
  });

  test('a tick is sent once, however often it is ordered, also after the module was reloaded', async () => {
    const id = stage.newId();
    const token = await tokenFrom(alice, id);
    const order = line({ id, token });
    expect(await deliver(order, order)).toEqual(['2', '0']);
    await waitForTick(alice, id);
    expect(await deliver(order)).toEqual(['1', '0']);
    expect(await deliver(line({ id, token, reason: 'approved' }))).toEqual(['1', '0']);
    await stage.server.reloadModule(HOST, 'receipts');
    expect(await deliver(order)).toEqual(['1', '0']);
    await expectNoTick(bob, id);
    expect(alice.received.filter(isTick(id))).toHaveLength(1);
  });

  test('a tick can be ordered after a restart of the server, and for an id of any characters', async () => {
    const id = 'a%20b\u00a0<"\'&>é';
    const token = await tokenFrom(alice, id);
    await stage.component.close();
    await stage.server.restart();
    await stage.connect();
    await enter();
    expect(await deliver(line({ id, token }))).toEqual(['1', '0']);
    await waitForTick(alice, id);
  });

  test('a tick that bounces is not reported as a fact', async () => {
    const [gone, stranger] = [`gone@${HOST}`, 'stranger@there.test'];
    await stage.server.register(gone);
    await stage.elsewhere.register(stranger);
    await stage.setPolicies({ disclosure: 'everyone' }, `${BOB}\tautomatic`);
    const senders = [await stage.login(`${gone}/pc`), await stage.login(`${stranger}/pc`)];
    for (const sender of senders) {
      const id = stage.newId();
      const token = await tokenFrom(sender, id);
      await (sender.bareJid === gone ? stage.server : stage.elsewhere).deleteUser(sender.bareJid);
      expect(await deliver(line({ id, token, from: sender.bareJid }))).toEqual(['1', '0']);
      await sleep(200);
      await expectNoFacts(id, token);
    }
  });
});

describe('policies', () => {
  test.each([
    ['automatic', 'acked', true],
    ['automatic', 'approved', true],
    ['manual', 'acked', false],
    ['manual', 'approved', true],
    ['client', 'acked', false],
    ['client', 'approved', true],
    ['refuse', 'acked', false],
    ['refuse', 'approved', false],
    ['automatic', 'guessed', false],
  ])(
    'under the policy %s a tick because of %s is delivered: %s',
    async (policy, reason, isAllowed) => {
      await stage.setPolicies({}, `${BOB}\tautomatic`);
      const id = stage.newId();
      const token = await tokenFrom(alice, id);
      await stage.setPolicies({}, `${BOB}\t${policy}`);
      const outcome = await deliver(line({ id, token, reason }));
      expect(outcome).toEqual(isAllowed ? ['1', '0'] : ['0', '1']);
      if (isAllowed) await waitForTick(alice, id);
      else await expectNoTick(alice, id);
    },
  );

  test('the recipient’s exception for one contact holds for that contact alone', async () => {
    await stage.setPolicies({ default: 'automatic' }, `${BOB}\tdefault\trefuse ${ALICE}`);
    const eve = await stage.login(`${EVE}/x`);
    await stage.server.befriend(EVE, BOB);
    const id = stage.newId();
    const token = await tokenFrom(eve, id);
    expect(await deliver(line({ id, token, from: EVE }))).toEqual(['1', '0']);
    await waitForTick(eve, id);
    await stage.setPolicies({ default: 'automatic' }, `${BOB}\tdefault\trefuse ${EVE}`);
    const second = stage.newId();
    eve.ask(BOB, second);
    const [accepted] = await stage.component.waitForFact(
      { from: EVE, to: BOB, id: second },
      'accepted',
    );
    expect(accepted).toBe('accepted type=chat may-see=yes policy=refuse');
    await eve.close();
  });
});

describe('presence', () => {
  const SEES: readonly (readonly [string, readonly boolean[]])[] = [
    ['subscribers', [false, false]],
    ['domain', [true, false]],
    ['everyone', [true, true]],
  ];

  test.each(SEES)(
    'with the disclosure %s a tick without a yes is delivered only to whom it allows',
    async (disclosure, allowed) => {
      await stage.setPolicies({ disclosure }, `${BOB}\tautomatic`);
      const ruth = `ruth@${HOST}`;
      const rita = 'rita@beside.test';
      for (const [index, jid] of [ruth, rita].entries()) {
        await stage.server.register(jid);
        const sender = await stage.login(`${jid}/x`);
        const [id, asked] = [stage.newId(), stage.newId()];
        const acked = line({ id, token: await tokenFrom(sender, id), from: jid });
        expect(await deliver(acked)).toEqual(allowed[index] ? ['1', '0'] : ['0', '1']);
        const because = allowed[index] ? undefined : 'presence-not-shared:1';
        expect(await whyForbidden(acked)).toBe(because);
        const token = await tokenFrom(sender, asked);
        const approved = line({ id: asked, token, from: jid, reason: 'approved' });
        expect(await deliver(approved)).toEqual(['1', '0']);
        await waitForTick(sender, asked);
        await sender.close();
      }
    },
  );
});

describe('forbidden orders', () => {
  let id: string;
  let token: string;

  beforeAll(async () => {
    await stage.setPolicies({}, `${BOB}\tautomatic`);
    id = stage.newId();
    token = await tokenFrom(alice, id);
  });

  test.each([
    ['another token', 'bad-token', () => line({ id, token: 'A'.repeat(12) })],
    ['no token', 'bad-token', () => line({ id, token: 'none' })],
    ['another id', 'bad-token', () => line({ id: 'other', token })],
    ['another sender', 'bad-token', () => line({ id, token, from: EVE })],
    ['another recipient', 'bad-token', () => line({ id, token, to: EVE })],
    [
      'sender and recipient changed round',
      'bad-token',
      () => line({ id, token, from: BOB, to: ALICE }),
    ],
    ['a recipient elsewhere', 'bad-order', () => line({ id, token, to: DORA })],
    ['a recipient that is a host', 'bad-order', () => line({ id, token, to: HOST })],
    ['a reason of a newer component', 'bad-order', () => line({ id, token, reason: 'wished' })],
    ['half a line', 'bad-order', () => `${id}\t${ALICE}\t${BOB}`],
    ['nonsense', 'bad-order', () => '%\t@\t/\t%zz\tacked'],
  ])('the module refuses an order with %s, and says %s', async (_, because, order) => {
    expect(await deliver(order())).toEqual(['0', '1']);
    expect(await whyForbidden(order())).toBe(`${because}:1`);
    await expectNoTick(alice, id);
    expect(await stage.server.log()).not.toContain('traceback');
  });

  test.each([ALICE, HOST])(
    'the module refuses a tick to a sender whom the recipient blocks: %s',
    async (blocked) => {
      await bob.block(blocked);
      expect(await deliver(line({ id, token }))).toEqual(['0', '1']);
      expect(await whyForbidden(line({ id, token }))).toBe('blocked:1');
      await bob.unblock(blocked);
      await expectNoTick(alice, id);
    },
  );

  test('the module refuses a tick on behalf of an account that is deleted, or never was', async () => {
    const late = `late@${HOST}`;
    await stage.server.register(late);
    await stage.setPolicies({ default: 'automatic', disclosure: 'everyone' });
    const [kept, lost] = [stage.newId(), stage.newId()];
    const known = line({ id: kept, token: await tokenFrom(alice, kept, late), to: late });
    await stage.server.deleteUser(late);
    expect(await deliver(known)).toEqual(['0', '1']);
    const nobody = `nobody@${HOST}`;
    const unknown = line({ id: lost, token: await tokenFrom(alice, lost, nobody), to: nobody });
    expect(await deliver(unknown)).toEqual(['0', '1']);
    expect(await whyForbidden(known, unknown)).toBe('no-account:2');
  });

  test('the module says of each reason how many lines are forbidden because of it', async () => {
    const [manual, asked] = [stage.newId(), stage.newId()];
    await stage.setPolicies({}, `${BOB}\tmanual`);
    const policy = line({ id: manual, token: await tokenFrom(alice, manual) });
    const approved = { id: asked, token: await tokenFrom(alice, asked), reason: 'approved' };
    const other = line({ id: 'other', token });
    expect(await whyForbidden('x', policy, other, other, line(approved))).toBe(
      'bad-order:1 bad-token:2 policy:1',
    );
    expect(await whyForbidden(line(approved))).toBeUndefined();
    await waitForTick(alice, asked);
    await stage.setPolicies({}, `${BOB}\tautomatic`);
  });

  test('the module carries out the good lines of an order although others are refused', async () => {
    const first = stage.newId();
    await stage.setPolicies({}, `${BOB}\tautomatic`);
    const good = line({ id: first, token: await tokenFrom(alice, first) });
    expect(await deliver('', good, line({ id: 'other', token }), 'x')).toEqual(['1', '2']);
    await waitForTick(alice, first);
    expect(await deliver()).toEqual(['0', '0']);
  });

  test('the module answers an order that is too long by bad-request', async () => {
    const many = Array.from({ length: 101 }, () => line({ id, token: 'none' }));
    expect(await deliver(...many.slice(1))).toEqual(['0', '100']);
    expect(outcomeOf(await stage.component.deliver(HOST, ...many))).toBe('bad-request');
    const long = line({ id: 'x'.repeat(61 * 1024), token });
    expect(outcomeOf(await stage.component.deliver(HOST, long))).toBe('bad-request');
    const nested = element('deliver', { xmlns: FEED }, element('line', {}, 'x'));
    expect(outcomeOf(await stage.component.order(HOST, nested))).toBe('bad-request');
  });

  test('the module takes orders from the component alone, and from no other component or user', async () => {
    const order = `<deliver xmlns='${FEED}'>${line({ id, token })}</deliver>`;
    const gateway = await stage.connectGateway();
    gateway.raw.send(`<iq type='set' id='evil' from='gateway.test' to='${HOST}'>${order}</iq>`);
    const answer = await gateway.raw.waitFor(({ attrs }) => attrs['id'] === 'evil');
    expect(outcomeOf(answer)).toBe('forbidden');
    for (const to of [HOST, ALICE]) {
      bob.send(`<iq type='set' id='evil' to='${to}'>${order}</iq>`);
      const refusal = await bob.waitFor(({ attrs }) => attrs['id'] === 'evil');
      expect(refusal.attrs['type']).toBe('error');
    }
    await expectNoTick(alice, id);
    await gateway.close();
  });
});
