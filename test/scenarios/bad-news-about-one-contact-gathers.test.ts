import { expect, onTestFinished, test } from 'vitest';
import type { BareJid } from '../../src/message/jid.ts';
import { openStore } from '../../src/store/open.ts';
import { temporaryPath } from '../store/place.ts';
import { ALICE, accepted, BOB, fact, keyOf, SECOND } from '../support/facts.ts';
import { onStage, Scene } from '../support/scene.ts';

const settings = { 'receipts.text': 'true' };
const CAROL = 'carol@example.org' as BareJid;
const MINUTE = 60_000;
const TIMES = Array.from({ length: 15 }, (_, index) => index);

test('15 messages that fail within 45 seconds are at most three messages of the bot', async () => {
  const scene = await onStage({ settings });
  for (const index of TIMES) {
    await fail(scene, `m${index}`, index * 3);
    await scene.pass(3000);
  }
  await scene.pass(2 * MINUTE);
  expect(scene.told).toEqual(TIMES.map((index) => `m${index} failed`));
  expect(wordsIn(scene)).toEqual([
    'Failed: 2 of your messages to bob@example.org (11:00 UTC) could not be delivered (service-unavailable).',
    'Failed: 13 of your messages to bob@example.org (11:00 UTC) could not be delivered (service-unavailable).',
  ]);
});

test('programs are told at once, and the first words come as soon as ever', async () => {
  const scene = await onStage({ settings });
  await fail(scene, 'm1', 0);
  await scene.pass(3500);
  expect(wordsIn(scene)).toHaveLength(1);
  await fail(scene, 'm2', 4);
  await scene.pass(500);
  expect(scene.told).toEqual(['m1 failed', 'm2 failed']);
  await scene.pass(58_000);
  expect(wordsIn(scene)).toHaveLength(1);
  await scene.pass(2000);
  expect(wordsIn(scene)).toHaveLength(2);
});

test('what fails again and again is one message a minute', async () => {
  const scene = await onStage({ settings });
  for (let minute = 0; minute < 10; minute++)
    for (const half of [0, 1]) {
      await fail(scene, `m${minute}-${half}`, minute * 60 + half * 30);
      await scene.pass(MINUTE / 2);
    }
  await scene.pass(2 * MINUTE);
  expect(scene.told).toHaveLength(20);
  expect(wordsIn(scene).length).toBeLessThanOrEqual(11);
  expect(countIn(wordsIn(scene))).toBe(20);
});

test('after a minute without bad news the next words are as quick as the first', async () => {
  const scene = await onStage({ settings });
  await fail(scene, 'm1', 0);
  await scene.pass(70_000);
  await fail(scene, 'm2', 70);
  await scene.pass(4000);
  expect(wordsIn(scene)).toHaveLength(2);
});

test.each([
  ['about another contact', CAROL, 'failed'],
  ['of another kind', BOB, 'lost'],
] as const)('bad news %s does not wait, and takes along what waits', async (_, recipient, kind) => {
  const scene = await onStage({ settings });
  await fail(scene, 'm1', 0);
  await scene.pass(10_000);
  await fail(scene, 'm2', 10);
  await scene.pass(10_000);
  expect(wordsIn(scene)).toHaveLength(1);
  await scene.report(
    keyOf('c1', ALICE, recipient),
    accepted(20 * SECOND),
    fact(kind, 20 * SECOND + 1),
  );
  await scene.pass(4000);
  const said = wordsIn(scene)[1] ?? '';
  expect(said.split('\n')).toHaveLength(2);
  expect(said).toContain(recipient);
  await scene.pass(2 * MINUTE);
  expect(wordsIn(scene)).toHaveLength(2);
});

test('a restart neither loses what gathers nor makes it come twice', async () => {
  const path = await temporaryPath();
  const before = await onStage({ settings, store: openStore(`sqlite:${path}`) });
  for (const index of [0, 1, 2]) {
    await fail(before, `m${index}`, index * 3);
    await before.pass(3000);
  }
  expect(countIn(wordsIn(before))).toBe(2);
  await before.daemon.stop();
  const after = new Scene({ settings, store: openStore(`sqlite:${path}`) });
  onTestFinished(() => after.daemon.stop());
  after.daemon.start();
  await after.connect();
  for (const index of [3, 4]) {
    await fail(after, `m${index}`, index * 3);
    await after.pass(3000);
  }
  expect(wordsIn(after)).toEqual([]);
  await after.pass(2 * MINUTE);
  expect(wordsIn(after)).toEqual([
    'Failed: 3 of your messages to bob@example.org (11:00 UTC) could not be delivered (service-unavailable).',
  ]);
});

async function fail(scene: Scene, id: string, seconds: number): Promise<void> {
  const at = seconds * SECOND;
  await scene.report(keyOf(id), accepted(at), fact('failed', at + 1));
}

function wordsIn({ messages }: Scene): readonly string[] {
  return messages.flatMap((message) => message.getChild('body')?.getText() ?? []);
}

/** Of how many messages words tell. */
function countIn(said: readonly string[]): number {
  const counts = said.flatMap((body) => body.split('\n')).map((line) => /: (\d+) of/.exec(line));
  return counts.reduce((sum, found) => sum + Number(found?.[1] ?? 1), 0);
}
