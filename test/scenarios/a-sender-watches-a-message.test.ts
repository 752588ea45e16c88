import { describe, expect, test, vi } from 'vitest';
import type { BareJid } from '../../src/message/jid.ts';
import type { Element } from '../../src/protocol/xml.ts';
import { ALICE, accepted, fact, keyOf, MINUTE, SECOND } from '../support/facts.ts';
import { onStage, type Scene } from '../support/scene.ts';

const HALF_AN_HOUR = 30 * 60_000;
const WATCHED = { within: 1800, until: 'displayed' } as const;
const SILENT = { 'receipts.statuses': 'failed' };

describe('a message that says how long silence is fine', () => {
  test('brings a notice if nobody read it in time', async () => {
    const scene = await onStage({ settings: SILENT });
    await scene.report(keyOf('m1'), accepted(0, WATCHED), fact('sent', 1));
    await passHeard(scene, HALF_AN_HOUR - 5000);
    expect(saidBy(scene)).toEqual([]);
    await passHeard(scene, 10_000);
    expect(saidBy(scene)).toEqual([
      expect.stringContaining('No sign so far that bob@example.org read'),
    ]);
    expect(saidBy(scene)[0]).toContain('Sent: your message');
    expect(saidBy(scene)[0]).toContain('remind');
    expect(scene.link.sent.filter(isNotice).map(({ attrs }) => attrs['to'])).toEqual([ALICE]);
    expect(scene.link.sent.find(isNotice)?.getChild('store')).toBeDefined();
    await passHeard(scene, 2 * HALF_AN_HOUR);
    expect(saidBy(scene)).toHaveLength(1);
  });

  test('brings no notice if it was read in time', async () => {
    const scene = await onStage({ settings: SILENT });
    await scene.report(keyOf('m1'), accepted(0, WATCHED), fact('sent', 1));
    await scene.report(keyOf('m1'), fact('displayed', 10 * MINUTE));
    await passHeard(scene, 2 * HALF_AN_HOUR);
    expect(saidBy(scene)).toEqual([]);
  });

  test('that it arrived is not that it was read', async () => {
    const scene = await onStage({ settings: SILENT });
    await scene.report(keyOf('m1'), accepted(0, WATCHED), fact('received', 1));
    await scene.report(keyOf('m2'), accepted(0, { within: 1800 }), fact('received', 1));
    await passHeard(scene, 2 * HALF_AN_HOUR);
    expect(saidBy(scene)).toHaveLength(1);
    expect(saidBy(scene)[0]).toContain('Delivered: a device of bob@example.org has your message');
  });

  test('asks for no other receipt, and takes none away', async () => {
    const scene = await onStage();
    await scene.report(keyOf('m1'), accepted(0), fact('stored', 1));
    await scene.report(keyOf('m2'), accepted(0, WATCHED), fact('stored', 1));
    await passHeard(scene, 10_000);
    expect(scene.told).toEqual(['m1 stored', 'm2 stored']);
  });
});

test('the notice comes once, with the same id, if the server did not take it', async () => {
  const scene = await onStage({ settings: SILENT });
  await scene.report(keyOf('m1'), accepted(0, WATCHED));
  scene.answersPings = false;
  await passHeard(scene, HALF_AN_HOUR + 5000);
  scene.answersPings = true;
  await passHeard(scene, 180_000);
  const ids = scene.link.sent.filter(isNotice).map(({ attrs }) => attrs['id']);
  expect(ids.length).toBeGreaterThan(0);
  expect(new Set(ids).size).toBe(1);
});

test('what waits on the server when the deadline is over is known first', async () => {
  const scene = await onStage({ settings: SILENT });
  await scene.report(keyOf('m1'), accepted(0, WATCHED));
  await scene.pass(HALF_AN_HOUR - 60_000);
  scene.link.drop();
  await scene.pass(2 * HALF_AN_HOUR);
  scene.module.waiting = 1;
  await scene.connect();
  await scene.pass(5000);
  expect(saidBy(scene)).toEqual([]);
  scene.module.waiting = 0;
  await scene.report(keyOf('m1'), fact('displayed', 29 * MINUTE));
  await passHeard(scene, 10_000);
  expect(saidBy(scene)).toEqual([]);
});

test('a deadline survives a restart', async () => {
  const scene = await onStage({ settings: SILENT });
  await scene.report(keyOf('m1'), accepted(0, WATCHED));
  await scene.pass(10 * 60_000);
  scene.link.drop();
  await scene.pass(2 * HALF_AN_HOUR);
  await scene.connect();
  await passHeard(scene, 5000);
  expect(saidBy(scene)).toHaveLength(1);
});

test('a clock of the machine that is set makes no deadline early', async () => {
  const scene = await onStage({ settings: SILENT });
  await scene.report(keyOf('m1'), accepted(0, WATCHED));
  await passHeard(scene, 60_000);
  const server = scene.now;
  vi.setSystemTime(Date.now() + 86_400_000);
  await scene.pass(60_000);
  await scene.report(keyOf('m2'), { ...accepted(0), at: server + 60 * SECOND });
  expect(saidBy(scene)).toEqual([]);
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
      const [notice] = scene.link.sent.filter(isNotice);
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
    expect(new Set(answers)).toEqual(new Set(['I remind them if I can.']));
  });
});

async function noticeTime(scene: Scene): Promise<number> {
  for (let seconds = 0; seconds < 4000; seconds++) {
    await passHeard(scene, 1000);
    if (scene.link.sent.some(isNotice)) return seconds;
  }
  throw new Error('no notice came');
}

/** Time goes by, and the server says now and then that nothing waits. */
async function passHeard(scene: Scene, ms: number): Promise<void> {
  for (let rest = ms; rest > 0; rest -= 60_000) await scene.pass(Math.min(rest, 60_000));
}

async function say(scene: Scene, text: string, from: BareJid = ALICE): Promise<string> {
  const before = scene.messages.length;
  await scene.say(
    `<message type='chat' from='${from}/phone' to='receipts@receipts.example.org' id='s${before}'><body>${text}</body></message>`,
  );
  return scene.messages.at(-1)?.getChild('body')?.getText() ?? '';
}

function isNotice({ attrs }: Element): boolean {
  return attrs['id']?.startsWith('watch-') === true;
}

function saidBy(scene: Scene): readonly string[] {
  return scene.link.sent.filter(isNotice).map((notice) => notice.getChild('body')?.getText() ?? '');
}
