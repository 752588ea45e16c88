import { beforeEach, expect, test, vi } from 'vitest';
import { accepted, fact, keyOf, MINUTE } from '../support/facts.ts';
import { onStage } from '../support/scene.ts';

const settings = {
  'receipts.text': 'true',
  'receipts.gatherTextMs': '0',
  disclosure: 'everyone',
};

beforeEach(() => {
  vi.stubEnv('TZ', 'UTC');
  return () => vi.unstubAllEnvs();
});

test('where the operator wants it, a receipt also says it in words', async () => {
  const scene = await onStage({ settings });
  await scene.report(keyOf('m1'), accepted(-18 * MINUTE), fact('stored', 1));
  const [message] = scene.messages;
  expect(message?.attrs['xml:lang']).toBe('en');
  expect(message?.getChild('body')?.getText()).toBe(
    'Stored: your message of 10:42 to bob@example.org waits until they are online.',
  );
  expect(message?.getChild('fallback', 'urn:xmpp:fallback:0')?.attrs['for']).toBe(
    'xmpp-receipts:1',
  );
});

test('several receipts are several lines, and what is more than ten is counted', async () => {
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

test('a bounce says its condition', async () => {
  const scene = await onStage({ settings });
  await scene.report(
    keyOf('m1'),
    accepted(),
    fact('failed', 1, { condition: 'remote-server-not-found' }),
  );
  expect(scene.messages[0]?.getChild('body')?.getText()).toBe(
    'Failed: your message of 11:00 to bob@example.org could not be delivered (remote-server-not-found).',
  );
});
