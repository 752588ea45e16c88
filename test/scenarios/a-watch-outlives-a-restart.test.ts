import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { Fact } from '../../src/message/fact.ts';
import { openStore } from '../../src/store/open.ts';
import { temporaryPath } from '../store/place.ts';
import { ALICE, accepted, fact, keyOf, SECOND } from '../support/facts.ts';
import { onStage, Scene } from '../support/scene.ts';
import { answersReminders, noticesOf, remindedBy, saidBy } from '../support/watched.ts';

const SILENT = { 'receipts.statuses': 'failed' };
const WATCHED = accepted(0, { within: 60, until: 'displayed' });

let path: string;

beforeEach(async () => {
  path = await temporaryPath();
});

async function started(): Promise<Scene> {
  const scene = await onStage({ settings: SILENT, store: openStore(`sqlite:${path}`) });
  answersReminders(scene, 'yes');
  await scene.greet();
  return scene;
}

/** Another process on the same store, after so long. What happened meanwhile waits on the server. */
async function restarted(
  before: Scene,
  awayFor: number,
  meanwhile: readonly Fact[] = [],
): Promise<Scene> {
  await before.daemon.stop();
  await before.pass(awayFor);
  const scene = new Scene({ settings: SILENT, store: openStore(`sqlite:${path}`) });
  onTestFinished(() => scene.daemon.stop());
  answersReminders(scene, 'yes');
  scene.module.waiting = meanwhile.length;
  scene.daemon.start();
  await scene.connect();
  scene.module.waiting = 0;
  if (meanwhile.length > 0) await scene.report(keyOf('m1'), ...meanwhile);
  return scene;
}

async function watching(): Promise<Scene> {
  const scene = await started();
  await scene.report(keyOf('m1'), WATCHED, fact('sent', 1));
  await scene.pass(20_000);
  return scene;
}

async function say(scene: Scene, text: string): Promise<void> {
  await scene.say(
    `<message type='chat' from='${ALICE}/phone' to='receipts@receipts.example.org'><body>${text}</body></message>`,
  );
}

describe('a deadline', () => {
  test('is the same after a restart, and is told once', async () => {
    const scene = await restarted(await watching(), 10_000);
    await scene.pass(25_000);
    expect(saidBy(scene)).toEqual([]);
    await scene.pass(10_000);
    expect(saidBy(scene)).toEqual([expect.stringContaining('No sign so far that bob@example.org')]);
    const next = await restarted(scene, 10_000);
    await next.pass(180_000);
    expect(saidBy(next)).toEqual([]);
  });

  test('that was over while we were stopped is told afterwards, once', async () => {
    const scene = await restarted(await watching(), 300_000);
    await scene.pass(5000);
    expect(saidBy(scene)).toHaveLength(1);
    const next = await restarted(scene, 10_000);
    await next.pass(180_000);
    expect(saidBy(next)).toEqual([]);
  });

  test.each([
    ['before it', 50],
    ['after it', 80],
  ])('is not told if the message was read while we were stopped, %s', async (_, seconds) => {
    const read = fact('displayed', seconds * SECOND);
    const scene = await restarted(await watching(), 300_000, [read]);
    await scene.pass(180_000);
    expect(saidBy(scene)).toEqual([]);
  });

  test('that the server had not taken is told by the next process, under the same id', async () => {
    const scene = await watching();
    scene.answersPings = false;
    await scene.pass(50_000);
    const [notice] = noticesOf(scene);
    const next = await restarted(scene, 1000);
    await next.pass(120_000);
    expect(noticesOf(next).map(({ attrs }) => attrs['id'])).toEqual([notice?.attrs['id']]);
  });

  test('of each message to a contact holds after a restart', async () => {
    const scene = await started();
    await say(scene, 'watch bob@example.org 20 seconds');
    const next = await restarted(scene, 10_000);
    await next.report(keyOf('m2'), { ...accepted(), at: next.now });
    await next.pass(25_000);
    expect(saidBy(next)).toHaveLength(1);
  });
});

describe('a notice that was told before a restart', () => {
  async function told(): Promise<Scene> {
    const scene = await watching();
    await scene.pass(45_000);
    expect(saidBy(scene)).toHaveLength(1);
    return restarted(scene, 10_000);
  }

  test('can be answered by "wait" after it', async () => {
    const scene = await told();
    await say(scene, 'wait 20 seconds');
    await scene.pass(15_000);
    expect(saidBy(scene)).toEqual([]);
    await scene.pass(10_000);
    expect(saidBy(scene)).toHaveLength(1);
  });

  test('can be answered by "remind" after it', async () => {
    const scene = await told();
    await say(scene, 'remind');
    await scene.pass(5000);
    expect(remindedBy(scene)).toEqual(['bob@example.org']);
  });
});

describe('a reminder', () => {
  async function noticed(): Promise<Scene> {
    const scene = await watching();
    await scene.pass(45_000);
    expect(saidBy(scene)).toHaveLength(1);
    return scene;
  }

  async function again(before: Scene): Promise<Scene> {
    const scene = await restarted(before, 10_000);
    await scene.pass(5000);
    return scene;
  }

  test('that was ordered before a restart goes after it, once', async () => {
    const scene = await noticed();
    await say(scene, 'remind');
    expect(remindedBy(scene)).toEqual([]);
    const next = await again(scene);
    expect(remindedBy(next)).toEqual(['bob@example.org']);
    expect(remindedBy(await again(next))).toEqual([]);
  });

  test('that went before a restart does not go again, whatever the sender says', async () => {
    const scene = await noticed();
    await say(scene, 'remind');
    await scene.pass(5000);
    expect(remindedBy(scene)).toEqual(['bob@example.org']);
    const next = await again(scene);
    await say(next, 'remind');
    await next.pass(5000);
    expect(remindedBy(next)).toEqual([]);
  });
});
