import { expect, test } from 'vitest';
import type { BareJid } from '../../src/message/jid.ts';
import { NS } from '../../src/protocol/namespaces.ts';
import { ALICE, accepted, BOB, keyOf, SECOND } from '../support/facts.ts';
import { onStage, type Scene } from '../support/scene.ts';
import {
  answersReminders,
  noticesOf,
  remindedBy,
  SILENT,
  saidBy,
  say,
  WATCHED,
} from '../support/watched.ts';

const CAROL = 'carol@example.org' as BareJid;

test('a reply to an older notice is about its message, and the newer one waits for its own answer', async () => {
  const scene = await withTwoNotices(CAROL);
  expect(await reply(scene, 'drop', 0)).toContain(
    `I do not watch your message of 11:00 UTC to ${BOB}`,
  );
  expect(await watchedOf(scene)).toEqual(['m2']);
  expect(await reply(scene, 'drop', 0)).toContain('no message that waits for this answer');
  expect(await watchedOf(scene)).toEqual(['m2']);
  expect(await say(scene, 'drop')).toContain(
    `I do not watch your message of 11:00 UTC to ${CAROL}`,
  );
  expect(await watchedOf(scene)).toEqual([]);
});

test('of two notices about one contact, a reply drops that of its message', async () => {
  const scene = await withTwoNotices(BOB);
  expect(await reply(scene, 'drop', 0)).toContain('I do not watch your message');
  expect(await watchedOf(scene)).toEqual(['m2']);
});

test('"wait" in reply to an older notice waits for that message', async () => {
  const scene = await withTwoNotices(CAROL);
  expect(await reply(scene, 'wait 20 seconds', 0)).toContain(BOB);
  await scene.pass(25_000);
  expect(saidBy(scene)).toHaveLength(3);
  expect(saidBy(scene)[2]).toContain(BOB);
});

test('"remind" in reply to an older notice reminds the recipient of that message', async () => {
  const scene = await withTwoNotices(CAROL);
  expect(await reply(scene, 'remind', 0)).toBe(`I remind ${BOB} if I can.`);
  await scene.pass(5000);
  expect(remindedBy(scene)).toEqual([BOB]);
});

test('without a reply, an answer is about the last notice', async () => {
  const scene = await withTwoNotices(CAROL);
  expect(await say(scene, 'drop')).toContain(CAROL);
  expect(await watchedOf(scene)).toEqual(['m1']);
});

/** The first is about m1 to Bob, the second, ten seconds later, about m2 to that person. */
async function withTwoNotices(second: BareJid): Promise<Scene> {
  const scene = await onStage({ settings: SILENT });
  answersReminders(scene, 'yes');
  await scene.greet();
  await scene.report(keyOf('m1'), accepted(0, WATCHED));
  await scene.report(keyOf('m2', ALICE, second), accepted(10 * SECOND, WATCHED));
  await scene.pass(75_000);
  expect(saidBy(scene)).toEqual([expect.stringContaining(BOB), expect.stringContaining(second)]);
  return scene;
}

/** XEP-0461: to the notice that came as that one, from 0. */
function reply(scene: Scene, words: string, to: number): Promise<string> {
  const id = noticesOf(scene)[to]?.attrs['id'];
  return say(scene, words, `<reply xmlns='${NS.reply}' id='${id}'/>`);
}

/** The ids of the messages that Alice watches, or was told of. */
async function watchedOf({ store }: Scene): Promise<readonly string[]> {
  return (await store.watches.of(ALICE)).map(({ key }) => key.id);
}
