import { describe, expect, test } from 'vitest';
import type { KeptWatch, Overdue } from '../../../src/store/watch-store.ts';
import { ALICE } from '../../support/facts.ts';
import { idsOfBatch, LENT_UNTIL } from '../crash/acts.ts';
import { NOW } from '../judging.ts';
import { LEASE_UNTIL, recordActsOn, type Subject, storedNews } from './acts.ts';
import { PROOF, watchOf } from './watches.ts';

/** A process of its own has to start, on a machine that may be busy. */
const SLOW = 30_000;

/** Somebody dies who uses the store: what it had committed is kept, and nothing else. */
export function crashesContract(subject: Subject): void {
  const { current, crash, killWhileWriting } = subject;
  const { update, claim, statusIn, receiptsWaiting } = recordActsOn(subject);

  describe('those who use it and are killed', { timeout: SLOW }, () => {
    test('what is killed before the commit leaves nothing, and all of it can be done anew', async () => {
      await crash('tells of two messages', { transaction: 1, moment: 'before the commit' });
      expect([await statusIn('m1'), await statusIn('m2')]).toEqual([undefined, undefined]);
      expect(await update(storedNews('m1'), storedNews('m2'))).toBe(2);
    });

    test('what is killed between the commit and the answer is kept, and a repeat makes no second receipt', async () => {
      await crash('tells of two messages', { transaction: 1, moment: 'after the commit' });
      expect(await update(storedNews('m1'), storedNews('m2'))).toBe(0);
      expect(await receiptsWaiting()).toEqual(['m1 stored', 'm2 stored']);
    });

    test('receipts whose claim is killed before the commit are lent to nobody', async () => {
      await update(storedNews('m1'));
      await crash('claims', { transaction: 1, moment: 'before the commit' });
      expect(await receiptsWaiting()).toEqual(['m1 stored']);
    });

    test('receipts that were lent to somebody who was killed come again when that time is over', async () => {
      await update(storedNews('m1'));
      await crash('claims', { transaction: 1, moment: 'after the commit' });
      expect(await claim()).toEqual([]);
      expect(await receiptsWaiting(LENT_UNTIL)).toEqual(['m1 stored']);
    });

    test('receipts that were sent but not settled are sent again with the same id', async () => {
      await update(storedNews('m1'));
      const [sent] = await claim();
      await crash('settles what it claims', { transaction: 1, moment: 'before the commit' });
      expect(await claim({ now: LENT_UNTIL })).toEqual([sent]);
    });

    test('receipts are not settled by somebody who is killed before that commit', async () => {
      await update(storedNews('m1'));
      await crash('settles what it claims', { transaction: 2, moment: 'before the commit' });
      expect(await receiptsWaiting(LENT_UNTIL)).toEqual(['m1 stored']);
    });

    test('receipts that were settled by somebody who was killed after it never come again', async () => {
      await update(storedNews('m1'));
      await crash('settles what it claims', { transaction: 2, moment: 'after the commit' });
      expect(await receiptsWaiting(LENT_UNTIL)).toEqual([]);
    });

    test('notices that were lent to somebody who was killed come again, under the same id', async () => {
      await watched('overdue');
      await crash('claims notices', { transaction: 1, moment: 'after the commit' });
      expect(await noticesAt(NOW)).toEqual([]);
      expect(await noticesAt(LENT_UNTIL)).toMatchObject([{ notice: 'watch-m1', proof: PROOF }]);
    });

    test('notices that were sent but not settled are sent again with the same id', async () => {
      await watched('overdue');
      await crash('settles the notices it claims', { transaction: 2, moment: 'before the commit' });
      expect(await noticesAt(LENT_UNTIL)).toMatchObject([{ notice: 'watch-m1' }]);
    });

    test('reminders that were taken by somebody who was killed after it are sent by nobody', async () => {
      const watch = await watched('open');
      await current().reminders.order(watch, { now: NOW, since: NOW, limit: 1 });
      await crash('takes reminders', { transaction: 1, moment: 'after the commit' });
      expect(await current().reminders.ordered(['example.org'], 10)).toEqual([]);
      expect(await current().reminders.take(watch)).toBe(false);
    });

    test('of somebody who is killed while writing each batch is there whole or not at all', async () => {
      const committed = await killWhileWriting();
      expect(committed).toBeGreaterThanOrEqual(6);
      for (let batch = 0; batch < committed; batch += 1) expect(await messagesOf(batch)).toBe(3);
      expect([0, 3]).toContain(await messagesOf(committed));
      expect(await messagesOf(committed + 1)).toBe(0);
    });
  });

  async function watched(state: 'open' | 'overdue'): Promise<KeptWatch> {
    const { watches } = current();
    await watches.open(watchOf('m1', 30));
    const [watch] = (await watches.of(ALICE)) as [KeptWatch];
    if (state === 'overdue') await watches.expire(watch, { notice: 'watch-m1', proof: PROOF });
    return watch;
  }

  function noticesAt(now: number): Promise<readonly Overdue[]> {
    return current().notices.claim({ now, leaseUntil: LEASE_UNTIL, limit: 10, except: [] });
  }

  async function messagesOf(batch: number): Promise<number> {
    const statuses = await Promise.all(idsOfBatch(batch).map((id) => statusIn(id)));
    return statuses.filter((status) => status === 'stored').length;
  }
}
