import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Element, element } from '../../src/protocol/xml.ts';
import { type Client, login } from '../support/client.ts';
import { FeedComponent, outcomeOf } from '../support/feed-component.ts';
import { escaped } from '../support/feed-lines.ts';
import { introduce, type Server, startServer } from '../support/server.ts';

const COMPONENT = 'receipts.test';
const HOST = 'here.test';
const ALICE = `alice@${HOST}`;
const BOB = `bob@${HOST}`;
const EVE = `eve@${HOST}`;
const DORA = 'dora@beside.test';
const CAROL = 'carol@there.test';
const FEED = 'xmpp-receipts:feed:1';

let server: Server;
let elsewhere: Server;
let component: FeedComponent;
let alice: Client;
let bob: Client;
let lastId = 0;

const newId = () => `m${++lastId}`;
const port = () => server.ports.c2s;

interface Settings {
  readonly default?: string;
  readonly disclosure?: string;
}

async function setPolicies(settings: Settings, ...lines: readonly string[]): Promise<void> {
  const whole = { part: 1, last: 'yes', version: newId(), ...settings } as const;
  expect(outcomeOf(await component.setPolicies(HOST, whole, ...lines))).toBe('result');
}

/** Sends bob a message, and resolves with the token of its acceptance. */
async function tokenFrom(sender: Client, id: string, to = BOB): Promise<string> {
  sender.ask(to, id);
  const sent = { from: sender.bareJid, to, id: escaped(id) };
  const facts = await component.waitForFact(sent, / token=/);
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
  const answer = await component.deliver(HOST, ...lines);
  const { delivered, forbidden } = answer.getChild('deliver', FEED)?.attrs ?? {};
  return [delivered, forbidden];
}

const isTick = (id: string) => (stanza: Element) =>
  stanza.getChild('received', 'urn:xmpp:receipts')?.attrs['id'] === id;

const waitForTick = (client: Client, id: string) => client.waitFor(isTick(id));

/** Resolves when it is certain that no tick has come: what is sent after it has. */
async function expectNoTick(client: Client, id: string): Promise<void> {
  const after = newId();
  bob.send(element('message', { to: client.bareJid, id: after, type: 'chat' }));
  await client.waitForMessage(after);
  expect(client.received.filter(isTick(id))).toEqual([]);
}

/** Resolves when whatever an order could make the module report has been reported. */
async function expectNoFacts(id: string, token: string): Promise<void> {
  await sleep(100);
  const kinds = component.factsUnder(id).map((fact) => fact.split(' ')[0]);
  expect(kinds).not.toContain('received');
  expect(component.factsUnder(token)).toEqual([]);
}

beforeAll(async () => {
  [server, elsewhere] = await Promise.all([
    startServer({
      hosts: [{ name: HOST, mam: true }, { name: 'beside.test' }],
      components: [
        { domain: COMPONENT, secret: 'secret' },
        { domain: 'gateway.test', secret: 'secret' },
      ],
      receipts: { receipts_component: COMPONENT },
    }),
    startServer({ hosts: [{ name: 'there.test' }] }),
  ]);
  await introduce(server, elsewhere);
  for (const jid of [ALICE, BOB, EVE, DORA]) await server.register(jid);
  await elsewhere.register(CAROL);
  for (const friend of [ALICE, DORA, CAROL]) await server.befriend(friend, BOB);
  component = await FeedComponent.connect({ domain: COMPONENT, port: server.ports.component });
  alice = await login({ jid: `${ALICE}/pc`, port: port() });
  bob = await login({ jid: `${BOB}/phone`, port: port(), carbons: true });
});

afterAll(async () => {
  await Promise.all([alice, bob].map((client) => client?.close()));
  await component?.close();
  await Promise.all([server?.dispose(), elsewhere?.dispose()]);
});

