import { expect, test } from 'vitest';
import { accepted, fact, keyOf } from '../support/facts.ts';
import { onStage } from '../support/scene.ts';

const phone = { resource: 'phone', unseen: true, archived: true } as const;
const laptop = { resource: 'laptop' };
/** Longer than sessions that get a message together need. */
const A_MOMENT = 600;

test('what a phone that hides has is not told as stored while a laptop that is seen has it, even if that is heard later', async () => {
  const scene = await onStage();
  await scene.report(keyOf('m1'), accepted(), fact('sent', 1, phone));
  await scene.report(keyOf('m1'), fact('sent', 2000, laptop));
  await scene.pass(10_000);
  expect(scene.told).toEqual(['m1 sent']);
});

test('what the archive has is told as soon for a recipient who hides as for one who is away', async () => {
  const scene = await onStage();
  const times: Record<string, number> = {};
  await scene.report(keyOf('hides'), accepted(), fact('sent', 1, phone));
  await scene.report(keyOf('away'), accepted(1), fact('stored', 2, { where: 'archive' }));
  await scene.report(
    keyOf('away-with-both'),
    accepted(2),
    fact('stored', 3, { where: 'archive' }),
    fact('stored', 4, { where: 'offline' }),
  );
  for (let ms = 0; ms < A_MOMENT; ms += 10) {
    await scene.pass(10);
    for (const told of scene.told) times[told] ??= ms;
  }
  expect(Object.keys(times)).toHaveLength(3);
  expect(new Set(Object.values(times)).size).toBe(1);
});
