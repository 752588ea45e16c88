import { expect, test } from 'vitest';
import { accepted, fact, keyOf } from '../support/facts.ts';
import { onStage } from '../support/scene.ts';

const BOT = 'receipts@receipts.example.org';

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

function questionsIn({ messages }: Awaited<ReturnType<typeof onStage>>) {
  return messages.filter(({ attrs }) => attrs['id']?.startsWith('q-'));
}
