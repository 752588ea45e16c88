import { chmod, copyFile, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { backUpStore, restoreStore } from '../../src/store/backup.ts';
import { lockStore } from '../../src/store/locking.ts';
import { openStore } from '../../src/store/open.ts';
import { type Store, StoreUnavailable } from '../../src/store/store.ts';
import { ALICE, accepted, BOB, fact, HOUR, keyOf, T0 } from '../support/facts.ts';
import { judging, NOW } from './judging.ts';
import { temporaryPath } from './place.ts';

const CLAIM = { leaseUntil: NOW + 60_000, maxParcels: 9, maxReceipts: 99, except: [] };

const OURS = { domains: ['example.org'] };

function openFor(path: string): Store {
  const store = openStore(`sqlite:${path}`);
  onTestFinished(() => store.close());
  return store;
}

async function learn(store: Store, id: string): Promise<void> {
  await store.records.update(
    [{ key: keyOf(id), facts: [accepted(), fact('stored', 1)] }],
    judging(),
  );
}

/** A store that has written, its backup, and more that was written after that. */
async function backedUp(): Promise<{ path: string; copy: string }> {
  const path = await temporaryPath();
  const store = openFor(path);
  await learn(store, 'before');
  await backUpStore(`sqlite:${path}`, `${path}.backup`);
  await learn(store, 'after');
  await store.close();
  return { path, copy: `${path}.backup` };
}

test('a store is backed up while others write to it, as it was at one moment', async () => {
  const path = await temporaryPath();
  const store = openFor(path);
  await learn(store, 'm1');
  const writing = learn(store, 'm2');
  await backUpStore(`sqlite:${path}`, `${path}.backup`);
  await writing;
  await learn(store, 'm3');
  const copy = openFor(`${path}.backup`);
  expect(await copy.records.find(keyOf('m1'))).toBeDefined();
  expect(await copy.records.find(keyOf('m3'))).toBeUndefined();
});

test('in a copy a receipt can still be taken back, though rows before it are gone', async () => {
  const path = await temporaryPath();
  const store = openFor(path);
  await learn(store, 'm1');
  await learn(store, 'm2');
  // The copy numbers the rows anew that have no number of their own.
  const vandal = new Database(path);
  vandal.exec("DELETE FROM messages WHERE id = 'm1'; DELETE FROM outbox WHERE id = 'm1'");
  vandal.close();
  await backUpStore(`sqlite:${path}`, `${path}.backup`);
  const copy = openFor(`${path}.backup`);
  await copy.records.update([{ key: keyOf('m2'), facts: [fact('received', 2)] }], judging());
  expect(await copy.receipts.claim({ now: NOW, ...CLAIM })).toEqual([]);
});

test('a backup is one file that only its owner may read', async () => {
  const { copy } = await backedUp();
  expect((await stat(copy)).mode & 0o777).toBe(0o600);
  const files = await readdir(dirname(copy));
  expect(files.filter((file) => file.startsWith(basename(copy)))).toEqual([basename(copy)]);
});

test('a backup overwrites nothing', async () => {
  const path = await temporaryPath();
  openFor(path);
  await writeFile(`${path}.backup`, 'mine');
  await expect(backUpStore(`sqlite:${path}`, `${path}.backup`)).rejects.toThrow(/exists already/);
  await expect(backUpStore(`sqlite:${path}`, path)).rejects.toThrow(StoreUnavailable);
  expect(await readFile(`${path}.backup`, 'utf8')).toBe('mine');
});

test('nothing is left of a backup that failed', async () => {
  const path = await temporaryPath();
  await expect(backUpStore(`sqlite:${path}`, `${path}.backup`)).rejects.toThrow(/there is no file/);
  await writeFile(path, 'x'.repeat(10_000));
  await expect(backUpStore(`sqlite:${path}`, `${path}.backup`)).rejects.toThrow(/is no store/);
  expect(await readdir(dirname(path))).toEqual([basename(path)]);
});

test('a restored store keeps the time that it is dated by', async () => {
  const path = await temporaryPath();
  const store = openFor(path);
  const kept = { seen: NOW, ahead: 5000 };
  await store.upkeep.keepClock(kept);
  await backUpStore(`sqlite:${path}`, `${path}.backup`);
  await store.close();
  await restoreStore(`sqlite:${path}`, `${path}.backup`, OURS);
  expect(await openFor(path).upkeep.clock()).toEqual(kept);
});

test('a restored store is what was backed up; the one that it replaced is kept', async () => {
  const { path, copy } = await backedUp();
  const kept = await restoreStore(`sqlite:${path}`, copy, OURS);
  const store = openFor(path);
  expect(await store.records.find(keyOf('before'))).toBeDefined();
  expect(await store.records.find(keyOf('after'))).toBeUndefined();
  expect(await openFor(kept ?? '').records.find(keyOf('after'))).toBeDefined();
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test('the log of the replaced store is not read into the restored one', async () => {
  const { path, copy } = await backedUp();
  const store = openFor(path);
  await learn(store, 'in-the-log');
  for (const end of ['', '-wal']) await copyFile(`${path}${end}`, `${path}.unclean${end}`);
  const kept = await restoreStore(`sqlite:${path}.unclean`, copy, OURS);
  const restored = openFor(`${path}.unclean`);
  expect(await restored.records.find(keyOf('in-the-log'))).toBeUndefined();
  expect(await openFor(kept ?? '').records.find(keyOf('in-the-log'))).toBeDefined();
});

test('nothing is restored while a daemon runs', async () => {
  const { path, copy } = await backedUp();
  const lock = await lockStore(`sqlite:${path}`);
  await expect(restoreStore(`sqlite:${path}`, copy, OURS)).rejects.toThrow(
    /another xmpp-receipts runs/,
  );
  await lock.release();
  expect(await openFor(path).records.find(keyOf('after'))).toBeDefined();
});

test('what is no sound backup is not restored, and the store stays as it was', async () => {
  const { path, copy } = await backedUp();
  await chmod(copy, 0o600);
  const text = await readFile(copy);
  await writeFile(copy, text.fill('x', 4096 * 3, 4096 * 12));
  await expect(restoreStore(`sqlite:${path}`, copy, OURS)).rejects.toThrow(StoreUnavailable);
  await expect(restoreStore(`sqlite:${path}`, `${path}.nothing`, OURS)).rejects.toThrow(
    /there is no file/,
  );
  expect(await openFor(path).records.find(keyOf('after'))).toBeDefined();
  const files = await readdir(dirname(path));
  expect(files.filter((file) => /restoring|replaced/.test(file))).toEqual([]);
});

test('a store is restored where there is none', async () => {
  const { path, copy } = await backedUp();
  expect(await restoreStore(`sqlite:${path}.new`, copy, OURS)).toBeUndefined();
  expect(await openFor(`${path}.new`).records.find(keyOf('before'))).toBeDefined();
});

test('a restored store tells and asks nothing again, and judges no silence of before', async () => {
  const path = await temporaryPath();
  const store = openFor(path);
  await store.preferences.change(BOB, { change: () => ({ policy: 'manual' }), now: NOW });
  await learn(store, 'm1');
  const asked = [accepted(), fact('sent', 1), fact('acked', 2)];
  await store.records.update([{ key: keyOf('m2'), facts: asked }], judging());
  await store.records.lookLater(keyOf('m1'), NOW);
  const watch = { key: keyOf('m1'), position: T0, goal: 'displayed', within: HOUR } as const;
  await store.watches.open({ ...watch, deadline: T0 + HOUR, server: 'example.org' });
  const [open] = await store.watches.of(ALICE);
  const order = { now: NOW, since: NOW, limit: 1 };
  expect(open && (await store.reminders.order(open, order))).toBe('ordered');
  expect(await store.upkeep.backlog()).toMatchObject({ receipts: 1, questions: 1 });
  await backUpStore(`sqlite:${path}`, `${path}.backup`);
  await store.close();
  await restoreStore(`sqlite:${path}`, `${path}.backup`, OURS);
  const restored = openFor(path);
  expect(await restored.upkeep.backlog()).toEqual({ receipts: 0, ticks: 0, questions: 0 });
  expect(await restored.receipts.claim({ now: NOW + 9_000, ...CLAIM })).toEqual([]);
  expect(await restored.records.due(NOW + 10 ** 12, 9)).toEqual([]);
  expect(await restored.questions.waiting(BOB)).toEqual([]);
  expect(await restored.preferences.get(BOB)).toEqual({ policy: 'manual' });
  expect(await restored.watches.of(ALICE)).toMatchObject([{ state: 'open' }]);
  expect(await restored.reminders.ordered(['example.org'], 9)).toEqual([]);
  const told = await restored.records.find(keyOf('m1'));
  expect(told?.tracked.told).toMatchObject([{ status: 'stored', at: T0 + 1 }]);
});
