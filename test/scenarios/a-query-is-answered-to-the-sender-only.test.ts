import { expect, test } from 'vitest';
import { conditionOf } from '../../src/protocol/iq.ts';
import { accepted, fact, keyOf, SECOND } from '../support/facts.ts';
import { onStage, receiptsIn, type Scene } from '../support/scene.ts';

test('a query is answered by the furthest status that the sender may know, also one that is not told unasked', async () => {
  const scene = await onStage();
  await scene.report(keyOf('m1'), accepted());
  expect(await statusOf(scene, 'm1')).toBe('accepted');
  await scene.report(keyOf('m1'), fact('sent', 1));
  expect(await statusOf(scene, 'm1')).toBe('sent');
  await scene.report(keyOf('m1'), fact('acked', 2));
  expect(await statusOf(scene, 'm1')).toBe('sent');
  await scene.report(keyOf('m1'), fact('received', 3));
  expect(await statusOf(scene, 'm1')).toBe('delivered');
});

test('a sender who may not see the recipient’s presence learns no more than accepted', async () => {
  const scene = await onStage();
  await scene.report(keyOf('m1'), accepted(0, { maySee: false }), fact('received', 1));
  expect(await statusOf(scene, 'm1')).toBe('accepted');
});

test('a query about a message that a later marker covers is answered by displayed', async () => {
  const scene = await onStage();
  await scene.report(keyOf('m1'), accepted(), fact('received', 1));
  await scene.report(keyOf('m2'), accepted(SECOND), fact('displayed', 2 * SECOND));
  expect(await statusOf(scene, 'm1')).toBe('displayed');
});

test('the bot answers a query as well, and a query may name the origin-id', async () => {
  const scene = await onStage();
  await scene.report(keyOf('m1'), accepted(0, { originId: 'o1' }), fact('stored', 1));
  const answer = await query(scene, { id: 'o1', to: 'receipts@receipts.example.org' });
  expect(answer.attrs['from']).toBe('receipts@receipts.example.org');
  expect(receiptIn(answer)).toMatchObject({ id: 'o1', status: 'stored' });
});

test.each([
  ['the recipient', { from: 'bob@example.org/x' }, 'item-not-found'],
  ['somebody else', { from: 'mallory@example.org/x' }, 'item-not-found'],
  ['somebody elsewhere', { from: 'alice@example.net/x' }, 'forbidden'],
  ['the sender, of another id', { id: 'm2' }, 'item-not-found'],
  ['the sender, of another recipient', { recipient: 'carol@example.org' }, 'item-not-found'],
  ['the sender, of no id', { id: '' }, 'bad-request'],
  ['the sender, of no recipient', { recipient: '' }, 'bad-request'],
])('a query of %s (%o) is answered by %s', async (_, changed, condition) => {
  const scene = await onStage();
  await scene.report(keyOf('m1'), accepted(), fact('stored', 1));
  const answer = await query(scene, { id: 'm1', ...changed });
  expect(answer.attrs['type']).toBe('error');
  expect(conditionOf(answer)).toBe(condition);
});

test('a query about a message that is not known to be accepted is answered by item-not-found', async () => {
  const scene = await onStage();
  await scene.report(keyOf('m1'), fact('stored', 1));
  expect(conditionOf(await query(scene, { id: 'm1' }))).toBe('item-not-found');
});

interface Query {
  readonly id: string;
  readonly from?: string;
  readonly to?: string;
  readonly recipient?: string;
}

function query(scene: Scene, { id, from, to, recipient }: Query) {
  return scene.ask(`
    <iq type='get' from='${from ?? 'alice@example.org/pc'}' to='${to ?? 'receipts.example.org'}'>
      <query xmlns='xmpp-receipts:1' id='${id}' recipient='${recipient ?? 'bob@example.org'}'/>
    </iq>`);
}

async function statusOf(scene: Scene, id: string): Promise<string | undefined> {
  return receiptIn(await query(scene, { id }))?.['status'];
}

function receiptIn(answer: Awaited<ReturnType<typeof query>>) {
  return answer.getChildElements().flatMap(receiptsIn)[0]?.attrs;
}

test('a user who sends queries without end is refused, and others are answered', async () => {
  const scene = await onStage();
  await scene.report(keyOf('m1'), accepted(), fact('stored', 1));
  for (let n = 0; n < 620; n++) await scene.ask(queryOf('alice@example.org/pc'));
  const refused = await scene.ask(queryOf('alice@example.org/other'));
  expect(conditionOf(refused)).toBe('policy-violation');
  expect(scene.daemon.counters.all()['requests refused: too many']).toBeGreaterThan(0);
  expect(conditionOf(await scene.ask(queryOf('bob@example.org/pc')))).toBe('item-not-found');
});

function queryOf(from: string): string {
  return `<iq type='get' from='${from}' to='receipts.example.org'><query xmlns='xmpp-receipts:1' id='m1' recipient='bob@example.org'/></iq>`;
}
