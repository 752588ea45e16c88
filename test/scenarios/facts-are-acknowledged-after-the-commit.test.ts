import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { conditionOf } from '../../src/protocol/iq.ts';
import { NS } from '../../src/protocol/namespaces.ts';
import { child } from '../../src/protocol/xml.ts';
import { openStore } from '../../src/store/open.ts';
import { temporaryPath } from '../store/place.ts';
import { onBreakableStage } from '../support/breakable-stage.ts';
import { accepted, fact, keyOf } from '../support/facts.ts';
import { messageLine } from '../support/feed-lines.ts';
import { onStage } from '../support/scene.ts';

test('the answer to a batch says how many items were taken, and how many could not be used', async () => {
  const scene = await onStage();
  const line = messageLine(keyOf('m1'), [accepted()]);
  const answer = await scene.feed([line, 'message\tm2', 'weather\tsunny', line]);
  expect(child(answer, 'facts', NS.feed)?.attrs).toMatchObject({ taken: '3', bad: '1' });
  expect(scene.daemon.counters.all()).toMatchObject({
    items: 2,
    'bad items: not readable': 1,
    'items ignored: unknown kind': 1,
  });
  expect(scene.complaints).toEqual(['an item of the feed cannot be used']);
});

test('a fact inside an item that is left out is counted and logged with its reason', async () => {
  const scene = await onStage();
  await scene.feed([`${messageLine(keyOf('m1'), [accepted()])}\tteleported 5\tapproved 6`]);
  expect(scene.daemon.counters.all()).toMatchObject({
    items: 1,
    'facts ignored: unknown kind': 1,
    'facts ignored: not theirs to know': 1,
  });
  expect(scene.lines).toContainEqual(
    expect.objectContaining({
      ...keyOf('m1'),
      domain: 'example.org',
      because: ['unknown kind', 'not theirs to know'],
      msg: 'facts of a message are left out',
    }),
  );
});

test('the facts of a batch are in the store when its answer comes', async () => {
  const scene = await onStage();
  await scene.report(keyOf('m1'), accepted(), fact('stored', 1));
  expect((await scene.store.records.find(keyOf('m1')))?.tracked.record.facts).toHaveLength(2);
});

test('while the store fails the server is told to wait, and sends the same again', async () => {
  const { scene, breakable } = await onBreakableStage();
  breakable.isBroken = true;
  const refused = await scene.report(keyOf('m1'), accepted(), fact('stored', 1));
  expect(refused.attrs['type']).toBe('error');
  expect(refused.getChild('error')?.attrs['type']).toBe('wait');
  expect(conditionOf(refused)).toBe('resource-constraint');
  expect(scene.complaints).toContain(
    'facts could not be committed; the server keeps them and sends them again',
  );

  breakable.isBroken = false;
  expect((await scene.report(keyOf('m1'), accepted(), fact('stored', 1))).attrs['type']).toBe(
    'result',
  );
  expect(scene.told).toEqual(['m1 stored']);
});

test('a message that cannot be judged is left out and counted, and the feed goes on', async () => {
  const path = await temporaryPath();
  const scene = await onStage({ store: openStore(`sqlite:${path}`) });
  await scene.report(keyOf('damaged'), accepted());
  const vandal = new Database(path);
  vandal.exec(`UPDATE messages SET record = '{' WHERE id = 'damaged'`);
  vandal.close();
  const lines = ['m1', 'damaged', 'm2'].map((id) =>
    messageLine(keyOf(id), [accepted(), fact('stored', 1)]),
  );
  const answer = await scene.feed(lines);
  expect(answer.attrs['type']).toBe('result');
  await scene.pass(200);
  expect(scene.told).toEqual(['m1 stored', 'm2 stored']);
  expect(scene.daemon.counters.all()).toMatchObject({ 'bad items: not judged': 1 });
});

test('a batch is not answered before its commit has ended', async () => {
  const { scene, breakable } = await onBreakableStage();
  const commit = breakable.holdAt('records.update');
  const answered = scene.link.sent.length;
  const report = scene.report(keyOf('m1'), accepted());
  await scene.pass(60);
  expect(scene.link.sent).toHaveLength(answered);
  commit.release();
  expect((await report).attrs['type']).toBe('result');
});

test('batches that come together share one commit', async () => {
  const { scene, breakable } = await onBreakableStage();
  const batches: number[] = [];
  breakable.onCall('records.update', (news) => batches.push(news.length));
  const answers = await Promise.all(
    ['m1', 'm2', 'm3'].map((id) => scene.report(keyOf(id), accepted())),
  );
  expect(answers.map(({ attrs }) => attrs['type'])).toEqual(['result', 'result', 'result']);
  expect(batches).toEqual([3]);
});

test('a gap in the facts is logged as an error and counted', async () => {
  const scene = await onStage();
  await scene.feed(['gap\t5\t12']);
  expect(scene.daemon.counters.all()).toEqual({ 'items lost in gaps': 12 });
  expect(scene.complaints).toEqual([
    'the server had to drop facts: its spool was full or its module fell behind',
  ]);
});
