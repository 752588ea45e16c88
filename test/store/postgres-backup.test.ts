import { execFileSync } from 'node:child_process';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { backUpStore, restoreStore } from '../../src/store/backup.ts';
import { claimStore, lockStore } from '../../src/store/locking.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import type { StoreNews } from '../../src/store/store-news.ts';
import { accepted, BOB, fact, keyOf, T0 } from '../support/facts.ts';
import { Postgres } from '../support/postgres.ts';
import { judging, NOW } from './judging.ts';
import { temporaryPath } from './place.ts';
import { SERVED } from './served.ts';

const CLAIM = { leaseUntil: NOW + 60_000, maxParcels: 9, maxReceipts: 99, except: [] };
const OURS = { domains: ['example.org'] };
const OLD_FILE = new URL('fixtures/second-version.sqlite.gz', import.meta.url);

let postgres: Postgres;
let address: string;
let copy: string;

beforeAll(async () => {
  postgres = await Postgres.start();
});

afterAll(() => postgres?.stop());

beforeEach(async () => {
  address = await postgres.database();
  copy = `${await temporaryPath()}.backup`;
});

function open(at = address): Store {
  const store = openStore(at, SERVED);
  onTestFinished(() => store.close());
  return store;
}

async function learn(store: Store, id: string): Promise<void> {
  const facts = [accepted(), fact('stored', 1)];
  await store.records.update([{ key: keyOf(id), facts }], judging());
}

async function knows(store: Store, ids: readonly string[]): Promise<readonly boolean[]> {
  const found = await Promise.all(ids.map((id) => store.records.find(keyOf(id))));
  return found.map((message) => message !== undefined);
}

/** A store with a receipt, a question and a message that is due. */
async function fill(store: Store): Promise<void> {
  await store.preferences.change(BOB, { change: () => ({ policy: 'manual' }), now: NOW });
  await learn(store, 'before');
  const asked = [accepted(), fact('sent', 1), fact('acked', 2)];
  await store.records.update([{ key: keyOf('asked'), facts: asked }], judging());
  await store.records.lookLater(keyOf('before'), NOW);
  expect(await store.upkeep.backlog()).toMatchObject({ receipts: 1, questions: 1 });
}

async function expectNothingAgain(restored: Store): Promise<void> {
  expect(await restored.upkeep.backlog()).toEqual({ receipts: 0, ticks: 0, questions: 0 });
  expect(await restored.receipts.claim({ now: NOW + 9_000, ...CLAIM })).toEqual([]);
  expect(await restored.records.due(NOW + 10 ** 12, 9)).toEqual([]);
  expect(await restored.questions.waiting(BOB)).toEqual([]);
  expect(await restored.preferences.get(BOB)).toEqual({ policy: 'manual' });
  const told = await restored.records.find(keyOf('before'));
  expect(told?.tracked.told).toMatchObject([{ status: 'stored', at: T0 + 1 }]);
}

/** All but the words that each dump has of its own. */
function dump(of = address): string {
  const text = execFileSync('pg_dump', [of], { encoding: 'utf8' });
  return text.replaceAll(/^\\(un)?restrict .*$/gm, '');
}

function psql(at: string, text: string): void {
  const words = ['-q', '-v', 'ON_ERROR_STOP=1', at];
  execFileSync('psql', words, { input: text, stdio: ['pipe', 'ignore', 'inherit'] });
}

test('a database is backed up while a daemon writes to it, as it was at one moment', async () => {
  const lock = await lockStore(address);
  onTestFinished(() => lock.release());
  const store = open();
  await fill(store);
  await backUpStore(address, copy);
  await learn(store, 'after');
  expect(await knows(open(`sqlite:${copy}`), ['before', 'asked', 'after'])).toEqual([
    true,
    true,
    false,
  ]);
});

test('what is written while the copy is made is not in it', async () => {
  const store = open();
  await learn(store, 'before');
  const writing: Promise<void>[] = [];
  await backUpStore(address, copy, () => {
    writing.push(learn(store, `during-${writing.length}`));
  });
  await Promise.all(writing);
  const backup = open(`sqlite:${copy}`);
  expect(await knows(backup, ['before', 'during-0', 'during-1'])).toEqual([true, false, false]);
});

test('a backup of a database is one file that only its owner may read, and overwrites nothing', async () => {
  await learn(open(), 'before');
  await backUpStore(address, copy);
  expect((await stat(copy)).mode & 0o777).toBe(0o600);
  expect(await readdir(dirname(copy))).toEqual([basename(copy)]);
  const text = await readFile(copy);
  await expect(backUpStore(address, copy)).rejects.toThrow(/exists already/);
  expect(await readFile(copy)).toEqual(text);
});

test('a database without a store is not backed up, and gets no tables', async () => {
  await expect(backUpStore(address, copy)).rejects.toThrow(/holds no store of xmpp-receipts/);
  expect(await readdir(dirname(copy))).toEqual([]);
  expect(dump()).not.toContain('CREATE TABLE');
});

