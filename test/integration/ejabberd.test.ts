import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Client, type LoginOptions, login, message } from '../support/client.ts';
import { type Ejabberd, startEjabberd } from '../support/ejabberd.ts';
import { FeedComponent, outcomeOf } from '../support/feed-component.ts';
import type { ServerOptions } from '../support/server/options.ts';
import { startStage, waitForReceipt } from '../support/stage.ts';
import { until } from '../support/until.ts';

const COMPONENT = 'receipts.test';
const HOST = 'here.test';
const ALICE = `alice@${HOST}`;
const BOB = `bob@${HOST}`;
const ARCHIVE = 'archive.test';

const OPTIONS: ServerOptions = {
  hosts: [{ name: HOST }, { name: ARCHIVE, mam: true }],
  components: [
    { domain: COMPONENT, secret: 'secret' },
    { domain: 'gateway.test', secret: 'secret' },
  ],
  receipts: { receipts_component: COMPONENT },
  streamManagement: { hibernationSeconds: 1 },
  ejabberd: { offlineMessages: 3, trustsComponents: true, usesArchiveForOffline: false },
};

/** Kills the process of a host, which its supervisor starts again. */
const KILL = `[Host] = Args,
exit(whereis(gen_mod:get_module_proc(Host, mod_receipts)), kill), ok`;

/** As the administrator's command does, and since 23.10 mod_privilege: past the session of the user. */
const SEND_AS = `[From, To, Xml] = Args,
mod_admin_extra:send_stanza(From, To, Xml), ok`;

const kinds = (facts: readonly string[]) => facts.map((fact) => fact.split(' ')[0]);

