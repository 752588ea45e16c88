import { beforeEach, expect, test, vi } from 'vitest';
import type { Preferences } from '../../src/receipt/preferences.ts';
import { ALICE, accepted, DAY, fact, keyOf, MINUTE } from '../support/facts.ts';
import { onStage, type Scene } from '../support/scene.ts';

const settings = {
  'receipts.text': 'true',
  'receipts.gatherTextMs': '0',
  disclosure: 'everyone',
};

beforeEach(() => {
  vi.stubEnv('TZ', 'UTC');
  return () => vi.unstubAllEnvs();
});

test('a receipt is also in words where the operator wants it', async () => {
  const scene = await onStage({ settings });
  await scene.report(keyOf('m1'), accepted(-18 * MINUTE), fact('stored', 1));
  const [message] = scene.messages;
  expect(message?.attrs['xml:lang']).toBe('en');
  expect(message?.getChild('body')?.getText()).toBe(
    'Stored: your message of 10:42 UTC to bob@example.org is kept for them by their server.',
  );
  expect(message?.getChild('fallback', 'urn:xmpp:fallback:0')?.attrs['for']).toBe(
    'xmpp-receipts:1',
  );
});

test('several receipts in words are several lines, and those beyond ten are counted', async () => {
  const scene = await onStage({ settings });
  await scene.report(keyOf('first'), accepted(), fact('stored', 1));
  await Promise.all(
    Array.from({ length: 12 }, (_, n) =>
      scene.report(keyOf(`m${n}`), accepted(), fact('stored', n)),
    ),
  );
  await scene.pass(100);
  const lines = scene.messages[1]?.getChild('body')?.getText().split('\n');
  expect(lines).toHaveLength(10);
  expect(lines?.at(0)).toMatch(/^Stored: /);
  expect(lines?.at(-1)).toBe('… and 3 more.');
});

test('a receipt in words says the condition of a failure', async () => {
  const scene = await onStage({ settings });
  await scene.report(
    keyOf('m1'),
    accepted(),
    fact('failed', 1, { condition: 'remote-server-not-found' }),
  );
  expect(scene.messages[0]?.getChild('body')?.getText()).toBe(
    'Failed: your message of 11:00 UTC to bob@example.org could not be delivered (remote-server-not-found).',
  );
});

test('a receipt in words names the date of a message that was not sent today', async () => {
  const scene = await onStage({ settings });
  await scene.report(keyOf('m1'), accepted(-DAY), fact('stored', 1));
  expect(bodiesIn(scene)).toEqual([
    'Stored: your message of 21 Nov, 11:00 UTC to bob@example.org is kept for them by their server.',
  ]);
});

test('a sender’s choice for or against words goes before that of the operator', async () => {
  const silent = await onStage({ settings: { ...settings, 'receipts.text': 'false' } });
  await silent.report(keyOf('m1'), accepted(), fact('stored', 1));
  expect(silent.messages[0]?.attrs['xml:lang']).toBeUndefined();
  await choose(silent, { text: true });
  await silent.report(keyOf('m2'), accepted(), fact('stored', 1));
  await silent.pass(100);
  expect(bodiesIn(silent)).toEqual([undefined, expect.stringContaining('Stored')]);

  const wordy = await onStage({ settings });
  await choose(wordy, { text: false });
  await wordy.report(keyOf('m1'), accepted(), fact('stored', 1));
  expect(bodiesIn(wordy)).toEqual([undefined]);
});

test.each<readonly [string, string, Preferences, string]>([
  ['the operator speaks', 'zh', {}, 'zh'],
  ['the sender chose', 'en', { language: 'zh' }, 'zh'],
  ['the sender chose, whatever the operator speaks', 'zh', { language: 'en' }, 'en'],
  ['the operator speaks, where there is no file for the choice', 'zh', { language: 'tlh' }, 'zh'],
])('a receipt in words is in the language that %s', async (_, language, preferences, spoken) => {
  const scene = await onStage({ settings: { ...settings, language } });
  await choose(scene, preferences);
  await scene.report(keyOf('m1'), accepted(-18 * MINUTE), fact('stored', 1));
  const [message] = scene.messages;
  expect(message?.attrs['xml:lang']).toBe(spoken);
  expect(message?.getChild('body')?.getText()).toBe(
    spoken === 'zh'
      ? '已暂存：您 10:42 UTC 发给 bob@example.org 的消息已由服务器为对方保存。'
      : 'Stored: your message of 10:42 UTC to bob@example.org is kept for them by their server.',
  );
});

test('receipts in words that are due within a few seconds come in one message', async () => {
  const scene = await onStage({ settings: { ...settings, 'receipts.gatherTextMs': '3000' } });
  await scene.report(keyOf('m1'), accepted(), fact('stored', 1));
  await scene.pass(2000);
  await scene.report(keyOf('m2'), accepted(), fact('stored', 2));
  expect(scene.messages).toEqual([]);
  await scene.pass(2500);
  expect(scene.told).toEqual(['m1 stored', 'm2 stored']);
  expect(bodiesIn(scene)).toEqual([expect.stringMatching(/^Stored: .*\nStored: .*$/)]);
});

async function choose(scene: Scene, preferences: Preferences): Promise<void> {
  const change = () => preferences;
  await scene.store.preferences.change(ALICE, { change, now: Date.now() });
}

/** `undefined` for a message without words. */
function bodiesIn({ messages }: Scene): readonly (string | undefined)[] {
  return messages.map((message) => message.getChild('body')?.getText());
}
