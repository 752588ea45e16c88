import { expect, test } from 'vitest';
import { accepted, fact, keyOf } from '../support/facts.ts';
import { onStage, type Scene } from '../support/scene.ts';

const BOT = 'receipts@receipts.example.org';

/** How the ids of questions begin; any UUID will do. */
const PREFIX = 'q-6f1c2a52-6a0e-4a3c-9b43-0d4b9f3f7a11-';

test('a question that did not reach the recipient is put again, and meanwhile a yes is about nothing', async () => {
  const scene = await onStage({ settings: { 'policy.default': 'manual' } });
  await scene.report(keyOf('m1'), accepted(), fact('acked', 1));
  await scene.pass(4000);
  const [question] = scene.messages;
  await scene.say(
    `<message type='error' id='${question?.attrs['id']}' from='bob@example.org' to='${BOT}'>
       <error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>
     </message>`,
  );
  await scene.say(
    `<message type='chat' from='bob@example.org/pc' to='${BOT}'><body>yes</body></message>`,
  );
  await scene.pass(1000);
  expect(scene.told).toEqual([]);
  await scene.pass(601_000);
  expect(questionsIn(scene)).toHaveLength(2);
  await scene.say(
    `<message type='chat' from='bob@example.org/pc' to='${BOT}'><body>yes</body></message>`,
  );
  await scene.pass(1000);
  expect(scene.told).toEqual(['m1 confirmed']);
});

test('an error that somebody else sends for a question changes nothing', async () => {
  const scene = await onStage({ settings: { 'policy.default': 'manual' } });
  await scene.report(keyOf('m1'), accepted(), fact('acked', 1));
  await scene.pass(4000);
  const [question] = scene.messages;
  await scene.say(
    `<message type='error' id='${question?.attrs['id']}' from='mallory@example.org/x' to='${BOT}'/>`,
  );
  await scene.say(
    `<message type='chat' from='bob@example.org/pc' to='${BOT}'><body>yes</body></message>`,
  );
  await scene.pass(1000);
  expect(scene.told).toEqual(['m1 confirmed']);
});

test.each([
  ['a user who was asked nothing', 'mallory@example.org/x'],
  ['a user of another server', 'bob@example.net'],
  ['the server', 'example.org'],
])('an error that comes from %s is not counted as a question that came back', async (_, from) => {
  const scene = await withQuestion();
  await returnQuestion(scene, { from });
  expect(Object.keys(scene.daemon.counters.all()).join()).not.toContain('questions refused');
});

test('an error that comes from a device of the recipient is counted, and a yes is about nothing', async () => {
  const scene = await withQuestion();
  await returnQuestion(scene, { from: 'bob@example.org/pc' });
  expect(scene.daemon.counters.all()).toMatchObject({
    'questions refused: undefined-condition': 1,
  });
  await sayYes(scene);
  expect(scene.told).toEqual([]);
});

test('an error whose id names a hundred questions is read', async () => {
  const scene = await withQuestion();
  const numbers = Array.from({ length: 100 }, (_, index) => index + 1);
  await returnQuestion(scene, { id: `${PREFIX}${numbers.join('.')}` });
  await sayYes(scene);
  expect(scene.told).toEqual([]);
});

test.each([
  ['names more than a hundred questions', `${PREFIX}${'1.'.repeat(100)}1`],
  ['names a question 100,000 times', `${PREFIX}${'1.'.repeat(99_999)}1`],
  ['has no number between two dots', `${PREFIX}1..2`],
  ['ends with a dot', `${PREFIX}1.`],
  ['begins its numbers with a dot', `${PREFIX}.1`],
  ['has no numbers', PREFIX],
  ['has something else among the numbers', `${PREFIX}1.x`],
  ['has no UUID', 'q-1-1'],
  ['has more before the id', `x${PREFIX}1`],
])('an error whose id %s is ignored, and a yes is about the question', async (_, id) => {
  const scene = await withQuestion();
  await returnQuestion(scene, { id });
  expect(Object.keys(scene.daemon.counters.all()).join()).not.toContain('questions refused');
  await sayYes(scene);
  expect(scene.told).toEqual(['m1 confirmed']);
});

/** Bob was asked about m1. */
async function withQuestion(): Promise<Scene> {
  const scene = await onStage({ settings: { 'policy.default': 'manual' } });
  await scene.report(keyOf('m1'), accepted(), fact('acked', 1));
  await scene.pass(4000);
  return scene;
}

/** An error for the question comes back, from bob and with its own id if the test says nothing else. */
async function returnQuestion(
  scene: Scene,
  { id = scene.messages[0]?.attrs['id'], from = 'bob@example.org' }: { id?: string; from?: string },
): Promise<void> {
  await scene.say(`<message type='error' id='${id}' from='${from}' to='${BOT}'/>`);
}

async function sayYes(scene: Scene): Promise<void> {
  await scene.say(
    `<message type='chat' from='bob@example.org/pc' to='${BOT}'><body>yes</body></message>`,
  );
  await scene.pass(1000);
}

function questionsIn({ messages }: Scene) {
  return messages.filter(({ attrs }) => attrs['id']?.startsWith('q-'));
}
