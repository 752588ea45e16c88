import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Company } from '../support/company.ts';
import { expectTold, type Stage, startStage, waitForReceipt } from '../support/stage.ts';

const HOST = 'plain.test';
const NOTICED_MS = 150;
/** Longer than the rest of a stop takes; the server gives a session five seconds to end. */
const SLOW_MS = 2000;

/**
 * What a busy machine does by chance: the session that sleeps begins to end while the server still
 * has its hooks, and is not done when the server kills what is left. Its message is in the offline
 * store by then, and mod_receipts has not seen it yet.
 */
const END_SLOWLY = {
  lua: '',
  erlang: `
    [Host, Ms] = Args,
    Wait = fun(_, {in, {_, _, {delete, c2s_terminated, _, _, process_terminated, _}}}, _) -> timer:sleep(300);
              (State, _, _) -> State
           end,
    ok = sys:install(ejabberd_hooks, {Wait, ok}),
    ok = ejabberd_hooks:add(offline_message_hook, Host, fun(Acc) -> timer:sleep(Ms), Acc end, 51)`,
};

describe('a stop of ejabberd in good order, on a busy machine', () => {
  let stage: Stage;
  let company: Company;

  beforeAll(async () => {
    stage = await startStage({
      hosts: [{ name: HOST }],
      server: { streamManagement: { hibernationSeconds: 60 } },
    });
    company = new Company(stage);
  });

  afterAll(async () => {
    await company?.leave();
    await stage?.dispose();
  });

  test('a message that the end of a sleeping session puts into the offline store is stored, however late that happens', async () => {
    const alice = await company.enter(`alice@${HOST}/pc`, { acks: 'off' });
    const bob = await company.register(`bob@${HOST}`);
    await stage.server.befriend(alice.bareJid, bob);
    const phone = await company.enter(`${bob}/phone`);
    phone.die();
    await sleep(NOTICED_MS);
    alice.ask(bob, 'm1');
    await waitForReceipt(alice, 'm1', 'stored');
    await stage.server.runInside(END_SLOWLY, HOST, SLOW_MS);
    await stage.server.restart();
    const sent = { from: alice.bareJid, to: bob, id: 'm1' };
    const back = await company.enter(alice.jid, { acks: 'off' });
    const again = await company.enter(`${bob}/phone`);
    await again.waitForMessage('m1');
    await stage.expectStatus(sent, 'delivered by stream');
    expect(await stage.kindsOf(sent)).toEqual(['accepted', 'kept', 'stored', 'sent', 'acked']);
    await expectTold(back, 'm1', ['sent']);
  });
});
