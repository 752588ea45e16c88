import pg from 'pg';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import type { BareJid } from '../../src/message/jid.ts';
import { accepted, fact, keyOf } from '../support/facts.ts';
import { Postgres } from '../support/postgres.ts';
import { made, NOW } from './judging.ts';
import { HERE, OneOfTwo, THERE } from './two-daemons.ts';

let postgres: Postgres;

beforeAll(async () => {
  postgres = await Postgres.start();
});

afterAll(() => postgres?.stop());

test('a portion of a batch is the same few statements, whatever the number of its messages', async () => {
  const address = await postgres.database();
  const daemons = [new OneOfTwo(address, HERE), new OneOfTwo(address, THERE)];
  onTestFinished(async () => {
    for (const { store } of daemons) await store.close();
  });
  for (const daemon of daemons) {
    const few = await statementsFor(daemon, 10);
    expect(few).toBeLessThan(50);
    expect(await statementsFor(daemon, 100)).toBe(few);
  }
});

let batches = 0;

/** Batches that make messages, aliases, receipts, ticks and questions, and one with markers. */
async function statementsFor(daemon: OneOfTwo, count: number): Promise<number> {
  batches += 1;
  const name = (who: string, index: number) => `${who}${batches}-${index}@example.org` as BareJid;
  const keys = Array.from({ length: count }, (_, index) =>
    keyOf(`m${index}`, name('alice', index), name('bob', index)),
  );
  for (const [index, { recipient }] of keys.entries())
    if (index < 9) await choose(daemon, recipient, index % 2 === 0 ? 'manual' : 'automatic');
  const queries = vi.spyOn(pg.Client.prototype, 'query');
  const facts = [accepted(0, { token: 't', originId: 'o' }), fact('acked', 1), fact('stored', 1)];
  const updated = await daemon.learnAll(keys, () => facts);
  await daemon.learnAll(keys, () => [fact('displayed', 3)]);
  const { length } = queries.mock.calls;
  queries.mockRestore();
  expect(made(updated).receipts).toBeGreaterThan(0);
  return length;
}

async function choose(
  { store }: OneOfTwo,
  account: BareJid,
  policy: 'manual' | 'automatic',
): Promise<void> {
  await store.preferences.change(account, { change: () => ({ policy }), now: NOW });
}
