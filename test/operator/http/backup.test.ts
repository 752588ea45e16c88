import { readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openStore } from '../../../src/store/open.ts';
import { copiesOf } from '../../store/copies.ts';
import { temporaryPath } from '../../store/place.ts';
import { ApiStage } from '../../support/api.ts';
import { DaemonAtWork } from '../../support/daemon-at-work.ts';
import { accepted, keyOf } from '../../support/facts.ts';

/** A daemon with that store. Its copies are made by the compiled code, because they need a thread. */
async function start(address: string) {
  const daemon = new DaemonAtWork({ settings: { store: address }, store: openStore(address) });
  onTestFinished(() => daemon.stop());
  await daemon.report(keyOf('m1'), accepted());
  const copies = await copiesOf(address);
  const stage = await ApiStage.open({ ...daemon.operator, copyStore: () => copies.make() });
  onTestFinished(() => stage.close());
  return { stage, copies };
}

/** What the daemon has put beside its store to give away. */
function copiesBeside(path: string): readonly string[] {
  return readdirSync(dirname(path)).filter((name) => name.includes('copying'));
}

test('a backup comes whole, with its length, and the copy of the daemon is removed', async () => {
  const path = await temporaryPath();
  const { stage } = await start(`sqlite:${path}`);
  const response = await stage.ask('/api/backup');
  expect(response.headers.get('content-type')).toBe('application/vnd.sqlite3');
  const body = Buffer.from(await response.arrayBuffer());
  expect(response.headers.get('content-length')).toBe(String(body.length));
  expect(body.toString('latin1', 0, 15)).toBe('SQLite format 3');
  await vi.waitFor(() => expect(copiesBeside(path)).toEqual([]));
});

test('the copy is removed also when whoever asked goes away', async () => {
  const path = await temporaryPath();
  const { stage } = await start(`sqlite:${path}`);
  const response = await stage.ask('/api/backup');
  expect(response.status).toBe(200);
  await response.body?.cancel();
  await vi.waitFor(() => expect(copiesBeside(path)).toEqual([]));
});

test('while a backup is made another one is refused, and the answer says why', async () => {
  const { stage, copies } = await start(`sqlite:${await temporaryPath()}`);
  const copy = await copies.make();
  const response = await stage.ask('/api/backup');
  expect(response.status).toBe(409);
  expect(await response.json()).toMatchObject({
    problem: 'another backup is being made: try again when it is done',
  });
  if (typeof copy === 'object') copy.remove();
  expect((await stage.ask('/api/backup')).status).toBe(200);
});

test('of a store in memory there is no backup, and the answer says why', async () => {
  const { stage } = await start('sqlite::memory:');
  const response = await stage.ask('/api/backup');
  expect(response.status).toBe(409);
  expect(await response.json()).toMatchObject({
    problem: 'the store is in memory: there is nothing to back up',
  });
});
