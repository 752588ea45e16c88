import { expect, test } from 'vitest';
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
    expect(await scene.store.find(keyOf('m1'))).toBeUndefined();
    expect(await scene.store.find(keyOf('m2', BOB, ALICE))).toBeUndefined();
    await scene.pass(60_000);
    expect(scene.told).toEqual(['m1 stored']);
  },
);

test('a deleted account stays forgotten when older facts come in the same batch or later', async () => {
  const scene = await onStage();
  const line = messageLine(keyOf('m1'), [accepted(), fact('stored', 1)]);
  await scene.feed([line, `deleted\t${accepted(10).at}\t${BOB}`, line]);
  await scene.feed([line]);
  expect(await scene.store.find(keyOf('m1'))).toBeUndefined();
  expect(scene.told).toEqual([]);
});

test('messages to a new account of the same name are tracked again', async () => {
  const scene = await onStage();
  await scene.feed([`deleted\t${accepted(10).at}\t${BOB}`]);
  await scene.report(keyOf('m1'), accepted(HOUR), fact('stored', HOUR + 1));
  expect(scene.told).toEqual(['m1 stored']);
});
