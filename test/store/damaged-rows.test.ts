import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import type { Claim } from '../../src/store/receipt-store.ts';
import { openSqliteStore } from '../../src/store/sqlite/store.ts';
import type { Store } from '../../src/store/store.ts';
import { ALICE, accepted, fact, keyOf, T0 } from '../support/facts.ts';
import { judging, made, NOW } from './judging.ts';
import { temporaryPath } from './place.ts';

const CLAIM: Claim = {
  now: NOW,
  leaseUntil: NOW + 60_000,
  maxParcels: 10,
  maxReceipts: 100,
  except: [],
};

test('a damaged receipt is told as a number, and the others are told as they are', async () => {
  const { store } = await start("UPDATE outbox SET receipt = '{' WHERE id = 'm1'");
  const [parcel, ...others] = await store.receipts.claim(CLAIM);
  expect(parcel).toMatchObject({ more: 1, damaged: 1 });
  expect(parcel?.receipts.map(({ key }) => key.id)).toEqual(['m2']);
  expect(others).toEqual([]);
  expect(await store.receipts.claim({ ...CLAIM, now: NOW + 60_000 })).toEqual([parcel]);
  await store.receipts.settle([parcel?.id ?? ''], NOW);
  expect(await store.receipts.claim({ ...CLAIM, now: NOW + 120_000 })).toEqual([]);
});

test('a parcel may hold damaged receipts only', async () => {
  const { store } = await start("UPDATE outbox SET receipt = 'null and more'");
  expect(await store.receipts.claim(CLAIM)).toMatchObject([{ receipts: [], more: 2, damaged: 2 }]);
});

test('news of a message whose receipt is damaged are taken', async () => {
  const { store } = await start("UPDATE outbox SET receipt = '{' WHERE id = 'm1'");
  const news = { key: keyOf('m1'), facts: [fact('failed', 2)] };
  expect(made(await store.records.update([news], judging())).receipts).toBe(1);
});

test('a deleted account goes with its damaged receipts', async () => {
  const { store } = await start("UPDATE outbox SET receipt = '{' WHERE id = 'm1'");
  expect((await store.upkeep.forget(ALICE, T0 + 100)).isMore).toBe(false);
  expect(await store.receipts.claim(CLAIM)).toEqual([]);
});

test('a deleted account goes with its damaged records', async () => {
  const damage = "UPDATE messages SET record = '{', position = NULL WHERE id = 'm1'";
  const { store, path } = await start(damage);
  expect((await store.upkeep.forget(ALICE, T0 + 100)).isMore).toBe(false);
  expect(count(path, 'messages')).toBe(0);
});

async function start(damage: string): Promise<{ store: Store; path: string }> {
  const path = await temporaryPath();
  const store = openSqliteStore(path);
  onTestFinished(() => store.close());
  const news = ['m1', 'm2'].map((id) => ({
    key: keyOf(id),
    facts: [accepted(), fact('stored', 1)],
  }));
  await store.records.update(news, judging());
  const vandal = new Database(path);
  vandal.exec(damage);
  vandal.close();
  return { store, path };
}

function count(path: string, table: string): number {
  const database = new Database(path, { readonly: true });
  const { rows } = database.prepare(`SELECT count(*) AS rows FROM ${table}`).get() as {
    rows: number;
  };
  database.close();
  return rows;
}
