import { describe, expect, test } from 'vitest';
import type { BareJid } from '../../src/message/jid.ts';
import { NS } from '../../src/protocol/namespaces.ts';
import { child, type Element } from '../../src/protocol/xml.ts';
import { ALICE, accepted, fact, keyOf, SECOND } from '../support/facts.ts';
import { onStage, type Scene } from '../support/scene.ts';
import {
  answersReminders,
  noticesOf,
  remindedBy,
  SILENT,
  saidBy,
  say,
  WATCHED,
  watched,
} from '../support/watched.ts';

const A_MINUTE = 60_000;

describe('a message that says how long silence is fine', () => {
  test('brings a notice if nobody read it in time', async () => {
    const scene = await onStage({ settings: SILENT });
    await scene.report(keyOf('m1'), accepted(0, WATCHED), fact('sent', 1));
    await scene.pass(A_MINUTE - 5000);
    expect(saidBy(scene)).toEqual([]);
    await scene.pass(10_000);
    expect(saidBy(scene)).toEqual([
      expect.stringContaining('No sign so far that bob@example.org read'),
    ]);
    expect(saidBy(scene)[0]).toContain('Sent: your message');
    expect(saidBy(scene)[0]).toContain('remind');
    expect(noticesOf(scene).map(({ attrs }) => attrs['to'])).toEqual([ALICE]);
    expect(noticesOf(scene)[0]?.getChild('store')).toBeDefined();
    await scene.pass(2 * A_MINUTE);
    expect(saidBy(scene)).toHaveLength(1);
  });

  test('brings no notice if it was read in time', async () => {
    const scene = await onStage({ settings: SILENT });
    await scene.report(keyOf('m1'), accepted(0, WATCHED), fact('sent', 1));
    await scene.report(keyOf('m1'), fact('displayed', 20 * SECOND));
    await scene.pass(2 * A_MINUTE);
    expect(saidBy(scene)).toEqual([]);
  });

  test('brings no notice if a marker of a later message covers it', async () => {
    const scene = await onStage({ settings: SILENT });
    const unseen = { ...WATCHED, maySee: false };
    await scene.report(keyOf('m1'), accepted(0, unseen), fact('received', 1));
    await scene.report(keyOf('m2'), accepted(SECOND, unseen), fact('received', SECOND + 1));
    await scene.report(keyOf('m2'), fact('displayed', 20 * SECOND));
    await scene.pass(2 * A_MINUTE);
    expect(saidBy(scene)).toEqual([]);
  });

  test('that it arrived is not that it was read', async () => {
    const scene = await onStage({ settings: SILENT });
    await scene.report(keyOf('m1'), accepted(0, WATCHED), fact('received', 1));
    await scene.report(keyOf('m2'), accepted(0, { within: 60 }), fact('received', 1));
    await scene.pass(2 * A_MINUTE);
    expect(saidBy(scene)).toHaveLength(1);
    expect(saidBy(scene)[0]).toContain('Delivered: a device of bob@example.org has your message');
  });

  test('asks for no other receipt, and takes none away', async () => {
    const scene = await onStage();
    await scene.report(keyOf('m1'), accepted(0), fact('stored', 1));
    await scene.report(keyOf('m2'), accepted(0, WATCHED), fact('stored', 1));
    await scene.pass(10_000);
    expect(scene.told).toEqual(['m1 stored', 'm2 stored']);
  });
});

test('the notice comes once, with the same id, if the server did not take it', async () => {
  const scene = await onStage({ settings: SILENT });
  await scene.report(keyOf('m1'), accepted(0, WATCHED));
  scene.answersPings = false;
  await scene.pass(A_MINUTE + 5000);
  scene.answersPings = true;
  await scene.pass(180_000);
  const ids = noticesOf(scene).map(({ attrs }) => attrs['id']);
  expect(ids.length).toBeGreaterThan(0);
  expect(new Set(ids).size).toBe(1);
});

test('what waits on the server when the deadline is over is known first', async () => {
  const scene = await onStage({ settings: SILENT });
  await scene.report(keyOf('m1'), accepted(0, WATCHED));
  await scene.pass(20_000);
  scene.link.drop();
  await scene.pass(2 * A_MINUTE);
  scene.module.waiting = 1;
  await scene.connect();
  await scene.pass(5000);
  expect(saidBy(scene)).toEqual([]);
  scene.module.waiting = 0;
  await scene.report(keyOf('m1'), fact('displayed', 50 * SECOND));
  await scene.pass(10_000);
  expect(saidBy(scene)).toEqual([]);
});

