import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { BareJid } from '../../src/message/jid.ts';
import type { Preferences } from '../../src/receipt/preferences.ts';
import { asked, askedByBot, say, ticksFor } from '../support/bot-chat.ts';
import type { Client, LoginOptions } from '../support/client.ts';
import { Company } from '../support/company.ts';
import {
  AFTER_GRACE_MS,
  type Stage,
  startStage,
  toldAbout,
  waitForReceipt,
} from '../support/stage.ts';

const HOST = 'kept.test';
/** By now a client has answered, and the sender would have it. */
const AFTER_ANSWER_MS = 500;
/** By now the daemon is connected again, and the server has what changed meanwhile. */
const AFTER_SYNC_MS = 1500;

describe('choices and questions', () => {
  let folder: string;
  let stage: Stage;
  let company: Company;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'persistence-'));
    stage = await startStage({
      hosts: [{ name: HOST }],
      store: `sqlite:${join(folder, 'receipts.db')}`,
    });
    company = new Company(stage);
  });

  afterEach(() => company.leave());

  afterAll(async () => {
    await stage?.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  interface Pair {
    readonly alice: Client;
    readonly bob: Client;
  }

  /** Two who see each other's presence; the recipient's client answers by itself. */
  async function meet(name: string, options: Partial<LoginOptions> = {}): Promise<Pair> {
    const alice = await company.enter(`alice-${name}@${HOST}/pc`);
    const bob = await company.enter(`bob-${name}@${HOST}/phone`, { autoReceipt: true, ...options });
    await company.befriend(alice, bob);
    return { alice, bob };
  }

  /** Does the answer of the recipient's client get through? */
  async function isAnswered({ alice, bob }: Pair, id: string): Promise<boolean> {
    alice.ask(bob.bareJid, id);
    await bob.waitForMessage(id);
    await sleep(AFTER_ANSWER_MS);
    return ticksFor(alice, id).includes(bob.jid);
  }

  /** The answer of the recipient's client gets through. */
  async function expectAnswered({ alice, bob }: Pair, id: string): Promise<void> {
    alice.ask(bob.bareJid, id);
    await bob.waitForMessage(id);
    await alice.waitUntil(() => ticksFor(alice, id).includes(bob.jid));
  }

  function chosenBy({ bareJid }: Client): Promise<Preferences> {
    return stage.store.preferences.get(bareJid as BareJid);
  }

  test.each(['restarted', 'killed'])(
    'a policy holds while the daemon is away and the server is %s, and what it stopped is asked about later',
    async (how) => {
      const { bob: before } = await meet(how);
      expect(await say(before, 'policy manual')).toContain('From now on this holds');
      if (how === 'killed') await stage.server.kill();
      await stage.stopDaemon();
      await company.leave();
      await (how === 'killed' ? stage.server.start() : stage.server.restart());
      const pair = await meet(how);
      expect(await isAnswered(pair, 'm1')).toBe(false);
      await stage.startDaemon();
      expect(await asked(pair.bob)).toContain(pair.alice.bareJid);
      expect(await say(pair.bob, 'yes')).toContain('will learn');
      await waitForReceipt(pair.alice, 'm1', 'confirmed');
      await pair.alice.waitUntil(() => ticksFor(pair.alice, 'm1').length > 0);
      expect(ticksFor(pair.alice, 'm1')).toEqual([pair.bob.bareJid]);
    },
  );

  test('a question can be answered after a restart of daemon and server, and the sender has tick and receipt on return', async () => {
    const first = await meet('later');
    await say(first.bob, 'policy manual');
    first.alice.ask(first.bob.bareJid, 'm1');
    await asked(first.bob);
    await waitForReceipt(first.alice, 'm1', 'sent');
    await company.leave();
    await stage.stopDaemon();
    await stage.server.restart();
    await stage.startDaemon();

    const bob = await company.enter(first.bob.jid);
    expect(await say(bob, 'yes')).toContain(`${first.alice.bareJid} will learn`);
    await sleep(AFTER_GRACE_MS);
    expect(askedByBot(bob)).toEqual([]);
    const alice = await company.enter(first.alice.jid);
    await waitForReceipt(alice, 'm1', 'confirmed');
    await sleep(AFTER_ANSWER_MS);
    expect(ticksFor(alice, 'm1')).toEqual([bob.bareJid]);
    expect(toldAbout(alice, 'm1')).toEqual(['confirmed']);
  });

  test('a policy that was changed while the server was down holds when it is back', async () => {
    const { bob } = await meet('down');
    await say(bob, 'policy refuse');
    await company.leave();
    await stage.server.stop();
    await stage.store.preferences.change(bob.bareJid as BareJid, {
      change: () => ({ policy: 'client', exceptions: { 'elsewhere.test': 'refuse' } }),
      now: Date.now(),
    });
    await stage.server.start();
    await sleep(AFTER_SYNC_MS);
    await expectAnswered(await meet('down'), 'm1');
  });

  test('a policy holds although the server has lost its copy', async () => {
    const { bob } = await meet('lost');
    await say(bob, 'policy refuse');
    await company.leave();
    await stage.server.stop();
    await rm(stage.server.receiptsPath(HOST, 'policies.list'));
    await stage.server.start();
    await sleep(AFTER_SYNC_MS);
    expect(await isAnswered(await meet('lost'), 'm1')).toBe(false);
  });

  test('a policy holds after the module was reloaded, and after it was unloaded for a while', async () => {
    const pair = await meet('reloaded');
    await say(pair.bob, `policy for ${pair.alice.bareJid} refuse`);
    await stage.server.reloadModule(HOST, 'receipts');
    expect(await isAnswered(pair, 'm1')).toBe(false);
    await stage.server.unloadModule(HOST, 'receipts');
    expect(await say(pair.bob, `policy for ${pair.alice.bareJid} client`)).toContain('Saved.');
    await stage.server.loadModule(HOST, 'receipts');
    await sleep(AFTER_SYNC_MS);
    await expectAnswered(pair, 'm2');
  });

  test('the operator’s lock goes before a user’s policy, also without the daemon, until it is taken away', async () => {
    const pair = await meet('locked');
    await say(pair.bob, 'policy client');
    await stage.stopDaemon();
    await stage.startDaemon({}, { policies: { default: 'refuse', locked: true } });
    await sleep(AFTER_SYNC_MS);
    expect(await say(pair.bob, 'policy')).toContain('cannot be changed');
    expect(await say(pair.bob, 'policy automatic')).toContain('cannot be changed');
    expect(await isAnswered(pair, 'm1')).toBe(false);

    await company.leave();
    await stage.stopDaemon();
    await stage.server.restart();
    const again = await meet('locked');
    expect(await isAnswered(again, 'm2')).toBe(false);

    await stage.startDaemon();
    await sleep(AFTER_SYNC_MS);
    await expectAnswered(again, 'm3');
    expect(await chosenBy(again.bob)).toMatchObject({ policy: 'client' });
  });

  test('the operator’s new default holds for all who chose nothing, and for nobody else', async () => {
    const [chose, never] = [await meet('chose'), await meet('never')];
    await say(chose.bob, 'policy client');
    await stage.stopDaemon();
    await stage.startDaemon({}, { policies: { default: 'manual' } });
    await sleep(AFTER_SYNC_MS);
    await expectAnswered(chose, 'm1');
    expect(await isAnswered(never, 'm1')).toBe(false);
    expect(await asked(never.bob)).toContain(never.alice.bareJid);
    await stage.stopDaemon();
    await stage.startDaemon();
    await sleep(AFTER_SYNC_MS);
    await expectAnswered(never, 'm2');
  });

  test.each(['while the daemon is there', 'while it is away'])(
    'what a user chose and was asked is forgotten with the account, deleted %s',
    async (when) => {
      const name = when.includes('away') ? 'gone' : 'deleted';
      const { alice, bob } = await meet(name);
      await say(bob, 'policy manual');
      await say(bob, `policy for ${HOST} manual`);
      await say(bob, 'language zh');
      alice.ask(bob.bareJid, 'm1');
      await asked(bob);
      if (name === 'gone') await stage.stopDaemon();
      await stage.server.deleteUser(bob.bareJid);
      await stage.server.register(bob.bareJid);
      const pair = { alice, bob: await company.enter(bob.jid, { autoReceipt: true }) };
      await company.befriend(pair.alice, pair.bob);
      await expectAnswered(pair, 'm2');
      if (name === 'gone') await stage.startDaemon();
      await sleep(AFTER_SYNC_MS);
      expect(await chosenBy(bob)).toEqual({});
      expect(await stage.store.questions.waiting(bob.bareJid as BareJid)).toEqual([]);
      expect(await say(pair.bob, 'yes')).toContain('No question waits');
      expect(await say(pair.bob, 'policy')).toContain('Your policy is client');
      await expectAnswered(pair, 'm3');
      expect(askedByBot(pair.bob)).toEqual([]);
    },
  );
});
