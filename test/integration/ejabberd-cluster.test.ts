import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Element, element } from '../../src/protocol/xml.ts';
import { type Client, login, message } from '../support/client.ts';
import { CUT, MEND } from '../support/ejabberd/cluster.ts';
import { nodeName } from '../support/ejabberd/process.ts';
import { type Ejabberd, startEjabberd } from '../support/ejabberd.ts';
import { FeedComponent, outcomeOf } from '../support/feed-component.ts';
import type { ErlangNode } from '../support/server/options.ts';
import { freePorts } from '../support/server/ports.ts';
import { until } from '../support/until.ts';

const FEED = 'xmpp-receipts:feed:1';
const COMPONENT = 'receipts.test';
const HOST = 'here.test';
const [ALICE, BOB, CAROL] = [`alice@${HOST}`, `bob@${HOST}`, `carol@${HOST}`];
const KNOWS = 'unseen kept emptied restarted nodes';

const JOIN = '[Node] = Args, ejabberd_cluster:join(binary_to_atom(Node))';
const RUNNING = 'integer_to_binary(length(mnesia:system_info(running_db_nodes)))';
const LEAVE = '[Node] = Args, ejabberd_cluster:leave(binary_to_atom(Node))';
/** Cuts the nodes off from each other: neither is let in again. */

const NOT_EVERYWHERE = 'recipient-unavailable';

const answeredId = (stanza: Element) => stanza.getChild('received')?.attrs['id'];

