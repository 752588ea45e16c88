import { describe, expect, test } from 'vitest';
import type { BareJid } from '../../../src/message/jid.ts';
import { ALICE, accepted, BOB, DAY, fact, keyOf, T0 } from '../../support/facts.ts';
import { judging, NOW } from '../judging.ts';
import { actsOn, LEASE_UNTIL, recordActsOn, type Subject, storedNews } from './acts.ts';

const MANY = 10;

const TICK_CLAIM = { domain: 'example.org', now: NOW, leaseUntil: LEASE_UNTIL, limit: MANY };

/** Two that do something at the same time: it is as if one of them had come first. */
export function racesContract(subject: Subject): void {
  const { current, open } = subject;
  const { claim, receiptsWaiting, tell, statusIn } = recordActsOn(subject);
  const { choose, tell: tellOf } = actsOn(subject);

  describe('races', () => {
    test('two that write facts of one message at the same time lose none of them', async () => {
      const both = [current(), open()];
      const updates = both.flatMap((store, side) =>
        Array.from({ length: MANY }, (_, index) => {
          const facts = [accepted(), fact(side === 0 ? 'sent' : 'acked', index + 1)];
          return store.records.update([{ key: keyOf('m1'), facts }], judging());
        }),
      );
      await Promise.all(updates);
      const kept = (await current().records.find(keyOf('m1')))?.tracked.record.facts;
      expect(kept?.map(({ kind, at }) => [kind, at - accepted().at])).toEqual([
        ['accepted', 0],
        ['acked', 1],
        ['sent', 1],
        ['acked', MANY],
        ['sent', MANY],
      ]);
    });

    test('choices that are made at the same time each get a number of their own', async () => {
      const both = [current(), open()];
      const change = () => ({ policy: 'manual' }) as const;
      const numbers = await Promise.all(
        Array.from({ length: MANY }, async (_, index) => {
          const account = `user${index}@example.org` as BareJid;
          const changed = await both[index % 2]?.preferences.change(account, { change, now: NOW });
          return changed?.version.number ?? 0;
        }),
      );
      expect(new Set(numbers).size).toBe(MANY);
      const { number } = await current().preferences.version('example.org');
      expect(number).toBe(Math.max(...numbers));
    });

    test('news of an account that is deleted at the same time leave nothing of it', async () => {
      await tell('m0', accepted(), fact('stored', 1));
      const ids = Array.from({ length: MANY }, (_, index) => `m${index}`);
      const other = open();
      await Promise.all([
        current().upkeep.forget(BOB, T0 + DAY),
        ...ids.map((id) => other.records.update([storedNews(id)], judging())),
      ]);
      while ((await current().upkeep.forget(BOB, T0 + DAY)).isMore);
      for (const id of ids) expect(await statusIn(id, other)).toBeUndefined();
      expect(await receiptsWaiting()).toEqual([]);
    });

    test('a receipt that is settled while others claim it anew does not come once more', async () => {
      await tell('m1', accepted(), fact('stored', 1));
      const [parcel] = await claim();
      const overdue = { now: LEASE_UNTIL, leaseUntil: 2 * LEASE_UNTIL };
      await Promise.all([
        claim(overdue, open()),
        current().receipts.settle([parcel?.id ?? ''], LEASE_UNTIL),
        claim(overdue),
      ]);
      expect(await receiptsWaiting(2 * LEASE_UNTIL)).toEqual([]);
    });

    test('a tick is lent to one of two that claim at the same time', async () => {
      await choose(BOB, { policy: 'automatic' });
      const facts = [accepted(0, { token: 'token' }), fact('acked', 1)];
      await tellOf(keyOf('m1', ALICE, BOB), facts, { completeUpTo: T0 + DAY });
      const claims = await Promise.all(
        [current(), open()].map(({ ticks }) => ticks.claim(TICK_CLAIM)),
      );
      expect(claims.flat()).toHaveLength(1);
    });
  });
}
