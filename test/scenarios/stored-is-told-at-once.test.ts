import { expect, test } from 'vitest';
import type { BareJid } from '../../src/message/jid.ts';
import { ALICE, accepted, BOB, fact, HOUR, keyOf } from '../support/facts.ts';
import { onStage, receiptsIn } from '../support/scene.ts';
import { parseXml, treeOf } from '../support/xml.ts';

test('a stored message is told by one receipt that is kept for a sender who is away', async () => {
  const scene = await onStage();
  await scene.report(keyOf('m1'), accepted(), fact('stored', 1));
  expect(scene.messages.map((message) => treeOf(message))).toEqual(
    parseXml(`
      <message type='chat' from='receipts@receipts.example.org' to='alice@example.org'
               id='${scene.messages[0]?.attrs['id']}'>
        <receipt xmlns='xmpp-receipts:1' id='m1' recipient='bob@example.org' status='stored'
                 evidence='server' at='2026-11-22T11:00:00Z'/>
        <no-permanent-store xmlns='urn:xmpp:hints'/>
      </message>`).map((message) => treeOf(message)),
  );
});

test('stored is told once, however often the server reports it', async () => {
  const scene = await onStage();
  for (const after of [1, 1, 2]) await scene.report(keyOf('m1'), accepted(), fact('stored', after));
  await scene.pass(120_000);
  expect(scene.told).toEqual(['m1 stored']);
});

test('stored is told again for a new message under the same id', async () => {
  const scene = await onStage();
  await scene.report(keyOf('m1'), accepted(), fact('stored', 1));
  await scene.pass(200);
  await scene.report(keyOf('m1'), accepted(2 * HOUR), fact('stored', 2 * HOUR + 1));
  expect(scene.told).toEqual(['m1 stored', 'm1 stored']);
});

test.each(['failed', 'lost'] as const)('%s is told at once as well', async (kind) => {
  const scene = await onStage();
  await scene.report(keyOf('m1'), accepted(), fact('sent', 1), fact(kind, 2));
  expect(scene.told).toEqual([`m1 ${kind}`]);
});

test('failed is told with its condition, unless the server told the sender itself', async () => {
  const scene = await onStage();
  await scene.report(keyOf('m1'), accepted(), fact('failed', 1, { condition: 'gone' }));
  await scene.report(keyOf('m2'), accepted(), fact('failed', 2, { handed: true }));
  await scene.pass(1000);
  expect(scene.told).toEqual(['m1 failed']);
  expect(scene.messages.flatMap(receiptsIn)[0]?.attrs['condition']).toBe('gone');
});

test('a receipt has the id of the message as it was, whatever it holds', async () => {
  const scene = await onStage();
  const id = 'a\tb\nc"d\'e<f>&%消👍';
  await scene.report(keyOf(id), accepted(), fact('stored', 1));
  expect(scene.messages.flatMap(receiptsIn)[0]?.attrs['id']).toBe(id);
});

test('stored is not told to senders of other servers', async () => {
  const scene = await onStage();
  await scene.report(keyOf('m1', 'x@example.net' as BareJid), accepted(), fact('stored', 1));
  await scene.pass(10_000);
  expect(scene.messages).toEqual([]);
});

test('stored is not told to senders who may not see the recipient’s presence', async () => {
  const scene = await onStage();
  await scene.report(keyOf('m1'), accepted(0, { maySee: false }), fact('stored', 1));
  await scene.report(keyOf('m2'), accepted(1, { maySee: false }), fact('failed', 2));
  await scene.pass(10_000);
  expect(scene.told).toEqual(['m2 failed']);
});

test('stored is told to everybody where the operator says so', async () => {
  const scene = await onStage({ settings: { disclosure: 'domain' } });
  await scene.report(keyOf('m1'), accepted(0, { maySee: false }), fact('stored', 1));
  expect(scene.told).toEqual(['m1 stored']);
});

test('stored is not told where the operator does not want it, unless the sender asks for it', async () => {
  const scene = await onStage({ settings: { 'receipts.statuses': 'failed' } });
  await scene.report(keyOf('m1'), accepted(), fact('stored', 1));
  await scene.report(keyOf('m2'), accepted(2, { report: ['stored'] }), fact('stored', 3));
  expect(scene.told).toEqual(['m2 stored']);
});

test('two users who write to each other are each told about their own messages', async () => {
  const scene = await onStage();
  await scene.report(keyOf('m1', ALICE, BOB), accepted(), fact('stored', 1));
  await scene.report(keyOf('m1', BOB, ALICE), accepted(), fact('stored', 1));
  expect(scene.messages.map(({ attrs }) => attrs['to'])).toEqual([ALICE, BOB]);
});
