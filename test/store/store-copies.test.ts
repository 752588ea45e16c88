import { existsSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { openStore } from '../../src/store/open.ts';
import type { NoCopy, StoreCopy } from '../../src/store/store-copies.ts';
import { accepted, keyOf } from '../support/facts.ts';
import { copiesOf } from './copies.ts';
import { judging } from './judging.ts';
import { temporaryPath } from './place.ts';

async function usedStore(): Promise<string> {
  const path = await temporaryPath();
  const store = openStore(`sqlite:${path}`);
  onTestFinished(() => store.close());
  await store.records.update([{ key: keyOf('m1'), facts: [accepted()] }], judging());
  return path;
}

function whole(copy: StoreCopy | NoCopy): StoreCopy {
  if (typeof copy === 'string') throw new Error(copy);
  return copy;
}

test('a store in use is copied in a thread, while others have their turn', async () => {
  const path = await usedStore();
  const copies = await copiesOf(`sqlite:${path}`);
  let turns = 0;
  const counting = setInterval(() => {
    turns += 1;
  }, 1);
  const copy = whole(await copies.make());
  clearInterval(counting);
  expect(turns).toBeGreaterThan(0);
  const opened = openStore(`sqlite:${copy.path}`);
  expect(await opened.records.find(keyOf('m1'))).toBeDefined();
  await opened.close();
  copy.remove();
  expect(existsSync(copy.path)).toBe(false);
});

test('only one copy is made at a time, and the next one when it was removed', async () => {
  const copies = await copiesOf(`sqlite:${await usedStore()}`);
  const making = copies.make();
  expect(await copies.make()).toBe('busy');
  const first = whole(await making);
  expect(await copies.make()).toBe('busy');
  first.remove();
  const second = whole(await copies.make());
  first.remove();
  expect(existsSync(second.path)).toBe(true);
  second.remove();
});

test('a store in memory, in PostgreSQL, and one that is not there, are not copied', async () => {
  expect(await (await copiesOf('sqlite::memory:')).make()).toBe('in-memory');
  expect(await (await copiesOf('postgres://receipts@/receipts')).make()).toBe('in-postgres');
  const copies = await copiesOf(`sqlite:${await temporaryPath()}`);
  await expect(copies.make()).rejects.toThrow('there is no file');
  await expect(copies.make()).rejects.toThrow('there is no file');
});
