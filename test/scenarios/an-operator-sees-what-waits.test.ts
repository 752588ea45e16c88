import { expect, test } from 'vitest';
import { ALICE, accepted, BOB, fact, keyOf } from '../support/facts.ts';
import { onStage, type Scene } from '../support/scene.ts';

async function reasons(scene: Scene): Promise<readonly string[]> {
  const { receipts, questions } = await scene.daemon.operator.whatWaits(undefined, 100);
  return [
    ...receipts.map(({ key, because }) => `receipt ${key.id}: ${because}`),
    ...questions.map(({ number, because }) => `question ${number}: ${because}`),
  ];
}

test('a receipt that was sent waits until the server says that it took it', async () => {
  const scene = await onStage();
  scene.answersPings = false;
  await scene.report(keyOf('m1'), accepted(), fact('stored', 1));
  await scene.pass(10);
  expect(await reasons(scene)).toEqual(['receipt m1: sent']);
});

test('while there is no connection that is the reason', async () => {
  const scene = await onStage();
  scene.answersPings = false;
  await scene.report(keyOf('m1'), accepted(), fact('stored', 1));
  scene.link.drop();
  await scene.pass(10);
  expect(await reasons(scene)).toEqual(['receipt m1: offline']);
});

test('words gather for a while', async () => {
  const scene = await onStage({ settings: { 'receipts.text': 'true' } });
  await scene.report(keyOf('m1'), accepted(), fact('lost', 1));
  await scene.pass(200);
  expect(await reasons(scene)).toEqual(['receipt m1: gathers']);
});

test('a question is put after a moment, and then waits for its answer', async () => {
  const scene = await onStage();
  await scene.store.preferences.change(BOB, { change: () => ({ policy: 'manual' }), now: 1 });
  await scene.report(keyOf('m1'), accepted(), fact('acked', 1));
  expect(await reasons(scene)).toContain('question 1: put-later');
  await scene.pass(10_000);
  expect(await reasons(scene)).toContain('question 1: asked');
});

test('what waits can be that of one person', async () => {
  const scene = await onStage();
  scene.answersPings = false;
  await scene.report(keyOf('m1'), accepted(), fact('stored', 1));
  await scene.pass(10);
  const { operator } = scene.daemon;
  expect((await operator.whatWaits(ALICE, 10)).receipts).toHaveLength(1);
  const ofBob = await operator.whatWaits(BOB, 10);
  expect(ofBob.receipts).toEqual([]);
  expect(ofBob.counts.receipts).toBe(1);
});
