import { expect, test } from 'vitest';
import { accepted, fact, keyOf } from '../support/facts.ts';
import { onStage } from '../support/scene.ts';

test('a daemon that is stopped while it sends logs no error', async () => {
  const scene = await onStage();
  const report = scene.report(keyOf('m1'), accepted(), fact('stored', 1));
  const stopped = scene.daemon.stop();
  await Promise.allSettled([report, stopped]);
  await scene.pass(120_000);
  expect(scene.complaints).toEqual([]);
  expect(scene.lines.at(-1)?.msg).toBe('stopped');
});

test('a daemon can be stopped before it was ever connected, and twice', async () => {
  const scene = await onStage();
  scene.link.drop();
  await scene.daemon.stop();
  await scene.daemon.stop();
  expect(scene.complaints).toEqual([]);
});
