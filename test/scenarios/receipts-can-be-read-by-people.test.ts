import { beforeEach, expect, test, vi } from 'vitest';
import type { Preferences } from '../../src/receipt/preferences.ts';
import { ALICE, accepted, DAY, fact, keyOf, MINUTE } from '../support/facts.ts';
import { onStage, type Scene } from '../support/scene.ts';

const settings = {
  'receipts.text': 'true',
  'receipts.gatherTextMs': '0',
  disclosure: 'everyone',
};

/** Words about what is stored wait for others that are written within a minute. */
const GATHERED = 61_000;

beforeEach(() => {
  vi.stubEnv('TZ', 'UTC');
  return () => vi.unstubAllEnvs();
});

test('a message that still waits is told of in words where the operator wants it', async () => {
  const scene = await onStage({ settings });
  await scene.report(keyOf('m1'), accepted(-18 * MINUTE), fact('stored', 1 - 18 * MINUTE));
  await scene.pass(GATHERED);
  const [receipt, words] = scene.messages;
  expect(receipt?.getChild('body')).toBeUndefined();
  expect(words?.attrs['xml:lang']).toBe('en');
  expect(words?.getChild('receipt')).toBeUndefined();
  expect(words?.getChild('body')?.getText()).toBe(
    'Stored: your message of 10:42 UTC to bob@example.org is kept for them by their server.',
  );
  expect(words?.getChild('fallback', 'urn:xmpp:fallback:0')?.attrs['for']).toBe('xmpp-receipts:1');
});

test('a message that arrives within two minutes is not told of in words', async () => {
  const scene = await onStage({ settings });
  await scene.report(keyOf('m1'), accepted(), fact('stored', 1));
  await scene.pass(60_000);
  await scene.report(keyOf('m1'), fact('received', MINUTE));
  await scene.pass(5 * 60_000);
  expect(wordsIn(scene)).toEqual([]);
});

test('messages that are told of together, and to one contact, are one line', async () => {
  const scene = await onStage({ settings });
  await scene.report(keyOf('m1'), accepted(-18 * MINUTE), fact('stored', 1 - 18 * MINUTE));
  await scene.report(keyOf('m2'), accepted(-17 * MINUTE), fact('stored', 1 - 17 * MINUTE));
  await scene.report(keyOf('m3'), accepted(-9 * MINUTE), fact('stored', 1 - 9 * MINUTE));
  await scene.pass(GATHERED);
  expect(wordsIn(scene)).toEqual([
    'Stored: 3 of your messages to bob@example.org (10:42 UTC to 10:51 UTC) still wait, kept for them by their server.',
  ]);
});

test('words say the condition of a failure, and come in one message within a few seconds', async () => {
  const scene = await onStage({ settings: { ...settings, 'receipts.gatherTextMs': '3000' } });
  const condition = 'remote-server-not-found';
  await scene.report(keyOf('m1'), accepted(), fact('failed', 1, { condition }));
  await scene.pass(1000);
  await scene.report(keyOf('m2'), accepted(), fact('lost', 1));
  expect(wordsIn(scene)).toEqual([]);
  await scene.pass(3000);
  expect(wordsIn(scene)).toEqual([
    [
      'Failed: your message of 11:00 UTC to bob@example.org could not be delivered (remote-server-not-found).',
      'Lost: your message of 11:00 UTC went out to bob@example.org but never arrived.',
    ].join('\n'),
  ]);
});

test('words name the date of a message that was not sent today', async () => {
  const scene = await onStage({ settings });
  await scene.report(keyOf('m1'), accepted(-DAY), fact('lost', 1));
  await scene.pass(1000);
  expect(wordsIn(scene)).toEqual([
    'Lost: your message of 21 Nov, 11:00 UTC went out to bob@example.org but never arrived.',
  ]);
});

test('a sender’s choice for or against words goes before that of the operator', async () => {
  const silent = await onStage({ settings: { ...settings, 'receipts.text': 'false' } });
  await silent.report(keyOf('m1'), accepted(), fact('lost', 1));
  await silent.pass(1000);
  expect(wordsIn(silent)).toEqual([]);
  await choose(silent, { text: true });
  await silent.report(keyOf('m2'), accepted(), fact('lost', 1));
  await silent.pass(1000);
  expect(wordsIn(silent)).toEqual([expect.stringContaining('Lost')]);

  const wordy = await onStage({ settings });
  await choose(wordy, { text: false });
  await wordy.report(keyOf('m1'), accepted(), fact('lost', 1));
  await wordy.pass(1000);
  expect(wordsIn(wordy)).toEqual([]);
});

test('words that nobody wants any more are not sent', async () => {
  const scene = await onStage({ settings: { ...settings, 'receipts.gatherTextMs': '3000' } });
  await scene.report(keyOf('m1'), accepted(), fact('lost', 1));
  await choose(scene, { text: false });
  await scene.pass(5000);
  expect(wordsIn(scene)).toEqual([]);
  expect(scene.told).toEqual(['m1 lost']);
});

test.each<readonly [string, string, Preferences, string]>([
  ['the operator speaks', 'zh', {}, 'zh'],
  ['the sender chose', 'en', { language: 'zh' }, 'zh'],
  ['the sender chose, whatever the operator speaks', 'zh', { language: 'en' }, 'en'],
  ['the operator speaks, where there is no file for the choice', 'zh', { language: 'tlh' }, 'zh'],
])('words are in the language that %s', async (_, language, preferences, spoken) => {
  const scene = await onStage({ settings: { ...settings, language } });
  await choose(scene, preferences);
  await scene.report(keyOf('m1'), accepted(-18 * MINUTE), fact('lost', 1));
  await scene.pass(1000);
  const message = scene.messages.at(-1);
  expect(message?.attrs['xml:lang']).toBe(spoken);
  expect(message?.getChild('body')?.getText()).toBe(
    spoken === 'zh'
      ? '已丢失：您 10:42 UTC 发给 bob@example.org 的消息发出后没有送到。'
      : 'Lost: your message of 10:42 UTC went out to bob@example.org but never arrived.',
  );
});

async function choose(scene: Scene, preferences: Preferences): Promise<void> {
  const change = () => preferences;
  await scene.store.preferences.change(ALICE, { change, now: Date.now() });
}

function wordsIn({ messages }: Scene): readonly string[] {
  return messages.flatMap((message) => message.getChild('body')?.getText() ?? []);
}
