import { expect, test } from 'vitest';
import { accepted, fact, keyOf, T0 } from '../support/facts.ts';
import { onStage, type Scene } from '../support/scene.ts';

const BOT = 'receipts@receipts.example.org';

test('words that a filter refuses are sent again at once without them, and later receipts have none', async () => {
  const scene = await toldInWords('m1');
  await refuse(scene, 'policy-violation');
  expect(scene.messages).toHaveLength(2);
  expect(bodies(scene)).toEqual([expect.stringMatching(/^Stored/), undefined]);
  await tell(scene, 'm2');
  expect(bodies(scene).at(-1)).toBeUndefined();
  expect(scene.told.slice(-1)).toEqual(['m2 stored']);
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
  await refuse(scene, 'policy-violation');
  await refuse(scene, 'policy-violation');
  expect(scene.messages).toHaveLength(2);
  await scene.pass(60_000);
  expect(scene.messages.length).toBeGreaterThan(2);
});

test('an error that says nothing about a rule takes no words away', async () => {
  const scene = await toldInWords('m1');
  await refuse(scene, 'service-unavailable');
  expect(scene.complaints).toEqual([]);
  await tell(scene, 'm2');
  expect(bodies(scene).at(-1)).toMatch(/Stored/);
});

async function toldInWords(id: string): Promise<Scene> {
  const scene = await onStage({
    settings: { 'receipts.text': 'true', 'receipts.gatherTextMs': '0' },
  });
  await tell(scene, id);
  return scene;
}

async function tell(scene: Scene, id: string): Promise<void> {
  const at = scene.now - T0;
  await scene.report(keyOf(id), accepted(at), fact('stored', at + 1));
  await scene.pass(1000);
}

async function refuse(scene: Scene, condition: string): Promise<void> {
  const { id, to } = scene.messages.at(-1)?.attrs ?? {};
  await scene.say(
    `<message type='error' id='${id}' from='${to}' to='${BOT}'><error type='cancel'><${condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>`,
  );
  await scene.pass(1000);
}

function bodies(scene: Scene): readonly (string | undefined)[] {
  return scene.messages.map((message) => message.getChild('body')?.getText());
}
