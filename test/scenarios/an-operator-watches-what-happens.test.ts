import { expect, test } from 'vitest';
import { ALICE, accepted, BOB, fact, keyOf } from '../support/facts.ts';
import { onStage, type Scene } from '../support/scene.ts';

function watch(scene: Scene, user: string | undefined) {
  const watching = scene.daemon.operator.watch(user);
  if (watching === undefined) throw new Error('too many watch');
  return watching;
}

test('facts, the decision about them and the receipt that leaves are told in that order', async () => {
  const scene = await onStage();
  const watching = watch(scene, ALICE);
  await scene.report(keyOf('m1'), accepted(), fact('stored', 1));
  await scene.pass(1000);
  const heard = await watching.next();
  expect(heard).toMatchObject([
    { kind: 'fact', sender: ALICE, recipient: BOB, id: 'm1', fact: 'accepted' },
    { kind: 'fact', id: 'm1', fact: 'stored' },
    { kind: 'decision', id: 'm1', decision: 'tell', told: ['stored'] },
    {
      kind: 'receipts',
      user: ALICE,
      outcome: 'sent',
      receipts: [{ recipient: BOB, id: 'm1', status: 'stored' }],
    },
  ]);
  watching.close();
});

test('a decision not to tell says the reason', async () => {
  const scene = await onStage();
  const watching = watch(scene, undefined);
  await scene.report(keyOf('m1'), accepted(0, { maySee: false }), fact('stored', 1));
  const heard = await watching.next();
  expect(heard.find(({ kind }) => kind === 'decision')).toMatchObject({
    withheld: 'presence-not-shared',
    told: [],
  });
  watching.close();
});

test('who watches hears that the link is down, and that its server is not known any more', async () => {
  const scene = await onStage();
  const watching = watch(scene, ALICE);
  scene.link.drop();
  await scene.pass(1);
  const heard = await watching.next();
  expect(heard.map(({ kind }) => kind).toSorted()).toEqual(['link', 'server']);
  watching.close();
});
