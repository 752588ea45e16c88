import { expect, onTestFinished, test } from 'vitest';
import type { StoreAdapter } from '../../src/store/adapter.ts';
import { openSqlite } from '../../src/store/sqlite/store.ts';
import type { Store } from '../../src/store/store.ts';
import { storeOver } from '../../src/store/store-over-adapter.ts';
import { updateMessages } from '../../src/store/update.ts';
import { accepted, fact, keyOf } from '../support/facts.ts';
import { judging, NOW } from './judging.ts';
import { temporaryPath } from './place.ts';

test('a receipt is found that was made after a transaction that failed', async () => {
  const { store, adapter } = openedAt(await temporaryPath());
  const failing = adapter.write(async (rows) => {
    await updateMessages(rows, [newsOf('m1')], judging());
    throw new Error('our bug');
  });
  await expect(failing).rejects.toThrow('our bug');
  await store.records.update([newsOf('m2')], judging());
  expect(await claimed(store)).toEqual(['m2']);
});

test('a receipt is found that was made after another process had sent all before it', async () => {
  const path = await temporaryPath();
  const { store } = openedAt(path);
  const { store: other } = openedAt(path);
  await store.records.update([newsOf('m1')], judging());
  expect(await claimed(other)).toEqual(['m1']);
  await store.records.update([newsOf('m2')], judging());
  expect(await claimed(other)).toEqual(['m2']);
});

test('a receipt is found at its time, though a later one of that sender waits', async () => {
  const { store } = openedAt(await temporaryPath());
  await store.records.update([newsOf('m1')], judging({ receiptDelay: () => 5000 }));
  await store.records.update([newsOf('m2')], judging({ receiptDelay: () => 1000 }));
  expect(await claimed(store, NOW + 999)).toEqual([]);
  expect(await claimed(store, NOW + 1000)).toEqual(['m2', 'm1']);
});

function newsOf(id: string) {
  return { key: keyOf(id), facts: [accepted(), fact('stored', 1)] };
}

/** Lends what is due, and the server takes it. */
async function claimed(store: Store, now = NOW): Promise<readonly string[]> {
  const all = { leaseUntil: now + 60_000, maxParcels: 9, maxReceipts: 99, except: [] };
  const parcels = await store.receipts.claim({ now, ...all });
  await store.receipts.settle(
    parcels.map(({ id }) => id),
    now,
  );
  return parcels.flatMap(({ receipts }) => receipts.map(({ key }) => key.id));
}

function openedAt(path: string): { readonly adapter: StoreAdapter; readonly store: Store } {
  const adapter = openSqlite(path);
  onTestFinished(() => adapter.close());
  return { adapter, store: storeOver(adapter) };
}
