import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, test } from 'vitest';
import type { Client } from '../support/client.ts';
import { Company } from '../support/company.ts';
import { expectTold, type Sent, type Stage, startStage, waitForReceipt } from '../support/stage.ts';

const BOTH = 'both.test';

/** Prosody's archive keeps messages for two seconds here. */
const EXPIRES_AFTER = 'archive_expires_after = "2"';
const OLD_MS = 3500;
/** Prosody's file storage keeps so few rows here, and its archive then drops the oldest. */
const SMALL = 'storage_archive_item_limit = 2';
/** By now the server has looked whether the stores of somebody who came still hold everything. */
const LOOKED_MS = 2000;

/** An order to the server, as `ejabberdctl` gives it. */
const command = (name: string, args: string) =>
  `ejabberd_commands:execute_command2(${name}, ${args}, #{caller_module => ejabberd_ctl}), true`;

/** What removes old messages by itself, or when an administrator wants it. Prosody has nothing for the offline store. */
const REMOVE_OLD = {
  archive: {
    lua: `
local host = ...
local mam = require "core.modulemanager".get_module(host, "mam").module
for _, task in ipairs(mam:get_host_items("task")) do
  require "util.async".runner(function () task:run(os.time()) end):run(true)
end
return true`,
    erlang: command('delete_old_mam_messages', '[<<"all">>, 0]'),
  },
  offline: {
    lua: `
local host, node = ...
return require "core.storagemanager".open(host, "offline", "archive"):delete(node, { ["end"] = os.time() - 2 }) ~= nil`,
    erlang: command('delete_old_messages', '[0]'),
  },
} as const;

describe('old messages that the server removes', () => {
  let stage: Stage;
  let company: Company;

  /** One host for each server: on ejabberd `delete_old_messages` wants an offline store on every host. */
  async function open(host: string, lua = EXPIRES_AFTER): Promise<void> {
    stage = await startStage({
      hosts: [{ name: host, mam: true, offline: host === BOTH, lua }],
    });
    company = new Company(stage);
  }

  afterEach(async () => {
    await company?.leave();
    await stage?.dispose();
  });

  async function old(name: string, host: string): Promise<{ alice: Client; sent: Sent }> {
    await open(host);
    return write(name, host);
  }

  /** Alice has written to somebody who is away, and it became old. */
  async function write(name: string, host: string): Promise<{ alice: Client; sent: Sent }> {
    const alice = await company.enter(`alice-${name}@${host}/pc`);
    const sent = { from: alice.bareJid, to: await company.register(`${name}@${host}`), id: 'old' };
    await stage.server.befriend(sent.from, sent.to);
    alice.ask(sent.to, sent.id);
    await waitForReceipt(alice, sent.id, 'stored');
    await sleep(OLD_MS);
    return { alice, sent };
  }

  async function removeOld(store: keyof typeof REMOVE_OLD, { to }: Sent): Promise<void> {
    const [node = '', host = ''] = to.split('@');
    await stage.server.runInside(REMOVE_OLD[store], host, node);
    await sleep(200);
  }

  test('an old message that is removed from the archive, its only store, is lost, and a newer one is not', async () => {
    const { alice, sent } = await old('expired', 'archive.test');
    await removeOld('archive', sent);
    alice.ask(sent.to, 'new');
    await waitForReceipt(alice, 'new', 'stored');
    await company.enter(`${sent.to}/phone`);
    await waitForReceipt(alice, sent.id, 'lost');
    await expectTold(alice, 'new', ['stored']);
  });

  test('an old message that is removed from the archive is not lost while the offline store has it', async () => {
    const { alice, sent } = await old('offline', BOTH);
    await removeOld('archive', sent);
    await company.enter(`${sent.to}/phone`);
    await sleep(LOOKED_MS);
    await expectTold(alice, sent.id, ['stored', 'sent']);
  });

  test('an old message that is removed from the offline store is not lost while the archive has it', async () => {
    const { alice, sent } = await old('archived', BOTH);
    await removeOld('offline', sent);
    await company.enter(`${sent.to}/phone`);
    await sleep(LOOKED_MS);
    await expectTold(alice, sent.id, ['stored']);
  });

  test('an old message is lost when it is removed from the last store that held it', async () => {
    const { alice, sent } = await old('both', BOTH);
    await removeOld('offline', sent);
    await removeOld('archive', sent);
    await company.enter(`${sent.to}/phone`);
    await waitForReceipt(alice, sent.id, 'lost');
    await expectTold(alice, sent.id, ['stored', 'lost']);
  });

  test('where newer messages push one out of a full archive, its only store, it is lost, and they are not', async () => {
    await open('archive.test', SMALL);
    const { alice, sent } = await write('full', 'archive.test');
    const newer = ['new-1', 'new-2'];
    for (const id of newer) alice.ask(sent.to, id);
    for (const id of newer) await waitForReceipt(alice, id, 'stored');
    await company.enter(`${sent.to}/phone`);
    if (pushesOut()) await waitForReceipt(alice, sent.id, 'lost');
    else await expectTold(alice, sent.id, ['stored']);
    for (const id of newer) await expectTold(alice, id, ['stored']);
  });

  /** ejabberd's archives have no limit. */
  const pushesOut = () => stage.server.kind === 'prosody';
});