describe('ejabberd alone', () => {
  let server: Ejabberd;
  let component: FeedComponent;
  const open: Client[] = [];
  let lastId = 0;

  beforeAll(async () => {
    server = await startEjabberd(OPTIONS);
    for (const host of [HOST, ARCHIVE]) {
      for (const user of ['alice', 'bob', 'carol', 'dora'])
        await server.register(`${user}@${host}`);
    }
    component = await connect();
  });

  afterEach(async () => {
    await Promise.all(open.splice(0).map((client) => client.close()));
  });

  afterAll(async () => {
    await component?.close();
    await server?.dispose();
  });

  const connect = () => FeedComponent.connect({ domain: COMPONENT, port: server.ports.component });

  async function enter(jid: string, options: Partial<LoginOptions> = {}): Promise<Client> {
    const client = await login({ jid, port: server.ports.c2s, ...options });
    open.push(client);
    return client;
  }

  const newId = () => `m${++lastId}`;

  /** Is told of that message when it has a fact of that kind. */
  async function factsOf(to: string, id: string, last: string | RegExp) {
    return component.waitForFact({ from: to.replace(/^\w+/, 'alice'), to, id }, last);
  }

  test('messages written to a connection without XEP-0198 that breaks meanwhile are lost', async () => {
    const alice = await enter(`${ALICE}/pc`);
    const bob = await enter(`${BOB}/old`, { acks: 'off' });
    bob.stall();
    const ids = Array.from({ length: 400 }, () => newId());
    for (const id of ids) alice.send(message({ to: BOB, id, body: 'x'.repeat(20_000) }));
    await sleep(1500);
    bob.die();
    const last = ids.at(-1) ?? '';
    const facts = await factsOf(BOB, last, /^(lost|stored|failed)/);
    expect(kinds(facts)[0]).toBe('accepted');
    await sleep(300);
    const ends = ids.map((id) => kinds(component.factsOf({ from: ALICE, to: BOB, id })).at(-1));
    // None is forgotten: written, lost, or sent on its way again by the server.
    expect(new Set(ends)).not.toContain('accepted');
    expect(ends).toContain('lost');
  });

  test('a message acknowledged by <resume h=…/> alone is acked', async () => {
    const alice = await enter(`${ALICE}/pc`);
    const bob = await enter(`carol@${HOST}/phone`, { acks: 'manual' });
    const id = newId();
    alice.ask(`carol@${HOST}`, id);
    await bob.waitForMessage(id);
    bob.die();
    await sleep(100);
    await bob.resume();
    expect(kinds(await factsOf(`carol@${HOST}`, id, 'acked'))).toEqual([
      'accepted',
      'sent',
      'kept',
      'acked',
    ]);
  });

  test('thousands of messages acknowledged at once are all acked', async () => {
    const alice = await enter(`${ALICE}/pc`);
    const to = `carol@${HOST}`;
    const bob = await enter(`${to}/phone`, { acks: 'manual' });
    const ids = Array.from({ length: 3000 }, () => newId());
    for (const id of ids) alice.ask(to, id);
    await bob.waitForMessage(ids.at(-1) ?? '', { ms: 20_000 });
    bob.ack();
    await factsOf(to, ids.at(-1) ?? '', 'acked');
    const unacknowledged = ids.filter((id) => {
      return !kinds(component.factsOf({ from: ALICE, to, id })).includes('acked');
    });
    expect(unacknowledged).toEqual([]);
  });

  test('a message on a stream that times out while another device is online has failed, as the server tells the sender', async () => {
    const alice = await enter(`${ALICE}/pc`);
    const to = `carol@${HOST}`;
    const phone = await enter(`${to}/phone`, { acks: 'never' });
    await enter(`${to}/laptop`);
    const id = newId();
    alice.ask(`${to}/phone`, id);
    await phone.waitForMessage(id);
    phone.die();
    const facts = await factsOf(to, id, /^failed/);
    expect(facts.at(-1)).toBe('failed condition=service-unavailable type=cancel handed=yes');
    expect(kinds(facts)).toEqual(['accepted', 'sent', 'kept', 'failed']);
    const told = await alice.waitForMessage(id);
    expect(told.attrs['type']).toBe('error');
  });

  test('an archived message on a stream that times out while another device is online is stored, not lost', async () => {
    const alice = await enter(`alice@${ARCHIVE}/pc`);
    const to = `bob@${ARCHIVE}`;
    const phone = await enter(`${to}/phone`, { acks: 'never' });
    await enter(`${to}/laptop`, { acks: 'never' });
    const id = newId();
    alice.ask(to, id);
    await phone.waitForMessage(id);
    phone.die();
    const facts = await factsOf(to, id, /^stored/);
    expect(facts.at(-1)).toBe('stored where=archive resource=phone');
    expect(kinds(facts)).not.toContain('failed');
  });

  test('a message beyond the limit of the offline store has failed, with the condition', async () => {
    const alice = await enter(`${ALICE}/pc`);
    const to = `dora@${HOST}`;
    const ids = Array.from({ length: 5 }, () => newId());
    for (const id of ids) alice.ask(to, id);
    const facts = await factsOf(to, ids[4] ?? '', /^failed/);
    expect(facts.join()).toContain('condition=resource-constraint type=wait');
    expect(kinds(await factsOf(to, ids[0] ?? '', /^stored/))).toEqual(['accepted', 'stored']);
  });

  test('an error that waited for a stream that never came back is failed, and handed to nobody', async () => {
    const alice = await enter(`${ALICE}/pc`, { acks: 'never' });
    alice.die();
    await sleep(150);
    const id = newId();
    const bounced = `<message type='error' id='${id}' from='nobody@gateway.test' to='${ALICE}/pc'>`;
    const why = "<item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>";
    const gateway = await FeedComponent.connect({
      domain: 'gateway.test',
      port: server.ports.component,
    });
    gateway.raw.send(`${bounced}<error type='cancel'>${why}</error></message>`);
    const sent = { from: ALICE, to: 'nobody@gateway.test', id };
    expect(await component.waitForFact(sent, 'failed')).toEqual([
      'failed condition=item-not-found type=cancel',
    ]);
    await gateway.close();
  });

  test('orders with the component’s address that do not come on its stream are forbidden', async () => {
    const gateway = await FeedComponent.connect({
      domain: 'gateway.test',
      port: server.ports.component,
    });
    const held = (await component.hello(HOST)).attrs['policies'];
    const order = `<policies xmlns='xmpp-receipts:feed:1' part='1' last='yes' version='evil' default='refuse'/>`;
    gateway.raw.send(`<iq type='set' id='evil' from='${COMPONENT}' to='${HOST}'>${order}</iq>`);
    // The answer goes to the address.
    const refusal = await component.raw.waitFor(({ attrs }) => attrs['id'] === 'evil');
    expect(outcomeOf(refusal)).toBe('forbidden');
    expect((await component.hello(HOST)).attrs['policies']).toBe(held);
    await gateway.close();
  });

  test('an answer that an administrator sends in the user’s name goes out, and is not reported as withheld', async () => {
    const whole = { part: 1, last: 'yes' } as const;
    await component.setPolicies(HOST, { ...whole, version: 'asked' }, `${BOB}\trefuse`);
    const alice = await enter(`${ALICE}/pc`);
    const id = newId();
    const answer = `<message id='a-${id}'><received xmlns='urn:xmpp:receipts' id='${id}'/></message>`;
    await server.runErlang(SEND_AS, BOB, `${ALICE}/pc`, answer);
    await alice.waitForMessage(`a-${id}`);
    expect(await factsOf(BOB, id, /^received/)).toEqual(['received']);
    await component.setPolicies(HOST, { ...whole, version: 'none' });
  });

  test('a component that connects again while its old stream hangs is fed at once on the new one, and the old one is ended', async () => {
    const alice = await enter(`${ALICE}/pc`);
    const hanging = component;
    hanging.raw.stall();
    component = await connect();
    const ids = Array.from({ length: 20 }, () => newId());
    for (const id of ids) alice.ask(`nobody@${HOST}`, id);
    for (const id of ids) await factsOf(`nobody@${HOST}`, id, 'failed');
    const streams = `length(mnesia:dirty_read(route, <<"${COMPONENT}">>))`;
    expect(await server.runErlang(streams)).toBe(1);
    hanging.raw.unstall();
    await hanging.raw.closed;
    expect(hanging.raw.nonzas.join()).toContain('<conflict');
  });

  test('when the newest stream of the component ends, the feed goes on with one that was let in meanwhile', async () => {
    const alice = await enter(`${ALICE}/pc`);
    component.raw.die();
    await sleep(50);
    component = await connect();
    const id = newId();
    alice.ask(`nobody@${HOST}`, id);
    await factsOf(`nobody@${HOST}`, id, 'failed');
  });

  test('the module’s process, killed again and again, stops no message and goes on', async () => {
    const alice = await enter(`${ALICE}/pc`);
    const bob = await enter(`${BOB}/phone`, { acks: 'auto' });
    const ids: string[] = [];
    for (let kill = 0; kill < 3; kill++) {
      ids.push(...(await askMany(alice, 100)));
      await server.runErlang(KILL, HOST);
    }
    ids.push(...(await askMany(alice, 100)));
    const last = newId();
    await bob.waitForMessage(ids.at(-1) ?? '');
    alice.ask(BOB, last);
    expect(kinds(await factsOf(BOB, last, 'acked'))).toEqual(['accepted', 'sent', 'acked']);
    const got = new Set(bob.received.map(({ attrs }) => attrs['id']));
    expect(ids.filter((id) => !got.has(id))).toEqual([]);
  });

  async function askMany(sender: Client, count: number): Promise<readonly string[]> {
    const ids = Array.from({ length: count }, () => newId());
    for (const id of ids) {
      sender.ask(BOB, id);
      await sleep(1);
    }
    return ids;
  }

  test('errors that the module causes never cause others', async () => {
    const alice = await enter(`${ALICE}/pc`);
    await component.close();
    const before = await spooled();
    // To nobody, to a component that is away, to a domain that is not there: all bounce.
    for (const to of ['nobody@here.test', `receipts@${COMPONENT}`, COMPONENT, 'x@nowhere.invalid'])
      alice.ask(to, `loop-${to}`);
    await sleep(2000);
    expect((await spooled()) - before).toBeLessThan(1000);
    component = await connect();
    const error = (to: string, id: string) =>
      `<message type='error' id='${id}' from='${COMPONENT}' to='${to}'><error type='cancel'>` +
      "<service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>";
    for (const to of [HOST, ALICE, `${ALICE}/pc`]) component.raw.send(error(to, 'bounced'));
    for (const type of ['error', 'result'])
      component.raw.send(`<iq type='${type}' id='bounced' from='${COMPONENT}' to='${HOST}'/>`);
    await component.waitForFact(
      { from: ALICE, to: 'nobody@here.test', id: 'loop-nobody@here.test' },
      /^failed/,
    );
    await sleep(500);
    expect(component.factsUnder('bounced')).toEqual([]);
    expect(component.factsUnder(`loop-${COMPONENT}`)).toEqual([]);
    expect(component.factsUnder('loop-nobody@here.test').length).toBeLessThan(4);
  });

  /** Bytes that the module has written so far. */
  async function spooled(): Promise<number> {
    const size = `[Host] = Args,
Path = filename:join([mnesia:system_info(directory), "receipts", Host, "*.facts"]),
lists:sum([filelib:file_size(File) || File <- filelib:wildcard(unicode:characters_to_list(Path))])`;
    return Number(await server.runErlang(size, HOST));
  }
});

