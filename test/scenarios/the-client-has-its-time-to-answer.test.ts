import { describe, expect, test, vi } from 'vitest';
import { onBreakableStage } from '../support/breakable-stage.ts';
import { accepted, fact, keyOf, SECOND } from '../support/facts.ts';
import { messageLine } from '../support/feed-lines.ts';
import { onStage, receiptsIn, type Scene } from '../support/scene.ts';

test('sent is told when nothing was answered for five seconds', async () => {
  const scene = await onStage();
  await scene.report(keyOf('m1'), accepted(), fact('sent', 1));
  await scene.pass(5000);
  expect(scene.told).toEqual([]);
  await scene.pass(500);
  expect(scene.told).toEqual(['m1 sent']);
});

test('the time that a client has to answer is as long as the operator wants', async () => {
  const scene = await onStage({ settings: { 'receipts.graceMs': '20000' } });
  await scene.report(keyOf('m1'), accepted(), fact('sent', 1));
  await scene.pass(19_999);
  expect(scene.told).toEqual([]);
  await scene.pass(500);
  expect(scene.told).toEqual(['m1 sent']);
});

test('thousands of messages whose time to answer ends together are told together', async () => {
  const scene = await onStage({ settings: { 'receipts.maxPerMinute': '6000' } });
  const lines = Array.from({ length: 3000 }, (_, n) =>
    messageLine(keyOf(`m${n}`), [accepted(), fact('sent', n)]),
  );
  await scene.feed(lines);
  await scene.pass(5300);
  // The work of some thousand takes real turns, and the clock of a test does not wait for them.
  for (let ms = 0; ms < 100; ms += 1) await scene.pass(1);
  expect(await scene.store.records.due(Date.now(), 1)).toEqual([]);
});

test.each(['received', 'displayed'] as const)(
  'nothing is told when the client answers in time: %s',
  async (kind) => {
    const scene = await onStage();
    await scene.report(keyOf('m1'), accepted(0, { markable: true }), fact('sent', 1));
    await scene.pass(4000);
    await scene.report(keyOf('m1'), fact(kind, 4 * SECOND));
    await scene.pass(60_000);
    expect(scene.told).toEqual([]);
  },
);

test('displayed is told to a sender whose client does not ask for markers', async () => {
  const scene = await onStage();
  await scene.report(keyOf('m1'), accepted(), fact('sent', 1), fact('displayed', 2));
  expect(scene.told).toEqual(['m1 displayed']);
});

test('a status that <report/> names is told at once', async () => {
  const scene = await onStage();
  await scene.report(keyOf('m1'), accepted(0, { report: ['sent', 'delivered'] }), fact('sent', 1));
  await scene.report(keyOf('m1'), fact('received', 2));
  await scene.pass(1000);
  expect(scene.told).toEqual(['m1 sent', 'm1 delivered']);
});

describe('acknowledgements of the stream', () => {
  const seen = [accepted(), fact('sent', 1), fact('acked', 2)];

  test('a message that only the stream acknowledged is not told as delivered under the policy client', async () => {
    const scene = await onStage();
    await scene.report(keyOf('m1'), ...seen);
    await scene.pass(60_000);
    expect(scene.told).toEqual(['m1 sent']);
  });

  test('a message that only the stream acknowledged is told as delivered under the policy automatic', async () => {
    const scene = await onStage({ settings: { 'policy.default': 'automatic' } });
    await scene.report(keyOf('m1'), ...seen);
    await scene.pass(5000);
    expect(scene.told).toEqual([]);
    await scene.pass(500);
    expect(scene.told).toEqual(['m1 delivered']);
    expect(scene.messages.flatMap(receiptsIn)[0]?.attrs['evidence']).toBe('stream');
  });

  test('a message that the stream acknowledged is not told when the client answers after all', async () => {
    const scene = await onStage({ settings: { 'policy.default': 'automatic' } });
    await scene.report(keyOf('m1'), ...seen);
    await scene.pass(4000);
    await scene.report(keyOf('m1'), fact('received', 4 * SECOND));
    await scene.pass(60_000);
    expect(scene.told).toEqual([]);
  });
});