test('a deadline that was over while we were away is told afterwards', async () => {
  const scene = await onStage({ settings: SILENT });
  await scene.report(keyOf('m1'), accepted(0, WATCHED));
  await scene.pass(20_000);
  scene.link.drop();
  await scene.pass(2 * A_MINUTE);
  await scene.connect();
  await scene.pass(5000);
  expect(saidBy(scene)).toHaveLength(1);
});

test('a notice that came back is sent again later, with the same id', async () => {
  const scene = await onStage({ settings: SILENT });
  await scene.report(keyOf('m1'), accepted(0, WATCHED));
  await scene.pass(A_MINUTE + 5000);
  const id = noticesOf(scene)[0]?.attrs['id'];
  await scene.say(`<message type='error' from='${ALICE}' to='receipts@receipts.example.org' id='${id}'>
    <error type='wait'><resource-constraint xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>
  </message>`);
  await scene.pass(5 * A_MINUTE);
  expect(noticesOf(scene)).toHaveLength(1);
  await scene.pass(10 * A_MINUTE);
  const ids = noticesOf(scene).map(({ attrs }) => attrs['id']);
  expect(ids).toEqual([id, id]);
});

/** Nobody may hear of what is withheld, neither by words nor by their time. */
describe('what the sender may not know', () => {
  const NOTHING = [accepted(0, { ...WATCHED, maySee: false })];
  const REFUSED = [accepted(0, { ...WATCHED, policy: 'refuse' as const, maySee: false })];
  const cases = {
    unknown: NOTHING,
    'sent to a stranger': [...NOTHING, fact('sent', 1), fact('acked', 2)],
    'refused, read and answered': [
      ...REFUSED,
      fact('sent', 1),
      fact('acked', 2),
      { ...fact('received', 3), withheld: true as const },
      { ...fact('displayed', 4), withheld: true as const },
    ],
    'refused by one who is shown': [
      accepted(0, { ...WATCHED, policy: 'refuse' as const, maySee: true }),
      fact('sent', 1),
      fact('acked', 2),
    ],
    'manual without an answer': [
      accepted(0, { ...WATCHED, policy: 'manual' as const, maySee: false }),
      fact('sent', 1),
      fact('acked', 2),
      { ...fact('received', 3), withheld: true as const },
    ],
    hidden: [
      ...NOTHING,
      { ...fact('sent', 1), unseen: true as const },
      { ...fact('acked', 2), unseen: true as const },
    ],
  };

  test('makes the same notice at the same time', async () => {
    const notices: string[] = [];
    for (const facts of Object.values(cases)) {
      const scene = await onStage({ settings: SILENT });
      await scene.report(keyOf('m1'), ...(facts as Parameters<Scene['report']>[1][]));
      const at = await noticeTime(scene);
      const [notice] = noticesOf(scene);
      notices.push(`${at} ${String(notice).replaceAll(String(notice?.attrs['id']), 'ID')}`);
      await scene.daemon.stop();
    }
    expect(notices[0]).toContain('Accepted: the server took your message');
    for (const [index, name] of Object.keys(cases).entries())
      expect(`${name} ${notices[index]}`).toBe(`${name} ${notices[0]}`);
  });

  test('gets the same words and the same time for "remind"', async () => {
    const answers: string[] = [];
    for (const facts of Object.values(cases)) {
      const scene = await onStage({ settings: SILENT });
      scene.module.orders = 'may-remind';
      await scene.report(keyOf('m1'), ...(facts as Parameters<Scene['report']>[1][]));
      await noticeTime(scene);
      answers.push(await say(scene, 'remind'));
      await scene.daemon.stop();
    }
    expect(new Set(answers)).toEqual(new Set(['I remind bob@example.org if I can.']));
  });
});

async function noticeTime(scene: Scene): Promise<number> {
  for (let seconds = 0; seconds < 90; seconds++) {
    await scene.pass(1000);
    if (noticesOf(scene).length > 0) return seconds;
  }
  throw new Error('no notice came');
}

describe('a reminder', () => {
  test('is sent once, if the module of the recipient says yes', async () => {
    const scene = await watched({ answer: 'yes' });
    expect(await say(scene, 'remind')).toBe('I remind bob@example.org if I can.');
    await scene.pass(5000);
    expect(await say(scene, 'remind bob')).toBe('I remind bob@example.org if I can.');
    await scene.pass(5000);
    expect(remindedBy(scene)).toEqual(['bob@example.org']);
    const reminder = scene.messages.find(({ attrs }) => attrs['to'] === 'bob@example.org');
    expect(reminder?.getChild('body')?.getText()).toContain('alice@example.org asks me to remind');
    expect(scene.daemon.counters.all()).toMatchObject({ 'reminders sent': 1 });
  });

  test.each([
    ['the module says no', { answer: 'policy' }, 'reminders not sent: policy'],
    ['the module cannot be asked', {}, 'reminders not sent: module-cannot'],
  ] as const)('is not sent if %s', async (_, module, counter) => {
    const scene = await watched(module);
    expect(await say(scene, 'remind')).toBe('I remind bob@example.org if I can.');
    await scene.pass(5000);
    expect(scene.messages.some(({ attrs }) => attrs['to'] === 'bob@example.org')).toBe(false);
    expect(scene.daemon.counters.all()).toMatchObject({ [counter]: 1 });
  });

  test('is limited for each sender', async () => {
    const scene = await watched({
      answer: 'yes',
      settings: { 'watches.remindersPerHour': '0' },
    });
    expect(await say(scene, 'remind')).toBe('I remind bob@example.org if I can.');
    await scene.pass(5000);
    expect(scene.messages.some(({ attrs }) => attrs['to'] === 'bob@example.org')).toBe(false);
  });
});

