import { describe, expect, test } from 'vitest';
import { accepted, fact, keyOf, MINUTE, SECOND } from '../support/facts.ts';
import { messageLine } from '../support/feed-lines.ts';
import { onStage, receiptsIn, type Scene } from '../support/scene.ts';

const settings = { 'receipts.expireAfterMs': '60000' };
/** The sender is told nothing unasked. */
const QUIET = { ...settings, 'receipts.statuses': 'failed' };
const STORED = fact('stored', 1, { where: 'archive' });

test('who asks is not answered expired while the server may still have news', async () => {
  const scene = await onStage({ settings });
  await scene.report(keyOf('m1'), accepted());
  await reconnect(scene, { waiting: 1, after: 3_600_000 });
  expect(await answer(scene)).toBe('accepted');
  scene.module.waiting = 0;
  await scene.feed([messageLine(keyOf('m1'), [fact('received', 30 * MINUTE)])]);
  await scene.pass(1000);
  expect(await answer(scene)).toBe('delivered');
});

test('who was answered expired is answered so too while the server is not heard', async () => {
  const scene = await onStage({ settings });
  await scene.report(keyOf('m1'), accepted());
  await scene.pass(61_000);
  expect(await answer(scene)).toBe('expired');
  await reconnect(scene, { waiting: 1, after: 1000 });
  expect(await answer(scene)).toBe('expired');
});

test('who was answered stored is answered so too while the server is not heard, until the message expires', async () => {
  const scene = await onStage({ settings: QUIET });
  await scene.report(keyOf('m1'), accepted(), STORED);
  await scene.pass(1000);
  expect(await answer(scene)).toBe('stored');
  await reconnect(scene, { waiting: 1, after: 3_600_000 });
  expect(await answer(scene)).toBe('stored');
  await reconnect(scene, { waiting: 0, after: 1000 });
  await scene.pass(1000);
  expect(await answer(scene)).toBe('expired');
});

test('an answer follows the server when it is heard again', async () => {
  const scene = await onStage({ settings });
  await scene.report(keyOf('m1'), accepted());
  await reconnect(scene, { waiting: 1, after: 1000 });
  expect(await answer(scene)).toBe('accepted');
  await reconnect(scene, { waiting: 0, after: 61_000 });
  await scene.pass(1000);
  expect(await answer(scene)).toBe('expired');
});

test.each([
  ['the archive', STORED],
  ['the offline store', fact('stored', 1)],
  ['a session', fact('sent', 1)],
])(
  'who wants no receipts does not see in answers that a policy has changed: %s',
  async (_, had) => {
    const scene = await onStage({ settings: QUIET });
    await scene.report(keyOf('m1'), accepted(), had);
    await scene.pass(6000);
    const before = await answer(scene);
    expect(['stored', 'sent']).toContain(before);
    await refuse(scene);
    expect(await answer(scene)).toBe(before);
    await scene.pass(61_000);
    expect(await answer(scene)).toBe(before);
    expect(scene.told).toEqual([]);
  },
);

describe('of a message that the marker of a later one covers', () => {
  test.each([
    ['who has it by the marker', settings, { markable: true as const }],
    ['who wants no receipts', QUIET, {}],
  ])('%s does not see in answers that a policy has changed', async (_, settings, asks) => {
    const scene = await onStage({ settings });
    await scene.report(keyOf('m1'), accepted(0, asks), fact('acked', 1));
    await scene.report(keyOf('m2'), accepted(SECOND, asks), fact('displayed', 5 * SECOND));
    await scene.pass(6000);
    expect(await answer(scene)).toBe('displayed');
    await refuse(scene);
    expect(await answer(scene)).toBe('displayed');
    expect(scene.told).toEqual([]);
  });

  test('who asks does not see that a device had it, if its answer was stopped', async () => {
    const scene = await onStage({ settings });
    const stopped = fact('received', 2, { withheld: true });
    await scene.report(keyOf('m1'), accepted(0, { policy: 'refuse' }), fact('acked', 1), stopped);
    await scene.report(keyOf('m2'), accepted(SECOND), fact('displayed', 5 * SECOND));
    await scene.pass(6000);
    expect(await answer(scene)).toBe('accepted');
  });
});

/** Bob wants no sender to hear anything from now on. */
async function refuse(scene: Scene): Promise<void> {
  const bot = 'receipts@receipts.example.org';
  const order = '<body>policy refuse</body>';
  await scene.say(`<message type='chat' from='bob@example.org/x' to='${bot}'>${order}</message>`);
  await scene.pass(1000);
}

interface Outage {
  /** How many facts the server has when the daemon is back. */
  readonly waiting: number;
  readonly after: number;
}

async function reconnect(scene: Scene, { waiting, after }: Outage): Promise<void> {
  scene.link.drop();
  await scene.pass(after);
  scene.module.waiting = waiting;
  await scene.connect();
}

async function answer(scene: Scene): Promise<string | undefined> {
  const result = await scene.ask(`
    <iq type='get' from='alice@example.org/pc' to='receipts.example.org'>
      <query xmlns='xmpp-receipts:1' id='m1' recipient='bob@example.org'/>
    </iq>`);
  return result.getChildElements().flatMap(receiptsIn)[0]?.attrs['status'];
}
