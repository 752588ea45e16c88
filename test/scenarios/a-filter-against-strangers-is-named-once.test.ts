import { expect, test } from 'vitest';
import type { MessageKey } from '../../src/message/key.ts';
import { ALICE, accepted, BOB, fact, keyOf, T0 } from '../support/facts.ts';
import { onStage, type Scene } from '../support/scene.ts';

const BOT = 'receipts@receipts.example.org';

test('words that a filter refuses are not sent again, and receipts come without them as ever', async () => {
  const scene = await toldInWords('m1');
  await refuse(scene, 'policy-violation');
  await tell(scene, keyOf('m2'));
  expect(bodies(scene)).toEqual([undefined, expect.stringMatching(/^Failed/), undefined]);
  expect(scene.told).toEqual(['m1 failed', 'm2 failed']);
});

test('the operator is told once, with the line to paste', async () => {
  const scene = await toldInWords('m1');
  await refuse(scene, 'policy-violation');
  await refuse(scene, 'policy-violation');
  expect(scene.complaints).toEqual([
    expect.stringContaining('access: [{allow: [{server: receipts.example.org}]}]'),
  ]);
});

test('what is refused without words too is not sent again at once', async () => {
  const scene = await toldInWords('m1');
  const [receipt] = scene.messages;
  await refuse(scene, 'policy-violation');
  await returnError(scene, { id: receipt?.attrs['id'] ?? '', from: ALICE });
  expect(scene.messages).toHaveLength(2);
  await scene.pass(60_000);
  expect(scene.told).toEqual(['m1 failed', 'm1 failed']);
});

test('an error that says nothing about a rule takes no words away', async () => {
  const scene = await toldInWords('m1');
  await refuse(scene, 'service-unavailable');
  expect(scene.complaints).toEqual([]);
  await tell(scene, keyOf('m2'));
  expect(bodies(scene).at(-1)).toMatch(/Failed/);
});

test.each([
  ['names nothing of ours', () => 'made-up'],
  ['has no id', () => ''],
  ['names a question that was never put', () => 'q-6f1c2a52-6a0e-4a3c-9b43-0d4b9f3f7a11-1'],
  ['names what was sent to somebody else', (scene: Scene) => lastId(scene)],
])('an error that %s takes no words away', async (_, idOf) => {
  const scene = await toldInWords('m1');
  await returnError(scene, { id: idOf(scene), from: `${BOB}/pc` });
  expect(scene.complaints).toEqual([]);
  await tell(scene, keyOf('m2', BOB, ALICE));
  expect(bodies(scene)).toEqual([
    undefined,
    expect.stringMatching(/^Failed/),
    undefined,
    expect.stringMatching(/^Failed/),
  ]);
});

test('an answer of the bot that a filter refuses counts as words that are refused', async () => {
  const scene = await onStage();
  await scene.say(`<message type='chat' from='${BOB}/pc' to='${BOT}'><body>help</body></message>`);
  await scene.pass(1000);
  await refuse(scene, 'policy-violation');
  expect(scene.complaints).toEqual([expect.stringContaining('mod_block_strangers')]);
});

test('a question that a filter refuses counts as words that are refused', async () => {
  const scene = await onStage({ settings: { 'policy.default': 'manual' } });
  await scene.report(keyOf('m1'), accepted(), fact('acked', 1));
  await scene.pass(4000);
  await refuse(scene, 'policy-violation');
  expect(scene.complaints).toEqual([expect.stringContaining('mod_block_strangers')]);
});

async function toldInWords(id: string): Promise<Scene> {
  const scene = await onStage({
    settings: {
      'receipts.text': 'true',
      'receipts.gatherTextMs': '0',
      'receipts.textStoredAfterMs': '0',
    },
  });
  await tell(scene, keyOf(id));
  return scene;
}

async function tell(scene: Scene, key: MessageKey): Promise<void> {
  const at = scene.now - T0;
  await scene.report(key, accepted(at), fact('failed', at + 1));
  await scene.pass(1000);
}

async function refuse(scene: Scene, condition: string): Promise<void> {
  const from = scene.messages.at(-1)?.attrs['to'] ?? '';
  await returnError(scene, { id: lastId(scene), from, condition });
}

async function returnError(
  scene: Scene,
  { id, from, condition = 'policy-violation' }: { id: string; from: string; condition?: string },
): Promise<void> {
  await scene.say(
    `<message type='error' id='${id}' from='${from}' to='${BOT}'><error type='cancel'><${condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>`,
  );
  await scene.pass(1000);
}

function lastId(scene: Scene): string {
  return scene.messages.at(-1)?.attrs['id'] ?? '';
}

function bodies(scene: Scene): readonly (string | undefined)[] {
  return scene.messages.map((message) => message.getChild('body')?.getText());
}
