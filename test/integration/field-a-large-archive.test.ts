import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Company } from '../support/company.ts';
import { type Stage, startStage, waitForReceipt } from '../support/stage.ts';

const HOST = 'archive.test';
const ROWS = 10_000;
/** More than the look itself needs, and far less than a whole archive takes. */
const SHORT_MS = 25;

const INSIDE_ALONE = { erlang: 'ok' };

/** In place of what is there: so many messages, a minute later. In processor time: others use this machine too. */
const FILL_AND_WATCH = {
  ...INSIDE_ALONE,
  lua: `
local node, host, count = ...
local st = require "util.stanza"
local rows = {}
for number = 1, count do
  local row = st.preserialize(st.message({ from = "alice@" .. host, to = node .. "@" .. host, type = "chat" }, "a }\\n});\\n message"))
  row.key, row.when, row.with, row.attr.stamp = "row" .. number, os.time() + 60 + number, "alice@" .. host, "2026-01-01T00:00:00Z"
  rows[number] = row
end
local datamanager = require "util.datamanager"
datamanager.list_store(node, host, "archive", rows)
-- Since 13.0 an archive that grew has an index; this one gets it at the first look.
if datamanager.list_open then datamanager.list_open(node, host, "archive"):close() end
local receipts = require "core.modulemanager".get_module(host, "receipts").module
receipts:wrap_event("message/offline/broadcast", function (handlers, name, event)
  local began = os.clock()
  local result = handlers(name, event)
  package.loaded.receipts_test_look = (os.clock() - began) * 1000
  return result
end)
return true`,
};

const LENGTH_OF_LOOK = { ...INSIDE_ALONE, lua: 'return package.loaded.receipts_test_look' };

describe('a large archive on Prosody', () => {
  let stage: Stage;
  let company: Company;

  beforeAll(async () => {
    stage = await startStage({ hosts: [{ name: HOST, mam: true, offline: false }] });
    company = new Company(stage);
  });

  afterAll(async () => {
    await company?.leave();
    await stage?.dispose();
  });

  test('the look at an archive of 10,000 messages finds its oldest one and holds nobody up', async () => {
    const alice = await company.enter(`alice@${HOST}/pc`);
    const bob = await company.register(`bob@${HOST}`);
    await stage.server.befriend(alice.bareJid, bob);
    alice.ask(bob, 'm1');
    await waitForReceipt(alice, 'm1', 'stored');
    await stage.server.runInside(FILL_AND_WATCH, 'bob', HOST, ROWS);
    await company.enter(`${bob}/phone`);
    await waitForReceipt(alice, 'm1', 'lost');
    expect(await stage.server.runInside(LENGTH_OF_LOOK)).toBeLessThan(SHORT_MS);
  });
});
