import { beforeEach, describe, expect, test } from 'vitest';
import type { PruneLimits } from '../../../src/store/upkeep-store.ts';
import type { KeptWatch } from '../../../src/store/watch-store.ts';
import { ALICE, accepted, DAY, fact, keyOf, T0 } from '../../support/facts.ts';
import { judging, NOW } from '../judging.ts';
import { acceptedNews, recordActsOn, type Subject } from './acts.ts';

const PROOF = {
  key: keyOf('m1'),
  status: 'sent',
  evidence: 'server',
  at: T0,
  messageAt: T0,
} as const;

/** What is not kept for ever. */
export function pruningContract(subject: Subject): void {
  const { current } = subject;
  const { update, tell, statusIn, claim, receiptsWaiting } = recordActsOn(subject);

  describe('prune', () => {
    const LATER = NOW + 10 * 86_400_000;

    async function prune(limits: Partial<PruneLimits> = {}): Promise<number> {
      let removed = 0;
      const all = {
        now: LATER,
        before: NOW,
        unacceptedBefore: 0,
        maxUnaccepted: 10_000,
        questionsBefore: 0,
        ...limits,
      };
      for (let isMore = true; isMore; ) {
        const { count, ...rest } = await current().upkeep.prune(all);
        removed += count;
        isMore = rest.isMore;
      }
      return removed;
    }

    async function countBefore(before: number): Promise<number> {
      let messages = 0;
      let page = await current().survey.countBefore(before, undefined, 100);
      for (messages = page.messages; page.end !== undefined; messages += page.messages)
        page = await current().survey.countBefore(before, page.end, 100);
      return messages;
    }

    test('messages older than the retention time are removed, and nothing else', async () => {
      await tell('m1', accepted(), fact('failed', 1));
      expect(await prune({ before: NOW })).toBe(0);
      expect(await prune({ before: NOW + 1 })).toBe(1);
      expect(await current().records.find(keyOf('m1'))).toBeUndefined();
    });

    test('the limits may have parts of a millisecond', async () => {
      await tell('m1', accepted(), fact('displayed', 1));
      const [before, questionsBefore] = [NOW + 0.0625, NOW + 0.0625];
      expect(await prune({ now: NOW + 0.0625, before, questionsBefore })).toBeGreaterThan(0);
      expect(await current().records.find(keyOf('m1'))).toBeUndefined();
    });

    test('an id that came again stays: it is as old as its newest message', async () => {
      await tell('m1', accepted());
      await tell('m1', accepted(5 * DAY));
      await tell('m2', accepted());
      expect(await prune({ before: NOW + 5 * 86_400_000 })).toBe(1);
      expect(await statusIn('m1')).toBe('accepted');
      expect(await prune({ before: NOW + 5 * 86_400_000 + 1 })).toBe(1);
    });

    test('facts whose message never came are removed sooner', async () => {
      await tell('m1', fact('sent', 1));
      await tell('m2', accepted());
      expect(await prune({ unacceptedBefore: NOW })).toBe(0);
      expect(await prune({ unacceptedBefore: NOW + 1 })).toBe(1);
      expect(await statusIn('m2')).toBe('accepted');
    });

    test('of facts whose message never came, the newest stay', async () => {
      const ids = ['m0', 'm1', 'm2', 'm3', 'm4'];
      for (const [later, id] of ids.entries())
        await current().records.update(
          [{ key: keyOf(id), facts: [fact('sent', 1)] }],
          judging({ now: NOW + later }),
        );
      expect(await prune({ before: 0, maxUnaccepted: 2 })).toBe(3);
      const found = await Promise.all(ids.map((id) => current().records.find(keyOf(id))));
      expect(found.map((message) => message?.tracked.key.id)).toEqual([
        undefined,
        undefined,
        undefined,
        'm3',
        'm4',
      ]);
    });

    test('a taken receipt is kept for a day, in case it comes back', async () => {
      await tell('m1', accepted(), fact('stored', 1));
      const [parcel] = await claim();
      await current().receipts.settle([parcel?.id ?? ''], NOW);
      await prune({ now: NOW + 86_400_000, before: 0 });
      expect(
        await current().receipts.postpone({ id: parcel?.id ?? '', to: ALICE }, () => NOW),
      ).toBe('postponed');
      await current().receipts.settle([(await claim())[0]?.id ?? ''], NOW);
      expect(await prune({ now: NOW + 86_400_001, before: 0 })).toBe(1);
      expect(
        await current().receipts.postpone({ id: parcel?.id ?? '', to: ALICE }, () => NOW),
      ).toBe('unknown');
    });

    test('a receipt that was not taken yet outlives its message', async () => {
      await tell('m1', accepted(), fact('stored', 1));
      await prune({ before: LATER });
      expect(await receiptsWaiting()).toEqual(['m1 stored']);
    });

    test('which accounts were deleted is known for longer, if that is wanted', async () => {
      await current().upkeep.forget(ALICE, T0 + DAY);
      await prune({ before: LATER, othersBefore: NOW });
      expect(await tell('m1', accepted(DAY), fact('stored', DAY))).toBe(0);
      await prune({ before: LATER });
      expect(await tell('m1', accepted(DAY), fact('stored', DAY))).toBe(1);
    });

    test('origin-ids and marks are removed with the message that they belong to', async () => {
      await tell('m1', accepted(0, { originId: 'o1' }), fact('displayed', 1));
      await prune({ before: LATER });
      await tell('o1', accepted(20 * DAY));
      expect((await current().records.find(keyOf('o1')))?.tracked.key).toEqual(keyOf('o1'));
      expect((await current().records.find(keyOf('o1')))?.readUpTo).toBeUndefined();
    });

    describe('of a message that is watched', () => {
      const DAY_MS = 86_400_000;
      const DEADLINE = T0 + 20 * DAY;
      const goesAt = T0 / 1000 + 21 * DAY_MS + 1;

      beforeEach(async () => {
        await tell('m1', accepted(0, { originId: 'o1' }), fact('displayed', 1));
        await tell('other', accepted());
        await current().watches.open(WATCH);
      });

      async function kept(): Promise<readonly unknown[]> {
        const [message, other] = [keyOf('m1'), keyOf('other')];
        const found = [await current().records.find(message), await current().records.find(other)];
        const watches = await current().watches.of(ALICE);
        return [...found.map((it) => it !== undefined), watches.length];
      }

      test('the record, the marker and the watch stay until the deadline is over for a day', async () => {
        const before = await current().records.find(keyOf('m1'));
        await prune({ now: goesAt, before: goesAt - 1 });
        expect(await kept()).toEqual([true, false, 1]);
        expect((await current().records.find(keyOf('o1')))?.readUpTo).toEqual(before?.readUpTo);
        expect(before?.readUpTo).toBeDefined();
        expect(await countBefore(goesAt - 1)).toBe(0);
        expect(await countBefore(goesAt)).toBe(1);
        await prune({ now: goesAt, before: goesAt });
        expect(await kept()).toEqual([false, false, 0]);
        await tell('m1', accepted());
        expect((await current().records.find(keyOf('m1')))?.readUpTo).toBeUndefined();
      });

      test('all goes at once when the sender does not wait any more', async () => {
        const [watch] = await current().watches.of(ALICE);
        await current().watches.close(watch as KeptWatch);
        await prune({ before: LATER });
        expect(await kept()).toEqual([false, false, 0]);
      });

      test('a notice that is to be sent outlives what an operator removes', async () => {
        const [watch] = await current().watches.of(ALICE);
        await current().watches.expire(watch as KeptWatch, { notice: 'watch-1', proof: PROOF });
        await prune({ before: LATER });
        const claim = { now: LATER, leaseUntil: LATER + 1, limit: 10, except: [] };
        const told = await current().notices.claim(claim);
        expect(told).toMatchObject([{ notice: 'watch-1' }]);
        await current().notices.settle(told);
        await prune({ before: LATER });
        expect(await kept()).toEqual([false, false, 0]);
      });

      const WATCH = {
        key: keyOf('m1'),
        position: T0,
        goal: 'confirmed',
        within: DEADLINE - T0,
        deadline: DEADLINE,
        server: 'example.org',
      } as const;
    });

    test('many old records are removed in several steps', async () => {
      await update(...Array.from({ length: 1500 }, (_, index) => acceptedNews(`m${index}`)));
      const limits = {
        now: LATER,
        before: LATER,
        unacceptedBefore: 0,
        maxUnaccepted: 10,
        questionsBefore: 0,
      };
      expect((await current().upkeep.prune(limits)).count).toBeLessThan(1500);
      await prune({ before: LATER });
      expect(await current().records.find(keyOf('m1499'))).toBeUndefined();
    });
  });
}
