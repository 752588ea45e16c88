import { expect, test } from 'vitest';
import { onBreakableStage } from '../support/breakable-stage.ts';
import { ALICE, accepted, BOB, fact, HOUR, keyOf } from '../support/facts.ts';
import { messageLine } from '../support/feed-lines.ts';
import { onStage } from '../support/scene.ts';

test.each([ALICE, BOB])(
  'when %s is deleted, all messages from and to that account are forgotten',
  async (account) => {
    const scene = await onStage();
    await scene.report(keyOf('m1'), accepted(), fact('stored', 1));
    await scene.report(keyOf('m2', BOB, ALICE), accepted(), fact('sent', 1));
    await scene.feed([`deleted\t${accepted(10).at}\t${account}`]);
    expect(await scene.store.records.find(keyOf('m1'))).toBeUndefined();
    expect(await scene.store.records.find(keyOf('m2', BOB, ALICE))).toBeUndefined();
    await scene.pass(60_000);
    expect(scene.told).toEqual(['m1 stored']);
  },
);

test('a deleted account stays forgotten when older facts come in the same batch or later', async () => {
  const scene = await onStage();
  const line = messageLine(keyOf('m1'), [accepted(), fact('stored', 1)]);
  await scene.feed([line, `deleted\t${accepted(10).at}\t${BOB}`, line]);
  await scene.feed([line]);
  expect(await scene.store.records.find(keyOf('m1'))).toBeUndefined();
  expect(scene.told).toEqual([]);
});

test('facts of a deleted account that come later are counted, and a line names their message', async () => {
  const scene = await onStage();
  await scene.feed([`deleted\t${accepted(10).at}\t${BOB}`]);
  const line = messageLine(keyOf('m1'), [accepted(), fact('stored', 1)]);
  const partly = messageLine(keyOf('m2'), [fact('sent', 9), accepted(11)]);
  await scene.feed([line, partly]);
  expect(scene.daemon.counters.all()).toMatchObject({ 'facts ignored: account deleted': 3 });
  const leftOut = scene.lines.filter(({ msg }) => msg === 'facts of a message are left out');
  expect(leftOut).toMatchObject([
    { ...keyOf('m1'), because: ['account deleted', 'account deleted'] },
    { ...keyOf('m2'), because: ['account deleted'] },
  ]);
  expect(await scene.store.records.find(keyOf('m2'))).toBeDefined();
});

test('an account is deleted a chunk at a time, and others have their turn after each chunk', async () => {
  const { scene, breakable } = await onBreakableStage();
  const order: string[] = [];
  breakable.onCall('upkeep.forget', () => {
    order.push('chunk');
    setImmediate(() => order.push('turn'));
  });
  const ids = Array.from({ length: 90 }, (_, n) => `m${n}`);
  for (let part = 0; part < 4; part += 1)
    await scene.feed(ids.map((id) => messageLine(keyOf(`${part}-${id}`), [accepted()])));
  const fed = scene.feed([ALICE, BOB].map((account) => `deleted\t${accepted(10).at}\t${account}`));
  for (let turn = 0; turn < 20; turn += 1) await scene.pass(1);
  await fed;
  expect(order.filter((step) => step === 'chunk').length).toBeGreaterThanOrEqual(3);
  expect(order).toEqual(order.map((_, n) => (n % 2 === 0 ? 'chunk' : 'turn')));
});

test('a batch whose deletion fails half-way is refused, and its repeat completes it', async () => {
  const { scene, breakable } = await onBreakableStage();
  breakable.failAt('upkeep.forget', { call: 2 });
  const ids = Array.from({ length: 90 }, (_, n) => `m${n}`);
  for (let part = 0; part < 4; part += 1)
    await scene.feed(ids.map((id) => messageLine(keyOf(`${part}-${id}`), [accepted()])));
  const deleted = [`deleted\t${accepted(10).at}\t${BOB}`];
  expect((await scene.feed(deleted))?.attrs['type']).toBe('error');
  expect(await scene.store.records.latest(ALICE, undefined, 1)).toHaveLength(1);
  expect((await scene.feed(deleted))?.attrs['type']).toBe('result');
  expect(await scene.store.records.latest(ALICE, undefined, 1)).toEqual([]);
});

test('messages to a new account of the same name are tracked again', async () => {
  const scene = await onStage();
  await scene.feed([`deleted\t${accepted(10).at}\t${BOB}`]);
  await scene.report(keyOf('m1'), accepted(HOUR), fact('stored', HOUR + 1));
  expect(scene.told).toEqual(['m1 stored']);
});
