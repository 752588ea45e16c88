import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Client } from '../support/client.ts';
import { Company } from '../support/company.ts';
import { comeHidden } from '../support/hiding.ts';
import { expectTold, type Sent, type Stage, startStage, waitForReceipt } from '../support/stage.ts';

const EMPTY = {
  offline: {
    lua: `local jid, host = ...
          return require"core.storagemanager".open(host, "offline", "archive"):delete(jid) ~= nil`,
    erlang: `[User, Host] = Args, {atomic, ok} = mod_offline_mnesia:remove_all_messages(User, Host), true`,
  },
  archive: {
    lua: `local jid, host = ...
          return require"core.storagemanager".open(host, "archive", "archive"):delete(jid) ~= nil`,
    erlang: `[User, Host] = Args, mod_mam:remove_mam_for_user(User, Host), true`,
  },
} as const;

/** By now the server has looked whether the stores of somebody who came still hold everything. */
const LOOKED_MS = 2000;

describe('what was kept, and then thrown away', () => {
  let stage: Stage;
  let company: Company;

  beforeAll(async () => {
    stage = await startStage({
      hosts: [
        { name: 'both.test', mam: true },
        { name: 'offline.test' },
        { name: 'archive.test', mam: true, offline: false },
      ],
      server: { modules: ['test_invisible'] },
    });
    company = new Company(stage);
  });

  afterAll(async () => {
    await company?.leave();
    await stage?.dispose();
  });

  /** Alice has written to somebody who is away, and knows that it is stored. */
  async function kept(name: string, host: string): Promise<{ alice: Client; sent: Sent }> {
    const alice = await company.enter(`alice-${name}@${host}/pc`);
    const sent = { from: alice.bareJid, to: await company.register(`${name}@${host}`), id: name };
    await stage.server.befriend(sent.from, sent.to);
    alice.ask(sent.to, sent.id);
    await waitForReceipt(alice, sent.id, 'stored');
    return { alice, sent };
  }

  async function empty(store: keyof typeof EMPTY, { to }: Sent): Promise<void> {
    await stage.server.runInside(EMPTY[store], ...to.split('@'));
  }

  async function expectWhere(sent: Sent, stores: readonly string[]): Promise<void> {
    const facts = await stage.factsOf(sent);
    const where = facts.flatMap((fact) => (fact.kind === 'stored' ? [fact.where] : []));
    expect(where.toSorted()).toEqual(stores);
  }

  /** It was found that the offline store has it no more. */
  async function expectGone(sent: Sent): Promise<void> {
    const facts = await stage.factsOf(sent);
    expect(facts).toContainEqual(expect.objectContaining({ kind: 'gone', where: 'offline' }));
  }

  test.each([
    { host: 'both.test', stores: ['archive', 'offline'] },
    { host: 'offline.test', stores: ['offline'] },
    { host: 'archive.test', stores: ['archive'] },
  ])('every store that holds a message on $host is named: $stores', async ({ host, stores }) => {
    const { sent } = await kept('named', host);
    await expectWhere(sent, stores);
  });

  test('a message whose offline store was emptied is lost, and that is told when its owner comes', async () => {
    const { alice, sent } = await kept('deleted', 'offline.test');
    await empty('offline', sent);
    await company.enter(`${sent.to}/phone`);
    await waitForReceipt(alice, sent.id, 'lost');
    await expectTold(alice, sent.id, ['stored', 'lost']);
  });

  test('nothing is told of an emptied store to a sender whom the recipient blocks', async () => {
    const { alice, sent } = await kept('blocking', 'offline.test');
    await empty('offline', sent);
    const phone = await company.enter(`${sent.to}/phone`, { priority: 'none' });
    await phone.block(alice.bareJid);
    await phone.setPresence();
    await sleep(LOOKED_MS);
    await expectTold(alice, sent.id, ['stored']);
    await expectGone(sent);
  });

  test('nothing is told of an emptied store to a sender from whom the recipient hides', async () => {
    const { alice, sent } = await kept('hiding', 'offline.test');
    await empty('offline', sent);
    await comeHidden({ company, kind: stage.server.kind, alice, bob: sent.to }, 'invisible');
    await sleep(LOOKED_MS);
    await expectTold(alice, sent.id, ['stored']);
    await expectGone(sent);
  });

  test('a message whose archive was emptied is lost where the archive is the only store', async () => {
    const { alice, sent } = await kept('unarchived', 'archive.test');
    await empty('archive', sent);
    await company.enter(`${sent.to}/phone`);
    await waitForReceipt(alice, sent.id, 'lost');
    await expectTold(alice, sent.id, ['stored', 'lost']);
  });

  test.each(['offline', 'archive'] as const)(
    'a message is not lost while another store than the emptied one (%s) holds it',
    async (store) => {
      const { alice, sent } = await kept(`one-${store}`, 'both.test');
      await empty(store, sent);
      await company.enter(`${sent.to}/phone`);
      await sleep(LOOKED_MS);
      await expectTold(alice, sent.id, store === 'offline' ? ['stored'] : ['stored', 'sent']);
    },
  );

  test('a message is lost when the last of two stores was emptied', async () => {
    const { alice, sent } = await kept('last', 'both.test');
    await empty('offline', sent);
    const phone = await company.enter(`${sent.to}/phone`);
    await sleep(LOOKED_MS);
    await phone.close();
    await empty('archive', sent);
    alice.ask(sent.to, 'another');
    await waitForReceipt(alice, 'another', 'stored');
    await company.enter(`${sent.to}/phone`);
    await waitForReceipt(alice, sent.id, 'lost');
  });

  test.each(['offline.test', 'both.test'])(
    'what is handed out on %s is not lost, whatever is emptied later',
    async (host) => {
      const { alice, sent } = await kept('handed', host);
      const phone = await company.enter(`${sent.to}/phone`);
      await phone.waitForMessage(sent.id);
      await phone.close();
      await empty('offline', sent);
      await company.enter(`${sent.to}/tablet`);
      await sleep(LOOKED_MS);
      await expectTold(alice, sent.id, ['stored', 'sent']);
    },
  );

  test('an archive that still has the message and older ones loses nothing', async () => {
    const { alice, sent } = await kept('still', 'archive.test');
    await company.enter(`${sent.to}/phone`);
    await sleep(LOOKED_MS);
    await expectTold(alice, sent.id, ['stored']);
  });
});