describe('an answer on behalf of the recipient', () => {
  beforeAll(() => setPolicies({}, `${BOB}\tautomatic`));

  it('comes from the recipient, and is no fact', async () => {
    const id = newId();
    const token = await tokenFrom(alice, id);
    expect(await deliver(line({ id, token }))).toEqual(['1', '0']);
    const tick = await waitForTick(alice, id);
    expect(tick.attrs).toMatchObject({ from: BOB, to: ALICE, type: 'chat', id: token });
    expect(tick.getChild('store', 'urn:xmpp:hints')).toBeDefined();
    expect(tick.getChild('request')).toBeUndefined();
    await expectNoFacts(id, token);
  });

  it('is in the archive of the sender, and nowhere at the recipient', async () => {
    const id = newId();
    const since = bob.mark();
    const token = await tokenFrom(alice, id);
    await deliver(line({ id, token }));
    await waitForTick(alice, id);
    expect((await alice.catchUp()).filter(isTick(id))).toHaveLength(1);
    expect((await bob.catchUp()).filter(isTick(id))).toEqual([]);
    const carbons = bob.received.slice(since).filter((stanza) => stanza.getChild('sent'));
    expect(carbons).toEqual([]);
  });

  it('waits for a sender who is away', async () => {
    const id = newId();
    const token = await tokenFrom(alice, id);
    await alice.close();
    expect(await deliver(line({ id, token }))).toEqual(['1', '0']);
    await expectNoFacts(id, token);
    alice = await login({ jid: `${ALICE}/pc`, port: port() });
    expect((await waitForTick(alice, id)).attrs['id']).toBe(token);
    await expectNoFacts(id, token);
  });

  it('reaches senders of another host and of another server', async () => {
    const dora = await login({ jid: `${DORA}/pc`, port: port() });
    const carol = await login({ jid: `${CAROL}/pc`, port: elsewhere.ports.c2s });
    for (const sender of [dora, carol]) {
      const id = newId();
      const token = await tokenFrom(sender, id);
      const from = sender.bareJid;
      expect(await deliver(line({ id, token, from }))).toEqual(['1', '0']);
      expect((await waitForTick(sender, id)).attrs).toMatchObject({ from: BOB, to: from });
      await expectNoFacts(id, token);
      await sender.close();
    }
  });

  it('is sent once, however often it is ordered', async () => {
    const id = newId();
    const token = await tokenFrom(alice, id);
    const order = line({ id, token });
    expect(await deliver(order, order)).toEqual(['2', '0']);
    await waitForTick(alice, id);
    expect(await deliver(order)).toEqual(['1', '0']);
    expect(await deliver(line({ id, token, reason: 'approved' }))).toEqual(['1', '0']);
    await server.reloadModule(HOST, 'receipts');
    expect(await deliver(order)).toEqual(['1', '0']);
    await expectNoTick(bob, id);
    expect(alice.received.filter(isTick(id))).toHaveLength(1);
  });

  it('can be ordered after a restart, and for any id', async () => {
    const id = 'a%20b\u00a0<"\'&>é';
    const token = await tokenFrom(alice, id);
    await component.close();
    await server.restart();
    component = await FeedComponent.connect({ domain: COMPONENT, port: server.ports.component });
    alice = await login({ jid: `${ALICE}/pc`, port: port() });
    bob = await login({ jid: `${BOB}/phone`, port: port(), carbons: true });
    expect(await deliver(line({ id, token }))).toEqual(['1', '0']);
    await waitForTick(alice, id);
  });

  it('is no reason for another: what bounces is no fact', async () => {
    const [gone, stranger] = [`gone@${HOST}`, 'stranger@there.test'];
    await server.register(gone);
    await elsewhere.register(stranger);
    await setPolicies({ disclosure: 'everyone' }, `${BOB}\tautomatic`);
    const senders = [
      await login({ jid: `${gone}/pc`, port: port() }),
      await login({ jid: `${stranger}/pc`, port: elsewhere.ports.c2s }),
    ];
    for (const sender of senders) {
      const id = newId();
      const token = await tokenFrom(sender, id);
      await (sender.bareJid === gone ? server : elsewhere).deleteUser(sender.bareJid);
      expect(await deliver(line({ id, token, from: sender.bareJid }))).toEqual(['1', '0']);
      await sleep(200);
      await expectNoFacts(id, token);
    }
  });
});

describe('what the recipient’s policy allows', () => {
  it.each([
    ['automatic', 'acked', true],
    ['automatic', 'approved', true],
    ['manual', 'acked', false],
    ['manual', 'approved', true],
    ['client', 'acked', false],
    ['client', 'approved', true],
    ['refuse', 'acked', false],
    ['refuse', 'approved', false],
    ['automatic', 'guessed', false],
  ])('under %s, because %s: %s', async (policy, reason, isAllowed) => {
    await setPolicies({}, `${BOB}\tautomatic`);
    const id = newId();
    const token = await tokenFrom(alice, id);
    await setPolicies({}, `${BOB}\t${policy}`);
    const outcome = await deliver(line({ id, token, reason }));
    expect(outcome).toEqual(isAllowed ? ['1', '0'] : ['0', '1']);
    if (isAllowed) await waitForTick(alice, id);
    else await expectNoTick(alice, id);
  });

  it('for this contact', async () => {
    await setPolicies({ default: 'automatic' }, `${BOB}\tdefault\trefuse ${ALICE}`);
    const eve = await login({ jid: `${EVE}/x`, port: port() });
    await server.befriend(EVE, BOB);
    const id = newId();
    const token = await tokenFrom(eve, id);
    expect(await deliver(line({ id, token, from: EVE }))).toEqual(['1', '0']);
    await waitForTick(eve, id);
    await setPolicies({ default: 'automatic' }, `${BOB}\tdefault\trefuse ${EVE}`);
    const second = newId();
    eve.ask(BOB, second);
    const [accepted] = await component.waitForFact({ from: EVE, to: BOB, id: second }, 'accepted');
    expect(accepted).toBe('accepted type=chat may-see=yes policy=refuse');
    await eve.close();
  });
});

