import { expect, test } from 'vitest';
import { wellFormed } from '../../src/link/well-formed.ts';
import type { BareJid } from '../../src/message/jid.ts';
import { LEAST_LIMIT } from '../../src/protocol/limits.ts';
import { MAX_PER_PARCEL } from '../../src/store/receipt-store.ts';
import { accepted, fact, keyOf } from '../support/facts.ts';
import { onStage, receiptsIn, type Scene } from '../support/scene.ts';

test('receipts for one sender that are due within a short time come in one stanza', async () => {
  const scene = await onStage();
  await store(scene, 'm1');
  await store(scene, 'm2');
  await store(scene, 'm3');
  expect(scene.told).toEqual(['m1 stored']);
  await scene.pass(100);
  expect(scene.messages.map((message) => receiptsIn(message).length)).toEqual([1, 2]);
});

test('receipts for one sender from one batch of facts come in one stanza', async () => {
  const scene = await onStage();
  await Promise.all(['m1', 'm2', 'm3'].map((id) => store(scene, id)));
  expect(scene.messages).toHaveLength(1);
  expect(scene.told).toEqual(['m1 stored', 'm2 stored', 'm3 stored']);
});

test('one sender gets no more than the configured stanzas a minute, after a first burst of as many', async () => {
  const scene = await onStage({ settings: { 'receipts.maxPerMinute': '3' } });
  const perMinute: number[] = [];
  for (let minute = 0; minute < 4; minute += 1) {
    const before = scene.messages.length;
    for (let second = 0; second < 60; second += 1) {
      await store(scene, `m${minute}-${second}`);
      await scene.pass(1000);
    }
    perMinute.push(scene.messages.length - before);
  }
  expect(Math.max(...perMinute)).toBeLessThanOrEqual(2 * 3 + 1);
  expect(Math.max(...perMinute.slice(1))).toBeLessThanOrEqual(3);
  await scene.pass(60_000);
  expect(scene.told).toHaveLength(240);
});

test('no sender waits because another one got too many receipts', async () => {
  const scene = await onStage({ settings: { 'receipts.maxPerMinute': '1' } });
  await store(scene, 'm1');
  await scene.pass(200);
  await store(scene, 'm2');
  await store(scene, 'c1', 'carol@example.org' as BareJid);
  await scene.pass(200);
  expect(scene.told).toContain('c1 stored');
});

test('a receipt that is overtaken while it waits is not sent', async () => {
  const scene = await onStage({ settings: { 'receipts.maxPerMinute': '1' } });
  await store(scene, 'm1');
  await scene.pass(200);
  await store(scene, 'm2');
  await scene.pass(200);
  await store(scene, 'm3');
  await scene.report(keyOf('m3'), fact('received', 2));
  await scene.pass(180_000);
  expect(scene.told.toSorted()).toEqual(['m1 stored', 'm2 stored']);
});

test('a flood of receipts for one sender comes in stanzas that the server takes', async () => {
  const scene = await onStage();
  scene.link.drop();
  const ids = Array.from({ length: 300 }, (_, n) => `${'"'.repeat(250)}${n}`);
  await scene.connect();
  await Promise.all(ids.map((id) => store(scene, id)));
  await scene.pass(180_000);
  expect(scene.told).toHaveLength(300);
  for (const message of scene.messages)
    expect(Buffer.byteLength(wellFormed(message))).toBeLessThan(LEAST_LIMIT);
});

test('of a flood that is too great what is too much is told as a number, and logged once', async () => {
  const scene = await onStage({ settings: { 'receipts.maxPerMinute': '1' } });
  await store(scene, 'first');
  for (let part = 0; part < 3; part += 1)
    await Promise.all(Array.from({ length: 500 }, (_, n) => store(scene, `m${part}-${n}`)));
  await scene.pass(20 * 60_000);
  const sent = scene.told.length;
  const more = scene.messages
    .flatMap((message) => message.getChildren('more'))
    .reduce((sum, { attrs }) => sum + Number(attrs['count']), 0);
  expect(sent + more).toBe(1501);
  // What went out while the flood came is more than what may wait by two stanzas.
  expect(sent).toBeLessThanOrEqual(1000 + 2 * MAX_PER_PARCEL);
  expect(scene.daemon.counters.all()).toMatchObject({
    'receipts sent': sent,
    'receipts told as a number only': more,
  });
  const warnings = scene.lines.filter(({ msg }) => msg.startsWith('too many receipts wait'));
  expect(warnings.map(({ level }) => level)).toEqual([40]);
});

async function store(scene: Scene, id: string, sender?: BareJid): Promise<void> {
  await scene.report(keyOf(id, sender), accepted(), fact('stored', 1));
}
