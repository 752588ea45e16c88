import { describe, expect, test } from 'vitest';
import type { BareJid } from '../../src/message/jid.ts';
import { ALICE, accepted, keyOf } from '../support/facts.ts';
import { onStage, type Scene } from '../support/scene.ts';
import { noticesOf, remindedBy, saidBy } from '../support/watched.ts';

const SILENT = { 'receipts.statuses': 'failed', 'commands.perMinute': '1000' };
const MINUTE = 60_000;
const WATCHED = { within: 60, maySee: true } as const;

test('a sender gets thirty notices at once, and the others one in five seconds each', async () => {
  const scene = await onStage({ settings: SILENT });
  for (let n = 0; n < 34; n++) await scene.report(keyOf(`m${n}`), accepted(0, WATCHED));
  await scene.pass(MINUTE + 4000);
  expect(noticesOf(scene).length).toBeGreaterThanOrEqual(30);
  expect(noticesOf(scene).length).toBeLessThan(34);
  await scene.pass(20_000);
  expect(new Set(noticesOf(scene).map(({ attrs }) => attrs['id'])).size).toBe(34);
});

test('a sender watches the messages to fifty contacts, and hears that there are no more', async () => {
  const scene = await onStage({ settings: SILENT });
  for (let n = 0; n < 50; n++)
    expect(await say(scene, `watch user${n}@example.org 1 hour`)).toContain('each message to');
  expect(await say(scene, 'watch another@example.org 1 hour')).toContain('as many');
  expect(await say(scene, 'watch user7@example.org 2 hours')).toContain('each message to');
  expect(scene.daemon.counters.all()).toMatchObject({ 'watches not begun: too many': 1 });
});

test('of the messages that a sender watches, twenty are listed', async () => {
  const scene = await onStage({ settings: SILENT });
  for (let n = 0; n < 25; n++) await scene.report(keyOf(`m${n}`), accepted(0, WATCHED));
  const lines = (await say(scene, 'watches')).split('\n');
  expect(lines.filter((line) => line.includes('bob@example.org: your message'))).toHaveLength(20);
});

describe('a reminder', () => {
  test('that cannot be asked of the module for ten minutes is none any more', async () => {
    const scene = await onStage({ settings: SILENT });
    scene.module.orders = 'may-remind';
    await scene.greet();
    await scene.report(keyOf('m1'), accepted(0, WATCHED));
    await scene.pass(MINUTE + 4000);
    const answer = scene.link.answering;
    scene.link.answering = (iq) => (iq.getChild('may-remind') ? undefined : answer(iq));
    await say(scene, 'remind');
    await scene.pass(9 * MINUTE);
    expect(scene.daemon.counters.all()).not.toHaveProperty('reminders not sent: too-late');
    await scene.pass(2 * MINUTE);
    expect(scene.daemon.counters.all()).toMatchObject({ 'reminders not sent: too-late': 1 });
    expect(remindedBy(scene)).toEqual([]);
  });

  test('is one of so many an hour, and what is too many is counted', async () => {
    const scene = await onStage({ settings: SILENT });
    for (let n = 0; n < 7; n++)
      await scene.report(
        keyOf('m1', ALICE, `user${n}@example.org` as BareJid),
        accepted(0, WATCHED),
      );
    await scene.pass(MINUTE + 5000);
    expect(saidBy(scene)).toHaveLength(7);
    for (let n = 0; n < 7; n++) await say(scene, `remind user${n}@example.org`);
    expect(scene.daemon.counters.all()).toMatchObject({
      'reminders ordered': 6,
      'reminders not ordered: too many': 1,
    });
  });
});

async function say(scene: Scene, text: string): Promise<string> {
  const id = `s${scene.messages.length}`;
  await scene.say(
    `<message type='chat' from='${ALICE}/phone' to='receipts@receipts.example.org' id='${id}'><body>${text}</body></message>`,
  );
  return scene.messages.at(-1)?.getChild('body')?.getText() ?? '';
}
