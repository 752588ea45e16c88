import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { xmppReceipts } from '../support/backup-command.ts';
import type { Client } from '../support/client.ts';
import { Company } from '../support/company.ts';
import { type Stage, startStage, toldAbout, waitForReceipt } from '../support/stage.ts';

const HOST = 'here.test';

let stage: Stage;
let company: Company;
let folder: string;
let path: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'xmpp-receipts-restored-'));
  path = join(folder, 'receipts.db');
  stage = await startStage({ hosts: [{ name: HOST }], policy: 'automatic', daemon: false });
  company = new Company(stage);
  await start();
});

afterAll(async () => {
  await company?.leave();
  await stage?.dispose();
  await rm(folder, { recursive: true, force: true });
});

const start = () => stage.startDaemon({}, { store: `sqlite:${path}` });

/** Which message id told which statuses of which messages. */
function toldUnder(client: Client): ReadonlyMap<string, string> {
  const told = client.received.flatMap((stanza) => {
    const receipts = stanza.getChildren('receipt', 'xmpp-receipts:1');
    const what = receipts.map(({ attrs }) => `${attrs['id']} ${attrs['status']}`);
    return what.length === 0 ? [] : [[stanza.attrs['id'] ?? '', what.join()] as const];
  });
  // As many names as stanzas: none was used twice.
  expect(new Set(told.map(([id]) => id)).size).toBe(told.length);
  return new Map(told);
}

test('after a backup was restored no receipt has the message id of an older one, and nothing is told twice', async () => {
  const alice = await company.enter(`alice@${HOST}/pc`);
  const bob = await company.register(`bob@${HOST}`);
  await stage.server.befriend(alice.bareJid, bob);
  alice.ask(bob, 'before');
  await waitForReceipt(alice, 'before', 'stored');
  expect(await xmppReceipts('backup', { path, host: HOST })).toMatchObject({ code: 0 });
  alice.ask(bob, 'unknown');
  await waitForReceipt(alice, 'unknown', 'stored');
  const known = toldUnder(alice);
  await stage.stopDaemon();
  expect(await xmppReceipts('restore', { path, host: HOST })).toMatchObject({ code: 0 });
  await start();
  alice.ask(bob, 'after');
  await waitForReceipt(alice, 'after', 'stored');
  const phone = await company.enter(`${bob}/phone`, { autoReceipt: false });
  for (const id of ['before', 'after']) {
    await phone.waitForMessage(id);
    await waitForReceipt(alice, id, 'delivered');
    expect(toldAbout(alice, id)).toEqual(['stored', 'delivered']);
  }
  expect(toldAbout(alice, 'unknown')).toEqual(['stored']);
  const all = toldUnder(alice);
  for (const [id, what] of known) expect(all.get(id)).toBe(what);
  expect(all.size).toBeGreaterThan(known.size);
});
