import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Client, login } from '../support/client.ts';
import { type Ejabberd, startEjabberd } from '../support/ejabberd.ts';
import { FeedComponent, type Sent } from '../support/feed-component.ts';
import { countFacts, countInGaps, gapsIn, kindsByMessage } from '../support/told.ts';

const HOST = 'crowd.test';
const COMPONENT = `receipts.${HOST}`;
const ALICE = `alice@${HOST}`;
const BOB = `bob@${HOST}`;
/** Accepted, sent, acked. */
const FACTS_OF_A_MESSAGE = 3;
const MAX_WAITING = 20_000;
/** That look and hand over at the same time. */
const SESSIONS = 10;
const KILLS = 5;
/** 500 messages make a tick. */
const MAX_FACTS_OF_A_TICK = 500 * FACTS_OF_A_MESSAGE;
const STEP = 10;
const MAX_AHEAD = 500;
const DELIVERY_MS = 20_000;
const ACCOUNT_MS = 20_000;

const PROCESS = '[Host] = Args, Process = gen_mod:get_module_proc(Host, mod_receipts)';
const SUSPEND = `${PROCESS}, sys:suspend(Process)`;
const RESUME = `${PROCESS}, sys:resume(Process)`;
const WAITING = `${PROCESS}, ets:info(Process, size)`;
/** Its supervisor starts it again. */
const KILL = `${PROCESS}, exit(whereis(Process), kill), ok`;

describe('a module under too much load', () => {
  let server: Ejabberd;
  let component: FeedComponent;
  let alice: Client;
  let bob: Client;
  let lastId = 0;

  beforeEach(async () => {
    server = await startEjabberd({
      hosts: [{ name: HOST }],
      components: [{ domain: COMPONENT, secret: 'secret' }],
      receipts: {},
    });
    for (const jid of [ALICE, BOB]) await server.register(jid);
    component = await FeedComponent.connect({ domain: COMPONENT, port: server.ports.component });
    await component.hello(HOST);
    alice = await login({ jid: `${ALICE}/pc`, port: server.ports.c2s });
    bob = await login({ jid: `${BOB}/phone`, port: server.ports.c2s });
  });

  afterEach(async () => {
    await Promise.all([alice.close(), bob.close(), component.close()]);
    await server.dispose();
  });

  /** Goes on as bob gets them: of one stream's unacknowledged messages the module remembers 2000. */
  async function ask(count: number, stepMs = 1): Promise<readonly Sent[]> {
    const sent = Array.from({ length: count }, () => ({ from: ALICE, to: BOB, id: newId() }));
    for (let next = 0; next < count; next += STEP) {
      for (const { to, id } of sent.slice(next, next + STEP)) alice.ask(to, id);
      await sleep(stepMs);
      const behind = sent[next - MAX_AHEAD];
      if (behind !== undefined) await bob.waitForMessage(behind.id, { ms: DELIVERY_MS });
    }
    return sent;
  }

  const newId = () => `m${++lastId}`;
  const stampsOfGaps = () => gapsIn(component.lines).map(({ stamp }) => stamp);
  const waiting = async () => Number(await server.runErlang(WAITING, HOST));

  /** Also while the module takes nothing. */
  async function expectAllDelivered(sent: readonly Sent[]): Promise<void> {
    await bob.waitForMessage(sent.at(-1)?.id ?? '', { ms: DELIVERY_MS });
    const got = new Set(bob.received.map(({ attrs }) => attrs['id']));
    expect(sent.filter(({ id }) => !got.has(id))).toEqual([]);
  }

  /** Facts that were told and facts that were counted in gaps, when that is no less than it should be. */
  async function accountOf(sent: readonly Sent[]) {
    const expected = sent.length * FACTS_OF_A_MESSAGE;
    const account = () => {
      const [told, counted] = [countFacts(component.lines), countInGaps(component.lines)];
      return { counted, lost: expected - told, isAllThere: told + counted >= expected };
    };
    const end = Date.now() + ACCOUNT_MS;
    while (!account().isAllThere && Date.now() < end) await sleep(200);
    await sleep(500);
    return account();
  }

  test('while the module hangs facts are kept up to its limit, the rest is counted, and no message waits', async () => {
    await server.runErlang(SUSPEND, HOST);
    const sent = await ask(9000);
    await expectAllDelivered(sent);
    await sleep(500);
    expect(await waiting()).toBeLessThan(MAX_WAITING + SESSIONS);
    const resumedAt = Date.now() * 1000;
    await server.runErlang(RESUME, HOST);
    const { counted, lost } = await accountOf(sent);
    expect(counted).toBe(lost);
    expect(lost).toBeGreaterThan(sent.length * FACTS_OF_A_MESSAGE - MAX_WAITING - SESSIONS);
    // What was dropped is older than the stamp, also the last of it.
    expect(Math.max(...stampsOfGaps())).toBeGreaterThanOrEqual(resumedAt);
  });

  test('after the module hung, all facts are told again', async () => {
    await server.runErlang(SUSPEND, HOST);
    const before = await ask(100);
    await server.runErlang(RESUME, HOST);
    const sent = [...before, ...(await ask(100))];
    expect(await accountOf(sent)).toMatchObject({ counted: 0, lost: 0 });
    const kinds = kindsByMessage(component.lines);
    expect(new Set(kinds.values())).toEqual(new Set(['accepted sent acked']));
  });

  test('when the module is killed again and again under load, few facts are lost and all of these are counted', async () => {
    const sending = ask(4000, 5);
    for (let kill = 0; kill < KILLS; kill++) {
      await sleep(300);
      await server.runErlang(KILL, HOST);
    }
    const sent = await sending;
    await expectAllDelivered(sent);
    const { counted, lost } = await accountOf(sent);
    expect(lost).toBeGreaterThan(0);
    expect(lost).toBeLessThan((sent.length * FACTS_OF_A_MESSAGE) / 2);
    // Nobody can tell whether the tick that a kill interrupted was on the disk: then it is counted, too.
    expect(counted).toBeGreaterThanOrEqual(lost);
    expect(counted).toBeLessThan(lost + KILLS * MAX_FACTS_OF_A_TICK);
  });
});
