import { describe, expect, test } from 'vitest';
import type { Claim } from '../../../src/store/receipt-store.ts';
import { accepted, fact } from '../../support/facts.ts';
import { judging, made } from '../judging.ts';
import { idsOf, LEASE_UNTIL, recordActsOn, type Subject, storedNews } from './acts.ts';

/** Several that use one store. */
export function sharingContract(subject: Subject): void {
  const { current, open } = subject;
  const { tell, statusIn, claim, receiptsWaiting } = recordActsOn(subject);

  describe('several that use it', () => {
    test('a store opened again holds what was committed', async () => {
      await tell('m1', accepted(), fact('stored', 1));
      const [parcel] = await claim();
      await current().close();
      const again = open();
      expect(await statusIn('m1', again)).toBe('stored');
      expect(await claim({ now: LEASE_UNTIL }, again)).toEqual([parcel]);
    });

    test("two users of a store see each other's changes, and no receipt is lent to both", async () => {
      const other = open();
      const ids = Array.from({ length: 20 }, (_, index) => `m${index}`);
      const halves = [ids.slice(0, 10), ids.slice(10)];
      await Promise.all(
        [current(), other].map((each, index) =>
          each.records.update((halves[index] ?? []).map(storedNews), judging()),
        ),
      );
      const claims = await Promise.all([claim(WITH_TWO), claim(WITH_TWO, other), claim(WITH_TWO)]);
      const lent = claims.flat().flatMap(({ receipts }) => idsOf(receipts));
      expect(lent).toHaveLength(6);
      expect(new Set(lent).size).toBe(6);
      for (const id of ids) expect(await statusIn(id, other)).toBe('stored');
    });

    test('two users of a store that hear the same facts make one receipt', async () => {
      const other = open();
      const told = await Promise.all(
        [current(), other].map((each) => each.records.update([storedNews('m1')], judging())),
      );
      expect(told.map((updated) => made(updated).receipts).toSorted()).toEqual([0, 1]);
      expect(await receiptsWaiting()).toEqual(['m1 stored']);
    });
  });
}

const WITH_TWO: Partial<Claim> = { maxReceipts: 2 };
