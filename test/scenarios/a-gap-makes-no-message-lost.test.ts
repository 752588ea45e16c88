import { expect, test } from 'vitest';
import { openStore } from '../../src/store/open.ts';
import { temporaryPath } from '../store/place.ts';
import { ALICE, accepted, BOB, fact, keyOf, SECOND, T0 } from '../support/facts.ts';
import { messageLine } from '../support/feed-lines.ts';
import { onStage, type Scene } from '../support/scene.ts';

const phone = { resource: 'phone' };
const EMPTIED = ['emptied', T0 + 20, BOB, 'offline', ALICE].join('\t');
const A_MOMENT = 600;

const gap = (after: number) => `gap\t${T0 + after}\t7`;

const lost = ({ told }: Scene) => told.filter((line) => line.endsWith('lost'));

/** One message came before stamp 10, the other one after it. */
async function twoStored(scene: Scene): Promise<void> {
  await scene.report(keyOf('before'), accepted(), fact('stored', 1));
  await scene.report(keyOf('after'), accepted(11), fact('stored', 12));
}

test('a store that is found empty after a gap makes only those messages lost that came after the gap', async () => {
  const scene = await onStage();
  await twoStored(scene);
  await scene.feed([gap(10), EMPTIED]);
  await scene.pass(A_MOMENT);
  expect(lost(scene)).toEqual(['after lost']);
});

test('a gap counts before the line that tells of it has come, if the batch names it', async () => {
  const scene = await onStage();
  await twoStored(scene);
  await scene.feed([EMPTIED], { gap: String(T0 + 10) });
  await scene.pass(A_MOMENT);
  expect(lost(scene)).toEqual(['after lost']);
});

test('a gap is remembered over a restart of the daemon', async () => {
  const path = await temporaryPath();
  const first = await onStage({ store: openStore(`sqlite:${path}`) });
  await twoStored(first);
  await first.feed([gap(10)]);
  await first.daemon.stop();
  const second = await onStage({ store: openStore(`sqlite:${path}`) });
  await second.feed([EMPTIED]);
  await second.pass(A_MOMENT);
  expect(lost(second)).toEqual(['after lost']);
});

test('the end of one session loses no message of before a gap, because another one may have it', async () => {
  const scene = await onStage();
  await scene.report(keyOf('m1'), accepted(), fact('sent', 1, phone));
  await scene.feed([gap(10), messageLine(keyOf('m1'), [fact('lost', 11, phone)])]);
  await scene.pass(10_000);
  expect(lost(scene)).toEqual([]);
  expect(scene.daemon.counters.all()).toMatchObject({ 'facts ignored: doubtful after a gap': 1 });
  expect(scene.lines).toContainEqual(
    expect.objectContaining({
      ...keyOf('m1'),
      because: ['doubtful after a gap'],
      msg: 'facts of a message are left out',
    }),
  );
});

test('a new start of the server loses no message of before a gap', async () => {
  const scene = await onStage();
  await scene.report(keyOf('m1'), accepted(), fact('kept', 1, phone));
  await scene.feed([gap(10), `restarted\t${T0 + 10 * SECOND}`]);
  await scene.pass(A_MOMENT);
  expect(lost(scene)).toEqual([]);
});

test('the gap of one server makes nothing doubtful that another one says', async () => {
  const scene = await onStage({ settings: { domains: 'example.org,example.net' } });
  await twoStored(scene);
  await scene.feed([gap(100)], { from: 'example.net' });
  await scene.feed([EMPTIED]);
  await scene.pass(A_MOMENT);
  expect(lost(scene).toSorted()).toEqual(['after lost', 'before lost']);
});
