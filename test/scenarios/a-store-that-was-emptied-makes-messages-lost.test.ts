import { expect, test } from 'vitest';
import { ALICE, accepted, BOB, fact, keyOf, T0 } from '../support/facts.ts';
import { messageLine } from '../support/feed-lines.ts';
import { onStage } from '../support/scene.ts';

/** Found when bob came, which only these contacts see. */
const emptied = (after: number, store: string, shownTo: readonly string[] = [ALICE]) =>
  ['emptied', T0 + after, BOB, store, ...shownTo].join('\t');

test('what an emptied store held is told as lost, and what it never held is not', async () => {
  const scene = await onStage();
  await scene.report(keyOf('held'), accepted(), fact('stored', 1));
  await scene.report(keyOf('later'), accepted(20), fact('stored', 30));
  await scene.report(keyOf('archived'), accepted(2), fact('stored', 3, { where: 'archive' }));
  await scene.feed([emptied(10, 'offline')]);
  await scene.pass(1000);
  expect(scene.told.filter((told) => told.endsWith('lost'))).toEqual(['held lost']);
});

test('a sender to whom it is not shown that the recipient has come is not told that a message is lost', async () => {
  const scene = await onStage();
  await scene.report(keyOf('m1'), accepted(), fact('stored', 1));
  await scene.feed([emptied(10, 'offline', ['carol@example.org'])]);
  await scene.pass(1000);
  expect(scene.told).toEqual(['m1 stored']);
  await scene.feed([emptied(20, 'offline')]);
  await scene.pass(1000);
  expect(scene.told).toEqual(['m1 stored']);
});

test('a sender who may not see the presence is not told that a message is lost, whoever else sees it', async () => {
  const scene = await onStage();
  await scene.report(keyOf('m1'), accepted(0, { maySee: false }), fact('stored', 1));
  await scene.feed([emptied(10, 'offline')]);
  await scene.pass(1000);
  expect(scene.told).toEqual([]);
});

test('what was handed out in the same batch in which the store was emptied is not lost', async () => {
  const scene = await onStage();
  await scene.report(keyOf('m1'), accepted(), fact('stored', 1));
  await scene.feed([emptied(10, 'offline'), messageLine(keyOf('m1'), [fact('sent', 5)])]);
  await scene.pass(6000);
  expect(scene.told).toEqual(['m1 stored', 'm1 sent']);
});

test('a message to oneself is not lost when the own store was emptied', async () => {
  const scene = await onStage();
  await scene.report(keyOf('m1', BOB, BOB), accepted(), fact('stored', 1));
  await scene.feed([emptied(10, 'offline')]);
  await scene.pass(1000);
  expect(scene.told).toEqual(['m1 stored']);
});

test('a store of a user of another domain is not believed to be emptied', async () => {
  const scene = await onStage();
  const answer = await scene.feed([`emptied\t${T0}\tbob@elsewhere.example\toffline`]);
  expect(answer.getChild('facts')?.attrs).toMatchObject({ taken: '0', bad: '1' });
});