describe('ejabberd with offline messages in the archive only', () => {
  test('a message that ejabberd keeps in the archive only is stored, then delivered when the recipient comes', async () => {
    const stage = await startStage({
      kind: 'ejabberd',
      hosts: [{ name: ARCHIVE, mam: true }],
      server: { ejabberd: { usesArchiveForOffline: true } },
    });
    const [from, to] = [`alice@${ARCHIVE}`, `bob@${ARCHIVE}`];
    for (const jid of [from, to]) await stage.server.register(jid);
    await stage.server.befriend(from, to);
    const port = stage.server.ports.c2s;
    const alice = await login({ jid: `${from}/pc`, port });
    alice.ask(to, 'kept');
    await waitForReceipt(alice, 'kept', 'stored');
    const bob = await login({ jid: `${to}/phone`, port });
    await stage.expectStatus({ from, to, id: 'kept' }, 'delivered by stream');
    await Promise.all([alice.close(), bob.close()]);
    await stage.dispose();
  });
});

describe('ejabberd with offline messages beside the archive', () => {
  test('a message out of the offline store that was never read is stored, not lost, where the archive has it', {
    // Eight megabytes go through a server that may have little of the processor.
    timeout: 180_000,
  }, async () => {
    const server = await startEjabberd({
      hosts: [{ name: ARCHIVE, mam: true }],
      components: [{ domain: COMPONENT, secret: 'secret' }],
      receipts: { receipts_component: COMPONENT },
    });
    const [from, to] = [`alice@${ARCHIVE}`, `bob@${ARCHIVE}`];
    for (const jid of [from, to]) await server.register(jid);
    await server.befriend(from, to);
    const port = server.ports.c2s;
    const component = await FeedComponent.connect({
      domain: COMPONENT,
      port: server.ports.component,
    });
    const alice = await login({ jid: `${from}/pc`, port });
    const ids = Array.from({ length: 400 }, (_, index) => `kept-${index}`);
    for (const id of ids) alice.send(message({ to, id, body: 'x'.repeat(20_000) }));
    for (const id of ids) await component.waitForFact({ from, to, id }, 'stored', 90_000);
    const bob = await login({ jid: `${to}/old`, port, acks: 'off', priority: 'none' });
    bob.stall();
    bob.send('<presence/>');
    await sleep(1500);
    bob.die();
    const factsOfAll = () => ids.flatMap((id) => component.factsOf({ from, to, id }));
    await until(
      () => factsOfAll().includes('stored where=archive resource=old'),
      'one kept by the archive',
    );
    await sleep(500);
    const facts = factsOfAll();
    expect(facts.filter((fact) => fact.startsWith('lost'))).toEqual([]);
    await Promise.all([alice.close(), component.close()]);
    await server.dispose();
  });
});

describe('ejabberd with streams shared by components', () => {
  test('the module ends no stream of other components where each gets the stanzas of all', async () => {
    const server = await startEjabberd({
      hosts: [{ name: HOST }],
      components: [
        { domain: COMPONENT, secret: 'secret' },
        { domain: 'gateway.test', secret: 'secret' },
      ],
      receipts: { receipts_component: COMPONENT },
      ejabberd: { sharesStreams: true },
    });
    const port = server.ports.component;
    const ended: string[] = [];
    for (const domain of [COMPONENT, 'gateway.test']) {
      const { raw } = await FeedComponent.connect({ domain, port });
      void raw.closed.then(() => ended.push(domain));
      await sleep(300);
    }
    await sleep(500);
    expect(ended).toEqual([]);
    await server.dispose();
  });
});
