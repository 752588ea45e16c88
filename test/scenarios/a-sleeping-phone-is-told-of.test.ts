import { expect, test } from 'vitest';
import type { BareJid } from '../../src/message/jid.ts';
import { onBreakableStage } from '../support/breakable-stage.ts';
import { accepted, fact, keyOf, SECOND, T0 } from '../support/facts.ts';
import { onStage } from '../support/scene.ts';

const phone = { resource: 'phone' };
const laptop = { resource: 'laptop' };
/** Longer than a session that is awake can take, and sooner than anybody asks. */
const A_MOMENT = 600;

test('a message for a session that is away is told as stored a moment later, and once', async () => {
  const scene = await onStage();
  await scene.report(keyOf('m1'), accepted(), fact('kept', 1, phone));
  await scene.pass(A_MOMENT);
  expect(scene.told).toEqual(['m1 stored']);
  await scene.report(keyOf('m1'), fact('kept', 2, phone));
  await scene.pass(A_MOMENT);
  expect(scene.told).toEqual(['m1 stored']);
});

test('a message is not told as stored if a session that is awake has it, even if that is heard later', async () => {
  const scene = await onStage();
  await scene.report(keyOf('m1'), accepted(), fact('kept', 1, phone));
  await scene.report(keyOf('m1'), fact('sent', 2, laptop), fact('acked', 3, laptop));
  await scene.pass(10_000);
  expect(scene.told).toEqual(['m1 sent']);
});

test('a report that names stored waits for the other sessions too', async () => {
  const scene = await onStage();
  const asks = accepted(0, { report: ['stored', 'delivered'] });
  await scene.report(keyOf('m1'), asks, fact('kept', 1, phone));
  await scene.report(keyOf('m1'), fact('sent', 2, laptop));
  await scene.report(keyOf('m2'), asks, fact('kept', 3, phone));
  await scene.pass(A_MOMENT);
  expect(scene.told).toEqual(['m2 stored']);
});

test('what only sessions held is lost when the server has started anew, and told; the rest is not', async () => {
  const scene = await onStage();
  await scene.report(keyOf('kept'), accepted(), fact('kept', 1, phone));
  await scene.report(keyOf('offline'), accepted(), fact('kept', 1, phone), fact('stored', 2));
  await scene.report(keyOf('elsewhere', undefined, 'x@example.net' as BareJid), accepted());
  await scene.pass(A_MOMENT);
  expect(scene.told).toEqual(['offline stored', 'kept stored']);
  await scene.feed([`restarted\t${T0 + 10 * SECOND}`]);
  expect(scene.told.slice(2)).toEqual(['kept lost']);
  await scene.feed([`restarted\t${T0 + 10 * SECOND}`]);
  await scene.pass(A_MOMENT);
  expect(scene.told.slice(2)).toEqual(['kept lost']);
});

test('the restart of one server takes nothing from the users of another', async () => {
  const scene = await onStage({ settings: { domains: 'example.org,example.net' } });
  await scene.report(keyOf('m1'), accepted(), fact('kept', 1, phone));
  await scene.pass(A_MOMENT);
  await scene.feed([`restarted\t${T0 + 10 * SECOND}`], { from: 'example.net' });
  await scene.pass(A_MOMENT);
  expect(scene.told).toEqual(['m1 stored']);
});

test('a restart is not acknowledged before its losses are committed', async () => {
  const { scene, breakable } = await onBreakableStage();
  await scene.report(keyOf('m1'), accepted(), fact('kept', 1, phone));
  await scene.pass(A_MOMENT);
  breakable.failAt('open.kept');
  const restart = [`restarted\t${T0 + 10 * SECOND}`];
  expect((await scene.feed(restart)).attrs['type']).toBe('error');
  expect((await scene.feed(restart)).attrs['type']).toBe('result');
  expect(scene.told).toEqual(['m1 stored', 'm1 lost']);
});
