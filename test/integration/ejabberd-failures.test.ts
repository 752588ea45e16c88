import { rm, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Client, login } from '../support/client.ts';
import { type Ejabberd, startEjabberd } from '../support/ejabberd.ts';
import { FeedComponent, outcomeOf } from '../support/feed-component.ts';
import { countInGaps, gapsIn } from '../support/told.ts';
import { until } from '../support/until.ts';

const COMPONENT = 'receipts.test';
const HOST = 'here.test';
const ALICE = `alice@${HOST}`;
const NOBODY = `nobody@${HOST}`;
const HOUR_MS = 3_600_000;

/** Without the table of its IQs the server can send none: what tries to fails. */
const STOP_IQS = 'ok = supervisor:terminate_child(ejabberd_sup, ejabberd_iq)';
const START_IQS = '{ok, _} = supervisor:restart_child(ejabberd_sup, ejabberd_iq), ok';

/** Hands over facts as hooks do, of a kind that nobody can write down. */
const HAND_OVER_BAD_FACTS = `[Host, Count] = Args,
Watch = persistent_term:get({mod_receipts, Host}),
[mod_receipts_handover:give({fact, 0, {<<"a">>, <<"b">>, <<"c">>}, <<"no atom">>, <<>>}, Watch)
 || _ <- lists:seq(1, Count)], ok`;
/** Takes away what the process knows of policies (their place in its record): an order of them fails in it. */
const BREAK_POLICIES = `[Host] = Args,
Watch = persistent_term:get({mod_receipts, Host}),
sys:replace_state(element(4, Watch), fun(State) -> setelement(9, State, broken) end), ok`;
const MAX_WAITING = 20_000;

describe('the process of a host on ejabberd', () => {
  let server: Ejabberd;
  let component: FeedComponent;
  let alice: Client;
  let lastId = 0;

  beforeEach(async () => {
    server = await startEjabberd({
      hosts: [{ name: HOST }],
      components: [{ domain: COMPONENT, secret: 'secret' }],
      receipts: { receipts_component: COMPONENT },
    });
    await server.register(ALICE);
    await enter();
  });

  afterEach(async () => {
    await leave();
    await server.dispose();
  });

  async function enter(): Promise<void> {
    component = await FeedComponent.connect({ domain: COMPONENT, port: server.ports.component });
    await component.hello(HOST);
    alice = await login({ jid: `${ALICE}/pc`, port: server.ports.c2s });
  }

  async function leave(): Promise<void> {
    await Promise.all([alice.close(), component.close()]);
  }

  function ask(count: number): readonly string[] {
    const ids = Array.from({ length: count }, () => `m${++lastId}`);
    for (const id of ids) alice.ask(NOBODY, id);
    return ids;
  }

  async function expectTold(ids: readonly string[]): Promise<void> {
    for (const id of ids) await component.waitForFact({ from: ALICE, to: NOBODY, id }, 'failed');
  }

  test('loses no fact, and tells the rest soon, when the server could not send a batch', async () => {
    await expectTold(ask(1));
    await server.runErlang(STOP_IQS);
    const during = ask(30);
    await alice.waitForMessage(during.at(-1) ?? '');
    await sleep(200);
    await server.runErlang(START_IQS);
    const after = ask(30);
    await expectTold([...during, ...after]);
    expect(gapsIn(component.lines)).toEqual([]);
  });

  test('goes on after more facts that it could not take than may wait for it, and counts them', async () => {
    await server.runErlang(HAND_OVER_BAD_FACTS, HOST, MAX_WAITING);
    await expectTold(ask(30));
    await until(() => countInGaps(component.lines) === MAX_WAITING, 'the facts that were dropped');
  });

  test('answers an order that fails in it by internal-server-error, and goes on', async () => {
    await server.runErlang(BREAK_POLICIES, HOST);
    const answer = await component.setPolicies(HOST, { part: 1, version: 'v2' });
    expect(outcomeOf(answer)).toBe('internal-server-error');
    await expectTold(ask(1));
  });

  test('says once that the clock was set back, and goes on', async () => {
    await leave();
    await server.stop();
    const ahead = (Date.now() + HOUR_MS) * 1000;
    await rm(server.receiptsPath(HOST, 'position'), { force: true });
    await writeFile(server.receiptsPath(HOST, 'position'), `0 ${ahead}\n`);
    await server.start();
    await enter();
    for (const id of [...ask(2), ...ask(2)]) await expectTold([id]);
    const said = (await server.log()).match(/clock of this server was set back by 3\d{3} s/g);
    expect(said).toHaveLength(1);
  });
});