describe('to whom presence may be shown', () => {
  const SEES: readonly (readonly [string, readonly boolean[]])[] = [
    ['subscribers', [false, false]],
    ['domain', [true, false]],
    ['everyone', [true, true]],
  ];

  it.each(SEES)('%s', async (disclosure, allowed) => {
    await setPolicies({ disclosure }, `${BOB}\tautomatic`);
    const ruth = `ruth@${HOST}`;
    const rita = 'rita@beside.test';
    for (const [index, jid] of [ruth, rita].entries()) {
      await server.register(jid);
      const sender = await login({ jid: `${jid}/x`, port: port() });
      const [id, asked] = [newId(), newId()];
      const acked = line({ id, token: await tokenFrom(sender, id), from: jid });
      expect(await deliver(acked)).toEqual(allowed[index] ? ['1', '0'] : ['0', '1']);
      const token = await tokenFrom(sender, asked);
      const approved = line({ id: asked, token, from: jid, reason: 'approved' });
      expect(await deliver(approved)).toEqual(['1', '0']);
      await waitForTick(sender, asked);
      await sender.close();
    }
  });
});

describe('what is forbidden', () => {
  let id: string;
  let token: string;

  beforeAll(async () => {
    await setPolicies({}, `${BOB}\tautomatic`);
    id = newId();
    token = await tokenFrom(alice, id);
  });

  it.each([
    ['another token', () => line({ id, token: 'A'.repeat(12) })],
    ['no token', () => line({ id, token: 'none' })],
    ['another id', () => line({ id: 'other', token })],
    ['another sender', () => line({ id, token, from: EVE })],
    ['another recipient', () => line({ id, token, to: EVE })],
    ['the other way round', () => line({ id, token, from: BOB, to: ALICE })],
    ['a recipient elsewhere', () => line({ id, token, to: DORA })],
    ['a recipient that is a host', () => line({ id, token, to: HOST })],
    ['half a line', () => `${id}\t${ALICE}\t${BOB}`],
    ['nonsense', () => '%\t@\t/\t%zz\tacked'],
  ])('%s', async (_, order) => {
    expect(await deliver(order())).toEqual(['0', '1']);
    await expectNoTick(alice, id);
    expect(await server.log()).not.toContain('traceback');
  });

  it.each([ALICE, HOST])('what comes from whom the recipient blocks: %s', async (blocked) => {
    await bob.block(blocked);
    expect(await deliver(line({ id, token }))).toEqual(['0', '1']);
    await bob.unblock(blocked);
    await expectNoTick(alice, id);
  });

  it('what is for an account that is deleted, or never was', async () => {
    const late = `late@${HOST}`;
    await server.register(late);
    await setPolicies({ default: 'automatic', disclosure: 'everyone' });
    const [kept, lost] = [newId(), newId()];
    const known = line({ id: kept, token: await tokenFrom(alice, kept, late), to: late });
    await server.deleteUser(late);
    expect(await deliver(known)).toEqual(['0', '1']);
    const nobody = `nobody@${HOST}`;
    const unknown = line({ id: lost, token: await tokenFrom(alice, lost, nobody), to: nobody });
    expect(await deliver(unknown)).toEqual(['0', '1']);
  });

  it('some of it, without harm to the rest', async () => {
    const first = newId();
    await setPolicies({}, `${BOB}\tautomatic`);
    const good = line({ id: first, token: await tokenFrom(alice, first) });
    expect(await deliver('', good, line({ id: 'other', token }), 'x')).toEqual(['1', '2']);
    await waitForTick(alice, first);
    expect(await deliver()).toEqual(['0', '0']);
  });

  it('more than an order may hold', async () => {
    const many = Array.from({ length: 101 }, () => line({ id, token: 'none' }));
    expect(await deliver(...many.slice(1))).toEqual(['0', '100']);
    expect(outcomeOf(await component.deliver(HOST, ...many))).toBe('bad-request');
    const long = line({ id: 'x'.repeat(61 * 1024), token });
    expect(outcomeOf(await component.deliver(HOST, long))).toBe('bad-request');
    const nested = element('deliver', { xmlns: FEED }, element('line', {}, 'x'));
    expect(outcomeOf(await component.order(HOST, nested))).toBe('bad-request');
  });

  it('to everybody but the component itself', async () => {
    const order = `<deliver xmlns='${FEED}'>${line({ id, token })}</deliver>`;
    const gateway = await FeedComponent.connect({
      domain: 'gateway.test',
      port: server.ports.component,
    });
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
