import { expect, test, vi } from 'vitest';
import { accepted, fact, keyOf } from '../support/facts.ts';
import type { Scene } from '../support/scene.ts';
import { onStage } from '../support/scene.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const STEPS = {
  'an hour back': -HOUR_MS,
  'ten years back': -3653 * DAY_MS,
  'an hour ahead': HOUR_MS,
};

test.for(Object.entries(STEPS))(
  'what waits for its grace is told in time when the clock of our machine is set %s',
  async ([, step]) => {
    const scene = await onStage();
    await scene.report(keyOf('m1'), accepted(), fact('sent', 1));
    await setBy(scene, step);
    await scene.pass(8000);
    expect(scene.told).toEqual(['m1 sent']);
  },
);

test.for(Object.entries(STEPS))(
  'a sender whose burst is used up is told in time when the clock of our machine is set %s',
  async ([, step]) => {
    const scene = await onStage({ settings: { 'receipts.maxPerMinute': '1' } });
    for (const id of ['m1', 'm2', 'm3']) {
      await scene.report(keyOf(id), accepted(), fact('stored', 1));
      await scene.pass(200);
    }
    await setBy(scene, step);
    await scene.pass(180_000);
    expect(scene.told).toEqual(['m1 stored', 'm2 stored', 'm3 stored']);
  },
);

test('nothing is removed when the clock of our machine is ahead by a month for some minutes', async () => {
  const scene = await onStage();
  await scene.report(keyOf('m1'), accepted(), fact('stored', 1));
  await setBy(scene, 32 * DAY_MS);
  await scene.pass(300_000);
  await setBy(scene, -32 * DAY_MS);
  await scene.pass(300_000);
  expect(await scene.store.records.find(keyOf('m1'))).toBeDefined();
  expect(scene.complaints.filter((line) => line.startsWith('the clock'))).toHaveLength(2);
});

async function setBy(scene: Scene, ms: number): Promise<void> {
  vi.setSystemTime(Date.now() + ms);
  await scene.pass(1);
}
