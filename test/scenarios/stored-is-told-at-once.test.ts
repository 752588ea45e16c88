import { expect, test } from 'vitest';
import type { BareJid } from '../../src/message/jid.ts';
import { ALICE, accepted, BOB, fact, HOUR, keyOf } from '../support/facts.ts';
import { onStage, receiptsIn } from '../support/scene.ts';
import { parseXml, treeOf } from '../support/xml.ts';

test('the sender gets one receipt, for machines, that waits for them if they are away', async () => {
  const scene = await onStage();
  await scene.report(keyOf('m1'), accepted(), fact('stored', 1));
  expect(scene.messages.map((message) => treeOf(message))).toEqual(
    parseXml(`
      <message type='chat' from='receipts@receipts.example.org' to='alice@example.org'
               id='${scene.messages[0]?.attrs['id']}'>
        <receipt xmlns='xmpp-receipts:1' id='m1' recipient='bob@example.org' status='stored'
                 evidence='server' at='2026-11-22T11:00:00Z'/>
        <store xmlns='urn:xmpp:hints'/>
      </message>`).map((message) => treeOf(message)),
  );
});

test('once, however often the server says it', async () => {
  const scene = await onStage();
  for (const after of [1, 1, 2]) await scene.report(keyOf('m1'), accepted(), fact('stored', after));
  await scene.pass(120_000);
  expect(scene.told).toEqual(['m1 stored']);
});

test('again for a new message under the same id', async () => {
  const scene = await onStage();
  await scene.report(keyOf('m1'), accepted(), fact('stored', 1));
  await scene.pass(200);
  await scene.report(keyOf('m1'), accepted(2 * HOUR), fact('stored', 2 * HOUR + 1));
  expect(scene.told).toEqual(['m1 stored', 'm1 stored']);
});

test.each(['failed', 'lost'] as const)('and so is %s', async (kind) => {
  const scene = await onStage();
  await scene.report(keyOf('m1'), accepted(), fact('sent', 1), fact(kind, 2));
  expect(scene.told).toEqual([`m1 ${kind}`]);
});

test('a bounce says why, unless the server said it to the sender itself', async () => {
  const scene = await onStage();
  await scene.report(keyOf('m1'), accepted(), fact('failed', 1, { condition: 'gone' }));
  await scene.report(keyOf('m2'), accepted(), fact('failed', 2, { handed: true }));
  await scene.pass(1000);
  expect(scene.told).toEqual(['m1 failed']);
  expect(scene.messages.flatMap(receiptsIn)[0]?.attrs['condition']).toBe('gone');
});

test('ids come back as they were, whatever they hold', async () => {
  const scene = await onStage();
  const id = 'a\tb\nc"d\'e<f>&%消👍';
  await scene.report(keyOf(id), accepted(), fact('stored', 1));
  expect(scene.messages.flatMap(receiptsIn)[0]?.attrs['id']).toBe(id);
});

test('not to senders of other servers', async () => {
  const scene = await onStage();
  await scene.report(keyOf('m1', 'x@example.net' as BareJid), accepted(), fact('stored', 1));
  await scene.pass(10_000);
  expect(scene.messages).toEqual([]);
});

test('not to senders who may not see whether the recipient is online', async () => {
  const scene = await onStage();
  await scene.report(keyOf('m1'), accepted(0, { maySee: false }), fact('stored', 1));
  await scene.report(keyOf('m2'), accepted(1, { maySee: false }), fact('failed', 2));
  await scene.pass(10_000);
  expect(scene.told).toEqual(['m2 failed']);
});

test('but to them as well where the operator says so', async () => {
  const scene = await onStage({ settings: { disclosure: 'domain' } });
  await scene.report(keyOf('m1'), accepted(0, { maySee: false }), fact('stored', 1));
  expect(scene.told).toEqual(['m1 stored']);
});

test('not when the operator does not want it, but when the sender asks for it', async () => {
  const scene = await onStage({ settings: { 'receipts.statuses': 'failed' } });
  await scene.report(keyOf('m1'), accepted(), fact('stored', 1));
  await scene.report(keyOf('m2'), accepted(2, { report: ['stored'] }), fact('stored', 3));
  expect(scene.told).toEqual(['m2 stored']);
});

test('to each of the two who write to each other about their own messages', async () => {
  const scene = await onStage();
  await scene.report(keyOf('m1', ALICE, BOB), accepted(), fact('stored', 1));
  await scene.report(keyOf('m1', BOB, ALICE), accepted(), fact('stored', 1));
  expect(scene.messages.map(({ attrs }) => attrs['to'])).toEqual([ALICE, BOB]);
});
