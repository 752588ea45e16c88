import { expect, test } from 'vitest';
import { ALICE, accepted, fact, keyOf } from '../support/facts.ts';
import { onStage } from '../support/scene.ts';

test('at level debug, each judgement names its message, its decision and every reason', async () => {
  const scene = await onStage();
  await scene.report(keyOf('m1'), accepted(), fact('acked', 1));
  const judged = scene.lines.filter(({ msg }) => msg === 'a message was judged');
  expect(judged.at(-1)).toMatchObject({
    ...keyOf('m1'),
    decision: 'hold',
    because: 'nothing-to-tell',
    withheld: 'left-to-the-client',
    tick: 'server-cannot',
    question: 'not-manual',
  });
});

test('words that are held are counted by their reason', async () => {
  const scene = await onStage();
  await scene.report(keyOf('m1'), accepted(), fact('failed', 1));
  await scene.store.preferences.change(ALICE, { change: () => ({ text: true }), now: 0 });
  await scene.report(keyOf('m2'), accepted(), fact('failed', 1, { handed: true }));
  expect(scene.daemon.counters.all()).toMatchObject({
    'words held: words-off': 1,
    'words held: server-told': 1,
  });
});

test('a receipt that is held is counted by its reason', async () => {
  const scene = await onStage();
  await scene.report(keyOf('m1'), accepted(), fact('received', 1));
  await scene.report(keyOf('m2'), fact('stored', 1));
  expect(scene.daemon.counters.all()).toMatchObject({
    'receipts held: client-answered': 1,
    'receipts held: not-accepted': 1,
  });
});

test('a status that is withheld, a tick that is not ordered and a recipient who is not asked are counted by their reasons', async () => {
  const scene = await onStage();
  await scene.report(keyOf('m1'), accepted(), fact('acked', 1));
  expect(scene.daemon.counters.all()).toMatchObject({
    'statuses withheld: left-to-the-client': 1,
    'ticks not ordered: server-cannot': 1,
    'recipients not asked: not-manual': 1,
  });
});
