import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, test } from 'vitest';
import { Company } from '../support/company.ts';
import { comeHidden } from '../support/hiding.ts';
import { expectLasting } from '../support/lasting.ts';
import { SERVER_KIND } from '../support/server.ts';
import {
  AFTER_GRACE_MS,
  COMPONENT,
  type Stage,
  startStage,
  toldAbout,
  waitForReceipt,
} from '../support/stage.ts';

const HOST = 'hidden.test';
/** A millisecond, in the unit of each module: what two sessions do then often comes in two batches. */
const SHORT_TICK = SERVER_KIND === 'prosody' ? 0.001 : 1;
const MANY = 150;

let stage: Stage;
let company: Company;

beforeAll(async () => {
  stage = await startStage({
    hosts: [{ name: HOST, mam: true }],
    server: { receipts: { receipts_component: COMPONENT, receipts_tick: SHORT_TICK } },
  });
  company = new Company(stage);
});

afterAll(async () => {
  await company?.leave();
  await stage?.dispose();
});

test('of a recipient who hides on the phone and is seen on the laptop nothing is told but what the laptop does, however the two meet', async () => {
  const alice = await company.enter(`alice@${HOST}/pc`);
  const bob = await company.register(`bob@${HOST}`);
  await stage.server.befriend(alice.bareJid, bob);
  await comeHidden({ company, kind: stage.server.kind, alice, bob }, 'directed unavailable');
  await company.enter(`${bob}/laptop`, { acks: 'never' });
  const ids = Array.from({ length: MANY }, (_, index) => `m${index}`);
  for (const id of ids) {
    alice.ask(bob, id);
    await sleep(11);
  }
  await waitForReceipt(alice, `m${MANY - 1}`, 'sent');
  const wrong = () => ids.filter((id) => toldAbout(alice, id).join() !== 'sent');
  await expectLasting(wrong, [], AFTER_GRACE_MS);
});
