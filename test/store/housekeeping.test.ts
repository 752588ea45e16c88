import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { OwnClock } from '../../src/daemon/own-clock.ts';
import { Housekeeping } from '../../src/store/housekeeping.ts';
import { openSqliteStore } from '../../src/store/sqlite/store.ts';
import { BreakableStore } from '../support/breakable-store.ts';
import { accepted, BOB, fact, keyOf } from '../support/facts.ts';
import { judging, NOW } from './judging.ts';
import { temporaryFile } from './place.ts';

const DAY = 86_400_000;

test('messages are removed after the retention time', async () => {
  const { store, housekeeping } = await start();
  await housekeeping.sweep(NOW + 30 * DAY);
  expect(await store.records.find(keyOf('m1'))).toBeDefined();
  await housekeeping.sweep(NOW + 30 * DAY + 1);
  expect(await store.records.find(keyOf('m1'))).toBeUndefined();
});

test('facts whose message does not come are removed after ten minutes', async () => {
  const { store, housekeeping } = await start();
  await housekeeping.sweep(NOW + 600_000);
  expect(await store.records.find(keyOf('early'))).toBeDefined();
  await housekeeping.sweep(NOW + 600_001);
  expect(await store.records.find(keyOf('early'))).toBeUndefined();
});

test('questions that nobody answers are removed after their time', async () => {
  const { store, housekeeping } = await start();
  const waiting = async () => (await store.questions.waiting(BOB)).length;
  await store.preferences.change(BOB, { change: () => ({ policy: 'manual' }), now: NOW });
  await store.records.update([{ key: keyOf('m1'), facts: [fact('acked', 2)] }], judging());
  await housekeeping.sweep(NOW + 7 * DAY);
  expect(await waiting()).toBe(1);
  await housekeeping.sweep(NOW + 7 * DAY + 1);
  expect(await waiting()).toBe(0);
  expect(await store.records.find(keyOf('m1'))).toBeDefined();
});

test('other work gets its turn while many records are removed', async () => {
  const { store, housekeeping } = await start();
  const many = Array.from({ length: 3000 }, (_, index) => ({
    key: keyOf(`n${index}`),
    facts: [accepted()],
  }));
  await store.records.update(many, judging());
  let turns = 0;
  const count = () => {
    turns += 1;
    timer = setImmediate(count);
  };
  let timer = setImmediate(count);
  await housekeeping.sweep(NOW + 31 * DAY);
  clearImmediate(timer);
  expect(turns).toBeGreaterThanOrEqual(3);
});

test('a sweep that starts while another runs does not run twice', async () => {
  const { breakable, housekeeping } = await start();
  let calls = 0;
  breakable.onCall('upkeep.prune', () => {
    calls += 1;
  });
  await Promise.all([1, 2].map(() => housekeeping.sweep(NOW + 31 * DAY)));
  expect(calls).toBe(1);
  await housekeeping.sweep(NOW + 31 * DAY);
  expect(calls).toBe(2);
});

test('a store that was closed during a sweep is not logged as an error', async () => {
  const { path, remove } = await temporaryFile();
  const store = openSqliteStore(path);
  onTestFinished(remove);
  const many = Array.from({ length: 5000 }, (_, n) => ({
    key: keyOf(`n${n}`),
    facts: [accepted()],
  }));
  await store.records.update(many, judging());
  const complaints: string[] = [];
  const log = pino({}, { write: (line) => complaints.push(JSON.parse(line).msg) });
  const housekeeping = new Housekeeping({
    upkeep: store.upkeep,
    kept: { retentionDays: 30, questionsFor: 7 * DAY },
    clock: new OwnClock({ upkeep: store.upkeep, log }),
    log,
  });
  const sweep = housekeeping.sweep(NOW + 31 * DAY);
  housekeeping.stop();
  await store.close();
  await sweep;
  expect(complaints).toEqual([]);
});

test('a store that fails during a sweep is logged, and the sweep is tried again', async () => {
  const { store, breakable, housekeeping, complaints } = await start();
  breakable.failAt('upkeep.prune');
  await housekeeping.sweep(NOW + 31 * DAY);
  expect(complaints).toEqual([
    'old messages could not be removed now; this is tried again by itself',
  ]);
  await housekeeping.sweep(NOW + 31 * DAY);
  expect(await store.records.find(keyOf('m1'))).toBeUndefined();
});

async function start() {
  const breakable = new BreakableStore(openSqliteStore(':memory:'));
  const { store } = breakable;
  onTestFinished(() => store.close());
  const complaints: string[] = [];
  const log = pino({}, { write: (line) => complaints.push(JSON.parse(line).msg) });
  const news = [
    { key: keyOf('m1'), facts: [accepted(), fact('stored', 1)] },
    { key: keyOf('early'), facts: [fact('sent', 1)] },
  ];
  await store.records.update(news, judging());
  const housekeeping = new Housekeeping({
    upkeep: store.upkeep,
    kept: { retentionDays: 30, questionsFor: 7 * DAY },
    clock: new OwnClock({ upkeep: store.upkeep, log }),
    log,
  });
  return { store, breakable, complaints, housekeeping };
}
