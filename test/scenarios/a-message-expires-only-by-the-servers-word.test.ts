import { expect, test } from 'vitest';
import { accepted, fact, keyOf, MINUTE } from '../support/facts.ts';
import { messageLine } from '../support/feed-lines.ts';
import { onStage } from '../support/scene.ts';

const settings = { 'receipts.expireAfterMs': '60000' };

test('after the configured time without any news a message expires, and that is told once', async () => {
  const scene = await onStage({ settings });
  await scene.report(keyOf('m1'), accepted(), fact('stored', 1));
  await scene.pass(59_000);
  expect(scene.told).toEqual(['m1 stored']);
  await scene.pass(2000);
  expect(scene.told).toEqual(['m1 stored', 'm1 expired']);
  await scene.pass(300_000);
  expect(scene.told).toHaveLength(2);
});

test('no message expires while the link is down', async () => {
  const scene = await onStage({ settings });
  await scene.report(keyOf('m1'), accepted(), fact('stored', 1));
  scene.link.drop();
  await scene.pass(3_600_000);
  expect((await scene.store.records.find(keyOf('m1')))?.tracked.record.facts).toHaveLength(2);
});

test('no message expires while the server has more to tell, or if that is an answer', async () => {
  const scene = await onStage({ settings });
  await scene.report(keyOf('m1'), accepted(), fact('stored', 1));
  scene.link.drop();
  await scene.pass(3_600_000);
  scene.module.waiting = 1;
  await scene.connect();
  await scene.pass(200_000);
  expect(scene.told).toEqual(['m1 stored']);
  scene.module.waiting = 0;
  await scene.feed([messageLine(keyOf('m1'), [fact('received', 30 * MINUTE)])]);
  await scene.pass(300_000);
  expect(scene.told).toEqual(['m1 stored']);
});

test('a quiet server is asked how far it is, and then messages without news expire', async () => {
  const scene = await onStage({ settings });
  await scene.report(keyOf('m1'), accepted(), fact('stored', 1));
  scene.link.drop();
  await scene.pass(3_600_000);
  await scene.connect();
  await scene.pass(10_000);
  expect(scene.told).toEqual(['m1 stored', 'm1 expired']);
});

test('a message that was only accepted never expires', async () => {
  const scene = await onStage({ settings });
  await scene.report(keyOf('m1'), accepted());
  await scene.pass(300_000);
  expect(scene.told).toEqual([]);
});