describe('a server that has more to tell', () => {
  test('no time to answer is over while the server has more to tell', async () => {
    const scene = await onStage();
    await reconnect(scene, 5);
    await scene.feed([messageLine(keyOf('m1'), [accepted(), fact('sent', 1)])], { waiting: '5' });
    await scene.pass(120_000);
    expect(scene.told).toEqual([]);
  });

  test('a time to answer is over when facts from after its end are known', async () => {
    const scene = await onStage();
    await reconnect(scene, 3);
    const [first, second, last] = [
      [
        messageLine(keyOf('m0'), [accepted(), fact('sent', 1)]),
        messageLine(keyOf('m1'), [accepted(2), fact('sent', 3)]),
      ],
      [
        messageLine(keyOf('m1'), [fact('received', SECOND)]),
        messageLine(keyOf('m2'), [accepted(2 * SECOND), fact('sent', 2 * SECOND + 1)]),
      ],
      [messageLine(keyOf('m3'), [accepted(20 * SECOND), fact('stored', 20 * SECOND + 1)])],
    ];
    await scene.feed(first, { waiting: '3' });
    await scene.pass(60_000);
    await scene.feed(second, { waiting: '1' });
    await scene.pass(60_000);
    expect(scene.told).toEqual([]);
    scene.module.waiting = 0;
    await scene.feed(last);
    expect(scene.told).toEqual(['m3 stored']);
    await scene.pass(10_000);
    expect(scene.told.toSorted()).toEqual(['m0 sent', 'm2 sent', 'm3 stored']);
  });

  test('no time to answer is over while the server was never heard', async () => {
    const scene = await onStage();
    scene.link.drop();
    scene.module.version = undefined;
    await scene.connect();
    await scene.feed([messageLine(keyOf('m1'), [accepted(), fact('sent', 1)])], { waiting: '1' });
    await scene.pass(60_000);
    expect(scene.told).toEqual([]);
  });
});

/** The server comes back with items that it has not told. */
async function reconnect(scene: Scene, waiting: number): Promise<void> {
  scene.link.drop();
  scene.module.waiting = waiting;
  await scene.connect();
}

test('no time to answer is over while a batch that the store could not take has not come again', async () => {
  const { scene, breakable } = await onBreakableStage();
  await scene.report(keyOf('m1'), accepted(), fact('sent', 1));
  breakable.isBroken = true;
  await scene.report(keyOf('m1'), fact('received', SECOND));
  breakable.isBroken = false;
  await scene.report(keyOf('m2'), accepted(2 * SECOND));
  await scene.pass(30_000);
  expect(scene.told).toEqual([]);
  await scene.report(keyOf('m1'), fact('received', SECOND));
  await scene.pass(30_000);
  expect(scene.told).toEqual([]);
});

test('a message that came while the store owed the server another one is told after its grace, and not half a minute later', async () => {
  const { scene, breakable } = await onBreakableStage();
  await scene.pass(1000);
  breakable.isBroken = true;
  await scene.report(keyOf('m1'), accepted(SECOND));
  breakable.isBroken = false;
  await scene.report(keyOf('m2'), accepted(SECOND), fact('sent', SECOND + 1));
  await scene.report(keyOf('m1'), accepted(SECOND));
  await scene.pass(8000);
  expect(scene.told).toEqual(['m2 sent']);
});

test('an answer that is in hand and not committed yet keeps its message from being told as sent', async () => {
  const { scene, breakable } = await onBreakableStage();
  await scene.report(keyOf('m1'), accepted(), fact('sent', 1));
  const commit = breakable.holdAt('records.update');
  const reported = scene.report(keyOf('m1'), fact('received', SECOND));
  await scene.pass(30_000);
  expect(scene.told).toEqual([]);
  commit.release();
  await reported;
  await scene.pass(30_000);
  expect(scene.told).toEqual([]);
});

test('time that the daemon slept through does not count as time to answer', async () => {
  const scene = await onStage();
  await scene.report(keyOf('m1'), accepted(), fact('sent', 1));
  vi.setSystemTime(Date.now() + 60_000);
  await scene.pass(1000);
  await scene.report(keyOf('m1'), fact('received', SECOND));
  await scene.pass(60_000);
  expect(scene.told).toEqual([]);
});

test('no time to answer is over while the server’s module is gone', async () => {
  const scene = await onStage({ settings: { 'receipts.graceMs': '90000' } });
  await scene.report(keyOf('m1'), accepted(), fact('sent', 1));
  scene.module.version = undefined;
  await scene.pass(600_000);
  expect(scene.told).toEqual([]);
  scene.module.version = '1';
  await scene.pass(120_000);
  expect(scene.told).toEqual(['m1 sent']);
});

test('<report/> cannot ask for accepted', async () => {
  const scene = await onStage();
  await scene.report(keyOf('m1'), accepted(0, { report: ['accepted'] }));
  expect(scene.told).toEqual([]);
});
