import { expect, test } from 'vitest';
import type { BareJid } from '../../src/message/jid.ts';
import { ALICE, accepted, BOB, keyOf, SECOND } from '../support/facts.ts';
import { afterIntroduction } from '../support/introduced.ts';
import { BOT } from '../support/presences.ts';
import { onStage, type Scene } from '../support/scene.ts';

const BOBBY = 'bobby@example.org' as BareJid;
const A_MINUTE = 60_000;

/** What the bot answers Alice. */
async function say(scene: Scene, words: string): Promise<string> {
  const before = scene.messages.length;
  await scene.say(
    `<message type='chat' from='${ALICE}/pc' to='${BOT}'><body>${words}</body></message>`,
  );
  await scene.pass(100);
  return afterIntroduction(scene.messages[before]?.getChild('body')?.getText() ?? '');
}

/** Alice wrote to Bob, then to Bobby; her messages to both are watched. */
async function written(): Promise<Scene> {
  const scene = await onStage({ settings: { 'receipts.statuses': 'failed' } });
  await scene.report(keyOf('m1', ALICE, BOB), accepted(0, { within: 60 }));
  await scene.report(keyOf('m2', ALICE, BOBBY), accepted(SECOND, { within: 60 }));
  return scene;
}

test('the answer to "remind" names whom it is for', async () => {
  const scene = await written();
  await scene.pass(A_MINUTE + 5000);
  expect(await say(scene, 'remind bob')).toBe(`I remind ${BOB} if I can.`);
  expect(await say(scene, 'remind bobby')).toBe(`I remind ${BOBBY} if I can.`);
});

test.each(['remind bo', 'why bo', 'tell me if bo has not read it in 5 minutes', 'watch bo 10 min'])(
  '"%s" fits two people: the bot asks whom, and does nothing',
  async (words) => {
    const scene = await written();
    await scene.pass(A_MINUTE + 5000);
    const before = await say(scene, 'watches');
    const answer = await say(scene, words);
    expect(answer).toMatch(/^Several people fit: /);
    expect(answer).toContain(BOB);
    expect(answer).toContain(BOBBY);
    expect(await say(scene, 'watches')).toBe(before);
    expect(scene.daemon.counters.all()).not.toHaveProperty('reminders ordered');
  },
);

test('who is called exactly so goes before one whose name begins so', async () => {
  const scene = await written();
  expect(await say(scene, 'why bob')).toContain(BOB);
  expect(await say(scene, 'tell me if bob has not read it in 5 minutes')).toContain(BOB);
  expect(await say(scene, 'watch bob 10 min')).toContain(BOB);
});

test('a name that nobody is watched by reminds nobody else whose name begins so', async () => {
  const scene = await onStage({ settings: { 'receipts.statuses': 'failed' } });
  await scene.report(keyOf('m1', ALICE, BOB), accepted());
  await scene.report(keyOf('m2', ALICE, BOBBY), accepted(SECOND, { within: 60 }));
  await scene.pass(A_MINUTE + 5000);
  expect(await say(scene, 'remind bob')).toMatch(/^I have told you of no message/);
});