describe('the module on two nodes of ejabberd', () => {
  let first: ErlangNode;
  let second: ErlangNode;
  let one: Ejabberd;
  let two: Ejabberd;
  let component: FeedComponent;
  let lastId = 0;
  /** Of the policies that the component has ordered. */
  let version = 2;

  beforeAll(async () => {
    const [port = 0] = await freePorts(1);
    first = { address: '127.0.0.1', port };
    second = { address: '127.0.0.2', port };
    [one, two] = await Promise.all([startNode(first), startNode(second)]);
    for (const jid of [ALICE, BOB, CAROL]) await one.register(jid);
    component = await connectTo(one);
  });

  afterAll(async () => {
    await component?.close();
    await Promise.allSettled([one?.dispose(), two?.dispose()]);
  });

  const startNode = (node: ErlangNode) =>
    startEjabberd({
      hosts: [{ name: HOST }],
      components: [{ domain: COMPONENT, secret: 'secret' }],
      receipts: { receipts_component: COMPONENT },
      ejabberd: { node },
    });

  const connectTo = (server: Ejabberd) =>
    FeedComponent.connect({ domain: COMPONENT, port: server.ports.component, knows: KNOWS });

  const eventually = <Seen>(look: () => Promise<Seen>) => expect.poll(look, { timeout: 10_000 });

  const outcome = async (since: number, version: number, ...lines: readonly string[]) =>
    outcomeOf(
      await component.setPolicies(HOST, { since: `e:${since}`, version: `e:${version}` }, ...lines),
    );

  function change(...lines: readonly string[]): Promise<string> {
    version += 1;
    return outcome(version - 1, version, ...lines);
  }

  const repeat = () => outcome(version, version);

  async function otherNode(): Promise<Element['attrs'] | undefined> {
    return (await component.hello(HOST)).getChild('node')?.attrs;
  }

  /** Whether what a client of that user answers, on that node, leaves it. */
  async function letsOut(server: Ejabberd, user: string): Promise<boolean> {
    const port = server.ports.c2s;
    const [sender, recipient] = await Promise.all([
      login({ jid: `${ALICE}/ask`, port }),
      login({ jid: `${user}/answer`, port }),
    ]);
    const id = `m${++lastId}`;
    recipient.answer(`${ALICE}/ask`, id);
    recipient.send(message({ to: `${ALICE}/ask`, id: `after-${id}`, asks: false }));
    await sender.waitFor((stanza) => stanza.attrs['id'] === `after-${id}`);
    const isOut = sender.received.some((stanza) => answeredId(stanza) === id);
    await Promise.all([sender.close(), recipient.close()]);
    return isOut;
  }

  test('a server that joins brings its policies, and of two stores the stricter holds', async () => {
    const own = await connectTo(two);
    await own.setPolicies(HOST, { part: 1, last: 'yes', version: 'f:7' }, `${CAROL}\trefuse`);
    await own.close();
    await component.setPolicies(HOST, { part: 1, last: 'yes', version: 'e:1' }, `${BOB}\trefuse`);
    await two.runErlang(JOIN, nodeName(first));
    await eventually(otherNode).toMatchObject({ name: nodeName(second), state: 'up' });
    await eventually(async () => (await heldLines()).toSorted()).toEqual([
      `${BOB}\trefuse`,
      `${CAROL}\trefuse`,
    ]);
    expect((await component.hello(HOST)).attrs).toMatchObject({ nodes: '2', policies: '' });
  });

  async function heldLines(): Promise<readonly string[]> {
    const query = element('policies', { xmlns: FEED, part: '1' });
    const answer = await component.ask(HOST, 'get', query);
    return (answer.getChild('policies', FEED)?.getText() ?? '').split('\n');
  }

  test('a set that is confirmed is in force on both nodes', async () => {
    const whole = { part: 1, last: 'yes', version: 'e:2', instead: '' } as const;
    const answer = await component.setPolicies(HOST, whole, `${BOB}\trefuse`);
    expect(outcomeOf(answer)).toBe('result');
    expect(await letsOut(two, BOB)).toBe(false);
    expect(await letsOut(two, CAROL)).toBe(true);
  });

  test('a change that is confirmed is in force on both nodes', async () => {
    expect(await change(`${CAROL}\trefuse`)).toBe('result');
    expect(await letsOut(two, CAROL)).toBe(false);
    expect(await letsOut(one, CAROL)).toBe(false);
  });

  test('from the moment on at which a refusal is confirmed no answer leaves, on either node', async () => {
    const [alice, ...bobs] = await Promise.all([
      login({ jid: `${ALICE}/ask`, port: one.ports.c2s }),
      login({ jid: `${BOB}/one`, port: one.ports.c2s }),
      login({ jid: `${BOB}/two`, port: two.ports.c2s }),
    ]);
    for (let round = 1; round <= 5; round += 1) {
      expect(await change(`${BOB}\tclient`)).toBe('result');
      const answering = answerOn(bobs, `r${round}`);
      await alice.waitFor((stanza) => answeredId(stanza)?.startsWith(`r${round}-`) === true);
      expect(await change(`${BOB}\trefuse`)).toBe('result');
      const before = answering.sent();
      await until(() => answering.sent() > before + 20, 'answers after the confirmation');
      await answering.end(alice);
      const numbers = alice.received
        .map((stanza) => answeredId(stanza)?.split('-') ?? [])
        .flatMap(([word, number]) => (word === `r${round}` ? [Number(number)] : []));
      expect(Math.max(...numbers)).toBeLessThanOrEqual(before);
    }
    await Promise.all([alice, ...bobs].map((client) => client.close()));
  });

  /** Both clients answer again and again, with numbers that increase. */
  function answerOn(bobs: readonly Client[], word: string) {
    let sent = 0;
    const timer = setInterval(() => {
      for (const bob of bobs) bob.answer(`${ALICE}/ask`, `${word}-${++sent}`);
    }, 1);
    return {
      sent: () => sent,
      end: async (alice: Client) => {
        clearInterval(timer);
        for (const [index, bob] of bobs.entries()) {
          const id = `${word}-end-${index}`;
          bob.send(message({ to: `${ALICE}/ask`, id, asks: false }));
          await alice.waitFor((stanza) => stanza.attrs['id'] === id);
        }
      },
    };
  }

  /** Of each node in a batch of its own, in any order. */
  async function factsOfBothNodes(id: string): Promise<readonly string[]> {
    const key = { from: ALICE, to: BOB, id };
    await component.waitForFact(key, 'accepted');
    return component.waitForFact(key, 'acked');
  }

  test('facts of one message come from both nodes, in the order of their stamps', async () => {
    await change(`${BOB}\tautomatic`);
    const { alice, bob } = await loginOnBoth();
    alice.ask(BOB, 'across');
    await factsOfBothNodes('across');
    const told = component.lines.flatMap((line, index) =>
      line[1] === 'across' ? [{ node: component.nodes[index], facts: line.slice(4) }] : [],
    );
    expect(new Set(told.map(({ node }) => node))).toEqual(
      new Set([nodeName(first), nodeName(second)]),
    );
    const stamps = told.flatMap(({ facts }) => facts).map((fact) => fact.split(' '));
    const inOrder = stamps.toSorted((a, b) => Number(a[1]) - Number(b[1]));
    expect(inOrder.slice(0, 3).map(([kind]) => kind)).toEqual(['accepted', 'sent', 'acked']);
    await Promise.all([alice.close(), bob.close()]);
  });

  test('the token of a message that the other node has accepted is good for an order', async () => {
    const bob = await login({ jid: `${BOB}/phone`, port: one.ports.c2s });
    const alice = await login({ jid: `${ALICE}/phone`, port: two.ports.c2s });
    alice.ask(BOB, 'token');
    const facts = await factsOfBothNodes('token');
    const token = facts.map((fact) => /token=(\S+)/.exec(fact)?.[1]).find(Boolean);
    const answer = await component.deliver(HOST, `token\t${ALICE}\t${BOB}\t${token}\tapproved`);
    expect(answer.getChild('deliver', FEED)?.attrs).toMatchObject({ delivered: '1' });
    await alice.waitFor((stanza) => stanza.attrs['id'] === token);
    await Promise.all([alice.close(), bob.close()]);
  });

  const mayRemind = () => component.mayRemind(HOST, ALICE, BOB);

  test('the node that has the stream says whether somebody may be reminded, as all nodes know it', async () => {
    expect(await mayRemind()).toBe('yes');
    expect(await change(`${BOB}\tclient\trefuse ${ALICE}`)).toBe('result');
    expect(await mayRemind()).toBe('policy');
    expect(await change(`${BOB}\tautomatic`)).toBe('result');
    const bob = await login({ jid: `${BOB}/phone`, port: two.ports.c2s });
    await bob.block(ALICE);
    expect(await mayRemind()).toBe('blocked');
    await bob.unblock(ALICE);
    expect(await mayRemind()).toBe('yes');
    await bob.close();
  });

  async function loginOnBoth(): Promise<{ alice: Client; bob: Client }> {
    const [alice, bob] = await Promise.all([
      login({ jid: `${ALICE}/phone`, port: one.ports.c2s }),
      login({ jid: `${BOB}/phone`, port: two.ports.c2s }),
    ]);
    return { alice, bob };
  }

  test('nodes that are cut off from each other confirm nothing, and are the same when they meet', async () => {
    await one.runErlang(CUT, nodeName(second));
    await eventually(otherNode).toMatchObject({ state: 'down' });
    expect(await change(`${BOB}\trefuse`)).toBe(NOT_EVERYWHERE);
    expect(await letsOut(one, BOB)).toBe(false);
    await one.runErlang(MEND, nodeName(second));
    await eventually(repeat).toBe('result');
    expect(await letsOut(two, BOB)).toBe(false);
  });

  test('a node that was killed takes what was changed meanwhile before it lets an answer out', async () => {
    await two.kill();
    await eventually(otherNode).toMatchObject({ state: 'down' });
    expect(await change(`${BOB}\tclient`, `${CAROL}\tmanual`)).toBe(NOT_EVERYWHERE);
    await two.start();
    await eventually(repeat).toBe('result');
    expect(await letsOut(two, BOB)).toBe(true);
    expect(await letsOut(two, CAROL)).toBe(false);
    expect(component.lines).toContainEqual(['node-restarted', expect.anything()]);
  });

  test('a component that connects to the other node goes on there, with the facts of both', async () => {
    await component.close();
    component = await connectTo(two);
    await eventually(repeat).toBe('result');
    expect(await change(`${BOB}\trefuse`)).toBe('result');
    expect(await mayRemind()).toBe('policy');
    expect(await change(`${BOB}\tclient`)).toBe('result');
    expect(await mayRemind()).toBe('yes');
    const { alice, bob } = await loginOnBoth();
    alice.ask(BOB, 'moved');
    const facts = await factsOfBothNodes('moved');
    expect(facts.map((fact) => fact.split(' ')[0])).toContain('accepted');
    await Promise.all([alice.close(), bob.close()]);
  });

  test('a node that starts beside nobody stops all answers until the component has said what holds', async () => {
    await component.close();
    await one.kill();
    // Mnesia of a node that was not the last one to run would wait for the other at its start.
    await expect.poll(async () => String(await two.runErlang(RUNNING))).toBe('1');
    await two.stop();
    await two.start();
    expect(await letsOut(two, BOB)).toBe(false);
    component = await connectTo(two);
    expect(await mayRemind()).toBe('policy');
    await eventually(repeat).toBe(NOT_EVERYWHERE);
    expect(await letsOut(two, BOB)).toBe(true);
    expect(await mayRemind()).toBe('yes');
  });

  test('when the operator drops the other node, changes are confirmed again', async () => {
    await two.runErlang(LEAVE, nodeName(first));
    await eventually(repeat).toBe('result');
    expect((await component.hello(HOST)).attrs).toMatchObject({ nodes: '1' });
  });
});