test('a server that does not answer holds up no reminder to users of another', async () => {
  const scene = await onStage({ settings: { ...SILENT, domains: 'example.org,example.net' } });
  answersReminders(scene, 'yes');
  const answer = scene.link.answering;
  const isAsked = ({ attrs }: Element) => attrs['to'] === 'example.net';
  scene.link.answering = (iq) =>
    isAsked(iq) && child(iq, 'may-remind', NS.feed) !== undefined ? undefined : answer(iq);
  for (const from of ['example.net', 'example.org']) await scene.greet(from);
  for (const domain of ['example.net', 'example.org'])
    await scene.report(keyOf('m1', ALICE, `bob@${domain}` as BareJid), accepted(0, WATCHED));
  await scene.pass(A_MINUTE + 3000);
  expect(saidBy(scene)).toHaveLength(2);
  await say(scene, 'remind bob@example.net');
  await scene.pass(3000);
  await say(scene, 'remind bob@example.org');
  await scene.pass(3000);
  const reminded = scene.messages.filter(({ attrs }) => attrs['id']?.startsWith('remind-'));
  expect(reminded.map(({ attrs }) => attrs['to'])).toEqual(['bob@example.org']);
});

test('"wait" and "drop" answer the notice', async () => {
  const scene = await watched({});
  expect(await say(scene, 'wait 20 seconds')).toContain('I tell you if there is no sign by');
  await scene.pass(25_000);
  expect(saidBy(scene)).toHaveLength(2);
  expect(await say(scene, 'drop')).toContain('I do not watch your message');
  expect(await say(scene, 'watches')).toContain('You watch nothing');
});

test('the bot watches what it is told to, and each message to a contact', async () => {
  const scene = await onStage({ settings: SILENT });
  await scene.report(keyOf('m1'), accepted(0));
  expect(await say(scene, 'tell me if bob has not read it in 20 seconds')).toContain(
    'read your message',
  );
  await scene.pass(25_000);
  expect(saidBy(scene)).toHaveLength(1);
  expect(await say(scene, 'watch bob@example.org 20 seconds')).toContain('each message to bob');
  await scene.report(keyOf('m2'), { ...accepted(0), at: scene.now });
  await scene.pass(25_000);
  expect(saidBy(scene)).toHaveLength(2);
  expect(await say(scene, 'stop watching bob@example.org')).toContain('are not watched');
  await scene.report(keyOf('m3'), { ...accepted(0), at: scene.now });
  await scene.pass(25_000);
  expect(saidBy(scene)).toHaveLength(2);
});

test('a message that is forgotten before its deadline is not watched, and that is counted once', async () => {
  const scene = await onStage({ settings: { ...SILENT, retentionDays: '7' } });
  const [kept, tooLong] = [7 * 86_400, 7 * 86_400 + 1];
  await scene.report(keyOf('m1'), accepted(0, { within: kept }));
  await scene.report(keyOf('m2'), accepted(0, { within: tooLong }), fact('sent', 1));
  await scene.report(keyOf('m2'), { ...accepted(0, { within: tooLong }), side: 'recipient' });
  expect(scene.daemon.counters.all()).toMatchObject({
    'watches begun': 1,
    'watches not begun: too long': 1,
  });
  expect(await say(scene, 'watches')).toContain('bob@example.org');
  expect(await say(scene, 'watch bob@example.org 8 days')).toContain('Name a shorter time');
  expect(scene.daemon.counters.all()).toMatchObject({ 'watches not begun: too long': 2 });
});

test('one sender watches so many messages at a time', async () => {
  const scene = await onStage({ settings: SILENT });
  for (let n = 0; n < 52; n++) await scene.report(keyOf(`m${n}`), accepted(0, { within: 3600 }));
  expect(scene.daemon.counters.all()).toMatchObject({
    'watches begun': 50,
    'watches not begun: too many': 2,
  });
  expect(await say(scene, 'watch this for 1 hour')).toContain('as many messages as you can');
});
