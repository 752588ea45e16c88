import { expect, test } from 'vitest';
import type { BareJid } from '../../src/message/jid.ts';
import { ALICE, accepted, BOB, fact, keyOf } from '../support/facts.ts';
import { onStage, type Scene } from '../support/scene.ts';

const CAROL = 'carol@example.org' as BareJid;

async function idsOf(scene: Scene, user: string): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const { key } of scene.daemon.operator.messagesOf(user as BareJid))
    ids.push(`${key.sender} ${key.id}`);
  return ids;
}

test('what a person chose, and what waits for an answer, is exported', async () => {
  const scene = await onStage();
  await scene.store.preferences.change(BOB, { change: () => ({ policy: 'manual' }), now: 1 });
  await scene.report(keyOf('m1'), accepted(), fact('acked', 1));
  const person = await scene.daemon.operator.personOf(BOB);
  expect(person).toMatchObject({ user: BOB, preferences: { policy: 'manual' } });
  expect(person.questions).toMatchObject([{ sender: ALICE, messages: 1 }]);
});

test('all messages that a person sent or got are exported, and none of others', async () => {
  const scene = await onStage();
  const sent = Array.from({ length: 120 }, (_, n) =>
    keyOf(`s${String(n).padStart(3, '0')}`, BOB, ALICE),
  );
  for (const key of sent) await scene.report(key, accepted());
  await scene.report(keyOf('got'), accepted());
  await scene.report(keyOf('other', ALICE, CAROL), accepted());
  expect(await idsOf(scene, BOB)).toEqual([
    ...sent.map(({ id }) => `${BOB} ${id}`),
    `${ALICE} got`,
  ]);
});

test('an address is exported however it is spelled', async () => {
  const scene = await onStage();
  await scene.report(keyOf('m1'), accepted());
  expect(await idsOf(scene, 'alice@EXAMPLE.org')).toEqual([`${ALICE} m1`]);
});
