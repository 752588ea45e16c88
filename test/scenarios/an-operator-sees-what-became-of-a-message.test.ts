import { expect, test } from 'vitest';
import type { MessageKey } from '../../src/message/key.ts';
import type { Timeline } from '../../src/operator/timeline.ts';
import { ALICE, accepted, DAY, fact, keyOf, SECOND, T0 } from '../support/facts.ts';
import { onStage, type Scene } from '../support/scene.ts';

async function shown(scene: Scene, key: MessageKey): Promise<Timeline> {
  const timeline = await scene.daemon.operator.timeline(key);
  if (timeline === undefined) throw new Error(`${key.id} is not known`);
  return timeline;
}

const BOT = 'receipts@receipts.example.org';

/** A status and what became of it, as one word or two. */
function tellings({ tellings }: Timeline): readonly string[] {
  return tellings.map(({ proof, telling }) =>
    `${proof.status}: ${telling.kind} ${'because' in telling ? telling.because : ''}`.trim(),
  );
}

test('a status that was told says when its receipt was made', async () => {
  const scene = await onStage();
  await scene.report(keyOf('m1'), accepted(), fact('stored', 1));
  const timeline = await shown(scene, keyOf('m1'));
  expect(timeline).toMatchObject({ status: 'stored', senderKnows: 'stored' });
  expect(timeline.events.map((event) => event.fact.kind)).toEqual(['accepted', 'stored']);
  const [stored] = timeline.tellings;
  const made = stored?.telling.kind === 'told' ? (stored.telling.made ?? 0) : 0;
  expect(made).toBeGreaterThanOrEqual(T0 / 1000);
  expect(made).toBeLessThanOrEqual(scene.now / 1000);
});

test('a status that was not told has the reason, for each that was proved', async () => {
  const scene = await onStage();
  await scene.report(keyOf('m1'), accepted(0, { markable: true }), fact('sent', 1));
  expect(tellings(await shown(scene, keyOf('m1')))).toEqual(['sent: waits']);
  await scene.report(keyOf('m1'), fact('received', SECOND), fact('displayed', 2 * SECOND));
  expect(tellings(await shown(scene, keyOf('m1')))).toEqual([
    'sent: overtaken',
    'delivered: held client-answered',
    'displayed: held client-shows-it',
  ]);
});

test('what was told in words, and why it was not, is shown beside', async () => {
  const scene = await onStage({ settings: { 'receipts.text': 'true' } });
  await scene.report(keyOf('m1'), accepted(), fact('failed', 1));
  await scene.report(keyOf('m2'), accepted(), fact('stored', 1));
  await scene.report(keyOf('m3'), accepted(0, { report: ['displayed'] }), fact('stored', 1));
  await scene.report(keyOf('m4'), accepted(), fact('failed', 1, { handed: true }));
  const words = async (id: string) => {
    const { tellings } = await shown(scene, keyOf(id));
    const [told] = tellings.map((it) => it.words);
    return told?.kind === 'held' ? told.because : told?.kind;
  };
  expect(await words('m1')).toBe('told');
  expect(await words('m2')).toBe('waits');
  expect(await words('m3')).toBe('not-asked-for');
  expect(await words('m4')).toBe('server-told');
});

test('words that a sender had turned off when they were due are not said to wait', async () => {
  const scene = await onStage();
  await scene.report(keyOf('m1'), accepted(), fact('failed', 1));
  const words = async () => (await shown(scene, keyOf('m1'))).tellings[0]?.words;
  expect(await words()).toEqual({ kind: 'held', because: 'words-off' });
  await scene.store.preferences.change(ALICE, { change: () => ({ text: true }), now: 0 });
  expect(await words()).toEqual({ kind: 'held', because: 'not-then' });
});

test('what the sender may not know is shown to the operator, with the reason', async () => {
  const scene = await onStage();
  await scene.report(keyOf('m1'), accepted(0, { maySee: false }), fact('stored', 1));
  const timeline = await shown(scene, keyOf('m1'));
  expect(timeline).toMatchObject({ status: 'stored', senderKnows: 'accepted' });
  expect(tellings(timeline)).toEqual(['stored: withheld presence-not-shared']);
});

test('why the recipient is not answered for, and not asked, is shown as well', async () => {
  const scene = await onStage();
  await scene.report(keyOf('m1'), accepted(), fact('stored', 1));
  expect((await shown(scene, keyOf('m1'))).next).toEqual({
    tick: { kind: 'none', because: 'server-cannot' },
    question: { kind: 'none', because: 'not-manual' },
  });
});

test('a message that nobody accepted is not known', async () => {
  const scene = await onStage();
  await scene.report(keyOf('m1'), fact('stored', 1));
  expect(await scene.daemon.operator.timeline(keyOf('m1'))).toBeUndefined();
});

test('the last messages of a sender come with the newest first, as many as are wanted', async () => {
  const scene = await onStage();
  await scene.report(keyOf('m1'), accepted(), fact('stored', 1));
  await scene.report(keyOf('m2'), accepted(2), fact('sent', 3));
  const wanted = { sender: ALICE, recipient: undefined };
  const all = await scene.daemon.operator.lastMessages({ ...wanted, limit: 10 });
  expect(all.map(({ key, status }) => `${key.id} ${status}`)).toEqual(['m2 sent', 'm1 stored']);
  expect(await scene.daemon.operator.lastMessages({ ...wanted, limit: 1 })).toHaveLength(1);
});

test('the times are those that the clock of the server said, also of what we added', async () => {
  const scene = await onStage({ settings: { 'policy.default': 'manual' } });
  const earlier = { ...accepted(0, { policy: 'manual' }), time: T0 - DAY };
  await scene.report(keyOf('m1'), earlier, { ...fact('acked', 1), time: T0 + 1 - DAY });
  await scene.pass(10_000);
  await scene.say(
    `<message type='chat' from='bob@example.org/x' to='${BOT}'><body>yes</body></message>`,
  );
  const timeline = await shown(scene, keyOf('m1'));
  expect(timeline).toMatchObject({ startedAt: T0, time: T0 - DAY });
  const approved = timeline.events.find(({ fact }) => fact.kind === 'approved')?.fact;
  expect(approved).toMatchObject({ time: (approved?.at ?? 0) - DAY });
  expect(timeline.tellings.at(-1)?.proof.fact).toEqual(approved);
});
