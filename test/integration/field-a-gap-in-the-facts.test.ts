import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Company } from '../support/company.ts';
import {
  AFTER_GRACE_MS,
  type Sent,
  type Stage,
  startStage,
  toldAbout,
  waitForReceipt,
} from '../support/stage.ts';

const HOST = 'narrow.test';
/** The least that may be set. */
const LIMIT_BYTES = 64 * 1024;
/** So many facts are much more than the spool may hold. */
const MANY = 2500;
/** By now the server has looked whether the stores of somebody who came still hold everything. */
const LOOKED_MS = 2000;
/** The daemon may just have come back to the server, and does not know its clock yet. */
const AFTER_RECONNECT_MS = 40_000;

describe('a server that had to drop facts', () => {
  let folder: string;
  let stage: Stage;
  let company: Company;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'receipts-'));
    stage = await startStage({
      store: `sqlite:${join(folder, 'receipts.db')}`,
      hosts: [{ name: HOST }],
      server: {
        receipts: { receipts_component: 'receipts.test', receipts_spool_limit: LIMIT_BYTES },
        lua: 'limits = {}',
      },
    });
    company = new Company(stage);
  });

  afterAll(async () => {
    await company?.leave();
    await stage?.dispose();
    await rm(folder, { recursive: true });
  });

  test('a message whose handing out may be among the dropped facts is not lost because its store is empty', async () => {
    const alice = await company.enter(`alice@${HOST}/pc`);
    const bob = await company.register(`bob@${HOST}`);
    await stage.server.befriend(alice.bareJid, bob);
    const sent: Sent = { from: alice.bareJid, to: bob, id: 'handed-out' };
    alice.ask(bob, sent.id);
    await waitForReceipt(alice, sent.id, 'stored');

    await stage.stopDaemon();
    const phone = await company.enter(`${bob}/phone`);
    await phone.waitForMessage(sent.id);
    for (let index = 0; index < MANY; index++) phone.answer(alice.bareJid, `none-${index}`);
    await alice.waitFor(({ attrs }) => attrs['id'] === `received-none-${MANY - 1}`, { ms: 40_000 });
    await phone.close();
    alice.ask(bob, 'later');
    await sleep(AFTER_GRACE_MS);
    await company.enter(`${bob}/tablet`);
    await sleep(LOOKED_MS);

    await stage.startDaemon();
    await stage.expectStatus({ ...sent, id: 'later' }, 'delivered by stream', AFTER_RECONNECT_MS);
    await expect.poll(() => stage.said.join()).toContain('the server had to drop facts');
    await sleep(AFTER_GRACE_MS);
    expect((await stage.proofs(sent))?.at(-1)?.status).toBe('stored');
    expect(toldAbout(alice, sent.id)).toEqual(['stored']);
  });
});
