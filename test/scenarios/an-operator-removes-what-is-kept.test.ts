import { expect, test, vi } from 'vitest';
import type { PruneOrder } from '../../src/operator/pruning.ts';
import { ALICE, accepted, BOB, DAY, fact, keyOf, SECOND, T0 } from '../support/facts.ts';
import { onStage, type Scene } from '../support/scene.ts';

const DAY_MS = DAY / 1000;
const MINUTE_MS = 60_000;
const OLDER: PruneOrder = { kind: 'older', than: MINUTE_MS };
const BOBS: PruneOrder = { kind: 'person', user: BOB, andPolicy: false };

/** The daemon begins to know its time at the first look of its housekeeping. */
async function onSureStage(): Promise<Scene> {
  const scene = await onStage();
  await scene.pass(MINUTE_MS);
  return scene;
}

async function isKept(scene: Scene, id: string): Promise<boolean> {
  return (await scene.daemon.operator.timeline(keyOf(id))) !== undefined;
}

test('a dry run says how many messages are older, and removes nothing', async () => {
  const scene = await onSureStage();
  for (const id of ['m1', 'm2']) await scene.report(keyOf(id), accepted(), fact('stored', 1));
  await scene.pass(2 * MINUTE_MS);
  const { operator } = scene.daemon;
  expect(await operator.whatGoes(OLDER)).toEqual({ messages: 2, hasPolicy: false });
  expect(await isKept(scene, 'm1')).toBe(true);
});

test('what is older goes, and what is newer stays', async () => {
  const scene = await onSureStage();
  await scene.report(keyOf('m1'), accepted(), fact('stored', 1));
  await scene.pass(2 * MINUTE_MS);
  const after = scene.now - T0;
  await scene.report(keyOf('m2'), accepted(after), fact('stored', after + SECOND));
  const pruned = await scene.daemon.operator.prune(OLDER);
  expect(pruned).toMatchObject({ kind: 'removed', isMore: false });
  expect([await isKept(scene, 'm1'), await isKept(scene, 'm2')]).toEqual([false, true]);
});

test('nothing is removed as old while the clock of the machine may be wrong', async () => {
  const scene = await onSureStage();
  await scene.report(keyOf('m1'), accepted(), fact('stored', 1));
  vi.setSystemTime(Date.now() + 30 * DAY_MS);
  const refused = { kind: 'refused', because: 'clock-unsure' };
  expect(await scene.daemon.operator.prune(OLDER)).toEqual(refused);
  expect(await isKept(scene, 'm1')).toBe(true);
});

test('all that is known of a person goes, and late facts do not bring it back', async () => {
  const scene = await onSureStage();
  await scene.report(keyOf('m1'), accepted(), fact('stored', 1));
  await scene.report(keyOf('m2', BOB, ALICE), accepted(), fact('stored', 1));
  const { operator } = scene.daemon;
  expect(await operator.whatGoes(BOBS)).toEqual({ user: BOB, messages: 2, hasPolicy: false });
  expect(await operator.prune(BOBS)).toMatchObject({ kind: 'removed', isMore: false });
  await scene.report(keyOf('m1'), fact('received', 2));
  expect(await operator.whatGoes(BOBS)).toEqual({ user: BOB, messages: 0, hasPolicy: false });
});

test('a person who has a policy is removed only if that may go too', async () => {
  const scene = await onSureStage();
  await scene.store.preferences.change(BOB, { change: () => ({ policy: 'refuse' }), now: 1 });
  await scene.report(keyOf('m1'), accepted(), fact('stored', 1));
  const { operator } = scene.daemon;
  expect(await operator.whatGoes(BOBS)).toEqual({ user: BOB, messages: 1, hasPolicy: true });
  expect(await operator.prune(BOBS)).toEqual({ kind: 'refused', because: 'has-policy' });
  expect(await isKept(scene, 'm1')).toBe(true);
  await operator.prune({ ...BOBS, andPolicy: true });
  expect(await isKept(scene, 'm1')).toBe(false);
  expect(await operator.policyOf(BOB)).toMatchObject({
    policy: { policy: 'client', isOwn: false },
  });
});
