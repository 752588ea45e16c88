import { expect, test } from 'vitest';
import type { Fact } from '../../src/message/fact.ts';
import type { Stamp } from '../../src/message/time.ts';
import { accepted, fact, HOUR, keyOf, MINUTE } from '../support/facts.ts';
import { onStage, type Scene } from '../support/scene.ts';

const BOT = 'receipts@receipts.example.org';
const MANUAL = { settings: { 'policy.default': 'manual' } };
/** What a stanza takes on the stage, and the least by which a stamp is later than another one. */
const A_MOMENT: Stamp = 2000;

async function answer(scene: Scene, word: string): Promise<void> {
  await scene.say(
    `<message type='chat' from='bob@example.org/x' to='${BOT}'><body>${word}</body></message>`,
  );
}

async function factsOf(scene: Scene, id: string): Promise<readonly Fact[]> {
  const timeline = await scene.daemon.operator.timeline(keyOf(id));
  return timeline?.events.map(({ fact }) => fact) ?? [];
}

async function answerIn(scene: Scene, id = 'm1'): Promise<Fact> {
  const facts = await factsOf(scene, id);
  const given = facts.find(({ side }) => side === 'component');
  if (given === undefined) throw new Error('there is no answer');
  return given;
}

/** The server reports a message that a device has; its clock is ahead of its stamps by that. */
async function reportAsked(scene: Scene, id: string, ahead: Stamp): Promise<void> {
  const shown = (it: Fact) => (ahead === 0 ? it : { ...it, time: it.at + ahead });
  const facts = [accepted(), fact('acked', 1)].map((it, index) => ({
    ...it,
    at: scene.now + index,
  }));
  await scene.report(keyOf(id), ...facts.map(shown));
}

test.each(['yes', 'no'])('%s has the time at which the person said it', async (word) => {
  const scene = await onStage(MANUAL);
  await scene.report(keyOf('m1'), accepted(), fact('acked', 1));
  await scene.pass(10_137);
  const said = scene.now;
  await answer(scene, word);
  const { at } = await answerIn(scene);
  expect(at).toBeGreaterThanOrEqual(said);
  expect(at).toBeLessThan(said + A_MOMENT);
});

test('an answer while the server is quiet has its time, not that up to which the facts are known', async () => {
  const scene = await onStage(MANUAL);
  await scene.report(keyOf('m1'), accepted(), fact('acked', 1));
  await scene.pass(5_199);
  const said = scene.now;
  await answer(scene, 'yes');
  expect((await answerIn(scene)).at).toBeGreaterThanOrEqual(said);
});

test('an answer is later than every fact of its message', async () => {
  const scene = await onStage(MANUAL);
  const ahead = fact('acked', 20 * MINUTE);
  await scene.report(keyOf('m1'), accepted(), ahead);
  await scene.pass(5000);
  await answer(scene, 'yes');
  expect((await answerIn(scene)).at).toBeGreaterThan(ahead.at);
});

test.each([
  ['set back', 0, -HOUR],
  ['set ahead', 0, HOUR],
  ['put right', HOUR, 0],
])(
  'where the clock of the server was %s meanwhile, an answer tells its new time',
  async (...of) => {
    const [, before, after] = of;
    const scene = await onStage(MANUAL);
    await reportAsked(scene, 'm1', before);
    await scene.pass(10_000);
    await reportAsked(scene, 'm2', after);
    await answer(scene, 'yes');
    const { at, time = at } = await answerIn(scene);
    expect(time - at).toBe(after);
  },
);

test('the server tells in its hello that its clock was set, and an answer tells its new time', async () => {
  const scene = await onStage(MANUAL);
  await reportAsked(scene, 'm1', 0);
  scene.module.clockAhead = -HOUR;
  await scene.pass(61_000);
  await answer(scene, 'yes');
  const { at, time = at } = await answerIn(scene);
  expect(time - at).toBe(-HOUR);
});
