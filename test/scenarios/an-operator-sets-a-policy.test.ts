import { expect, test } from 'vitest';
import type { BareJid } from '../../src/message/jid.ts';
import { ALICE, BOB } from '../support/facts.ts';
import { onStage, type Scene } from '../support/scene.ts';

function noticesTo(scene: Scene, user: string) {
  return scene.messages
    .filter(({ name, attrs }) => name === 'message' && attrs['to'] === user)
    .map((message) => [message.attrs['xml:lang'], message.getChildText('body')]);
}

/** The answer waits for the server. */
async function set(scene: Scene, order: Parameters<Scene['daemon']['operator']['setPolicy']>[0]) {
  const setting = scene.daemon.operator.setPolicy(order);
  await scene.pass(60_000);
  return setting;
}

test('what an operator sets holds as if the user had said it, and the user is told', async () => {
  const scene = await onStage();
  const done = await set(scene, { user: ALICE, contact: undefined, policy: 'refuse' });
  expect(done).toMatchObject({ reply: { policy: 'refuse', isOwn: true }, isTold: true });
  expect(noticesTo(scene, ALICE)).toEqual([
    ['en', 'Your administrator has set your policy to refuse; say “policy” to see what it means.'],
  ]);
});

test('a person who speaks Chinese is told in Chinese', async () => {
  const scene = await onStage();
  const change = () => ({ language: 'zh' as const });
  await scene.store.preferences.change(ALICE, { change, now: 1 });
  await set(scene, { user: ALICE, contact: BOB, policy: 'manual' });
  expect(noticesTo(scene, ALICE)).toEqual([
    ['zh', `管理员已将您对 ${BOB} 的回执设置设为“手动”，发送“回执设置”即可查看。`],
  ]);
});

test('where the policy is locked nothing is set, and nobody is told', async () => {
  const scene = await onStage({ settings: { 'policy.locked': 'true' } });
  const done = await set(scene, { user: ALICE, contact: undefined, policy: 'refuse' });
  expect(done).toMatchObject({ reply: { kind: 'refused', because: 'locked' }, isTold: false });
  expect(noticesTo(scene, ALICE)).toEqual([]);
});

test('a user of another domain is not known', async () => {
  const scene = await onStage();
  const user = 'eve@elsewhere.example' as BareJid;
  expect(await set(scene, { user, contact: undefined, policy: 'refuse' })).toBeUndefined();
  expect(await scene.daemon.operator.policyOf(user)).toBeUndefined();
});