test('a restored database tells and asks nothing again, and judges no silence of before', async () => {
  const store = open();
  await fill(store);
  await store.upkeep.keepClock({ seen: NOW, ahead: 5000 });
  const { version } = await store.preferences.change(BOB, {
    change: (before) => ({ ...before, language: 'zh' }),
    now: NOW,
  });
  await store.preferences.change(BOB, { change: () => ({ policy: 'manual' }), now: NOW });
  await backUpStore(address, copy);
  await learn(store, 'after');
  await store.close();
  const kept = await restoreStore(address, copy, OURS);
  expect(kept).toMatch(/^replaced_\d{8}t\d{6}z$/);
  const restored = open();
  await expectNothingAgain(restored);
  expect(await knows(restored, ['before', 'after'])).toEqual([true, false]);
  expect(await restored.upkeep.clock()).toEqual({ seen: NOW, ahead: 5000 });
  expect(await restored.preferences.lastNumberOf(version.epoch)).toBe(version.number);
  const now = await restored.preferences.version('example.org');
  expect(now.epoch).not.toBe(version.epoch);
});

test('the replaced store is kept in a schema, where it can be used', async () => {
  const store = open();
  await learn(store, 'before');
  await backUpStore(address, copy);
  await learn(store, 'after');
  await store.close();
  const kept = await restoreStore(address, copy, OURS);
  const replaced = open(`${address}&options=-c%20search_path%3D${kept}`);
  expect(await knows(replaced, ['before', 'after'])).toEqual([true, true]);
});

test('a backup of a database can be restored into a new one, and as a file', async () => {
  const store = open();
  await fill(store);
  await backUpStore(address, copy);
  const next = await postgres.database();
  expect(await restoreStore(next, copy, OURS)).toBeUndefined();
  await expectNothingAgain(open(next));
  expect(await restoreStore(`sqlite:${copy}.db`, copy, OURS)).toBeUndefined();
  await expectNothingAgain(open(`sqlite:${copy}.db`));
});

test('a backup of an older version gets the one spelling of each address', async () => {
  await writeFile(copy, gunzipSync(await readFile(OLD_FILE)));
  const before = await readFile(copy);
  await restoreStore(address, copy, OURS);
  const exceptions = (await open().preferences.get(BOB)).exceptions ?? {};
  expect(exceptions).toEqual({ 'spam.example': 'refuse', 'carol@example.org': 'client' });
  expect(await readFile(copy)).toEqual(before);
});

test('a restore waits for the end of a daemon that uses the database', async () => {
  const store = open();
  await learn(store, 'before');
  await backUpStore(address, copy);
  const lock = await lockStore(address);
  let isDone = false;
  const restoring = restoreStore(address, copy, OURS).then(() => {
    isDone = true;
  });
  await learn(store, 'after');
  expect(isDone).toBe(false);
  await lock.release();
  await restoring;
});

test('after a restore that failed the database is as it was', async () => {
  const store = open();
  await learn(store, 'before');
  await backUpStore(address, copy);
  await store.close();
  const before = dump();
  await expect(restoreStore(address, `${copy}.nothing`, OURS)).rejects.toThrow(/there is no file/);
  const text = await readFile(copy);
  await writeFile(`${copy}.torn`, text.fill('x', 4096 * 3, 4096 * 12));
  await expect(restoreStore(address, `${copy}.torn`, OURS)).rejects.toThrow(/damaged|malformed/);
  await postgres.query(nameIn(address), 'CREATE SCHEMA receipts_restoring');
  await postgres.query(nameIn(address), 'CREATE TABLE receipts_restoring.half (one INTEGER)');
  await expect(
    restoreStore(address, copy, {
      ...OURS,
      tell: () => {
        throw new Error('out of patience');
      },
    }),
  ).rejects.toThrow('out of patience');
  // Its lease was taken in between.
  const withoutFences = (dumped: string) => dumped.replaceAll(/^daemon\t\d+\n/gm, '');
  expect(withoutFences(dump())).toBe(withoutFences(before));
});

test('a dump of a database in use, restored by hand, tells and asks nothing again either', async () => {
  const lock = await lockStore(address);
  const store = open();
  await fill(store);
  const dumped = dump();
  await learn(store, 'after');
  await store.close();
  await lock.release();
  const next = await postgres.database();
  psql(next, dumped);
  expect([await newsOf(next), await newsOf(next)]).toEqual([['was put back'], []]);
  const restored = open(next);
  await expectNothingAgain(restored);
  expect(await knows(restored, ['before', 'after'])).toEqual([true, false]);
});

test('a dump of a database that nobody used, restored by hand, goes on where it was', async () => {
  const store = open();
  await fill(store);
  await store.close();
  const next = await postgres.database();
  psql(next, dump());
  expect([await newsOf(next), await newsOf(next)]).toEqual([['was moved'], []]);
  expect(await open(next).upkeep.backlog()).toMatchObject({ receipts: 1, questions: 1 });
});

/** What the next daemon hears. The lease of the dumped one is over, as in a dump of yesterday. */
async function newsOf(of: string): Promise<readonly StoreNews[]> {
  await postgres.query(nameIn(of), "UPDATE leases SET until = now() - interval '1 day'");
  const news: StoreNews[] = [];
  const claim = claimStore(of, undefined, (it) => news.push(it));
  expect(await claim.take()).toBeUndefined();
  await claim.release();
  return news;
}

function nameIn(of: string): string {
  return new URL(of.replace('@/', '@localhost/')).pathname.slice(1);
}
