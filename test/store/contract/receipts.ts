import { describe, expect, test } from 'vitest';
import type { BareJid } from '../../../src/message/jid.ts';
import type { Receipt } from '../../../src/receipt/receipt.ts';
import { MAX_PER_PARCEL } from '../../../src/store/receipt-store.ts';
import { ALICE, accepted, BOB, DAY, fact, HOUR, keyOf, T0 } from '../../support/facts.ts';
import { judging, NOW } from '../judging.ts';
import { idsOf, LEASE_UNTIL, recordActsOn, type Subject, storedNews, untilNone } from './acts.ts';

/** How receipts are lent, taken and sent again. */
export function receiptsContract(subject: Subject): void {
  const { current } = subject;
  const { update, tell, claim, receiptsWaiting } = recordActsOn(subject);

  describe('claim, settle, postpone', () => {
    test('receipts for one sender travel together, in their order', async () => {
      const carol = 'carol@example.org' as BareJid;
      await update(
        storedNews('m1'),
        { ...storedNews('c1'), key: keyOf('c1', carol) },
        storedNews('m2'),
      );
      const parcels = await claim();
      expect(parcels.map(({ to, receipts }) => [to, idsOf(receipts)])).toEqual([
        [ALICE, ['m1', 'm2']],
        [carol, ['c1']],
      ]);
      expect(new Set(parcels.map(({ id }) => id)).size).toBe(2);
    });

    test('what the archive keeps travels apart from what it does not, each message in its order', async () => {
      const change = () => ({ text: true });
      await current().preferences.change(ALICE, { change, now: NOW });
      const inAnHour = judging({ completeUpTo: T0 + HOUR });
      for (const [id, kind] of [
        ['m1', 'stored'],
        ['m2', 'failed'],
        ['m3', 'stored'],
      ] as const) {
        const news = { key: keyOf(id), facts: [accepted(), fact(kind, 1)] };
        await current().records.update([news], inAnHour);
      }
      const parcels = await untilNone(claim);
      expect(parcels.map(({ audience, receipts }) => [audience, idsOf(receipts)])).toEqual([
        ['programs', ['m1', 'm2', 'm3']],
        ['people', ['m1', 'm3']],
        ['people', ['m2']],
      ]);
    });

    test('a receipt that is lent is not lent again until the lease is over, and then it is the same', async () => {
      await update(storedNews('m1'), storedNews('m2'));
      const lent = await claim();
      await tell('m3', accepted(), fact('stored', 1));
      expect((await claim()).map(({ receipts }) => idsOf(receipts))).toEqual([['m3']]);
      expect(await claim({ now: LEASE_UNTIL - 1 })).toEqual([]);
      const [again, ...others] = await claim({ now: LEASE_UNTIL });
      expect(again).toEqual(lent[0]);
      expect(others.map(({ receipts }) => idsOf(receipts))).toEqual([['m3']]);
    });

    test('a parcel is repeated whole, although fewer receipts are asked for', async () => {
      await update(storedNews('m1'), storedNews('m2'), storedNews('m3'));
      const lent = await claim();
      expect(await claim({ now: LEASE_UNTIL, maxReceipts: 1 })).toEqual(lent);
    });

    test('no more receipts are lent than were asked for', async () => {
      const senders = ['a', 'b', 'c'].map((local) => `${local}@example.org` as BareJid);
      await update(...senders.map((sender) => ({ ...storedNews('m1'), key: keyOf('m1', sender) })));
      expect(await claim({ maxParcels: 2 })).toHaveLength(2);
      expect(await claim({ maxReceipts: 0 })).toHaveLength(0);
      expect(await claim()).toHaveLength(1);
    });

    test('a parcel holds no more than a stanza may; the rest stays for the next', async () => {
      const ids = Array.from({ length: MAX_PER_PARCEL + 2 }, (_, index) => `m${index}`);
      await update(...ids.map(storedNews));
      const [first, second] = [await claim(), await claim()];
      expect(first.map(({ receipts }) => idsOf(receipts))).toEqual([ids.slice(0, MAX_PER_PARCEL)]);
      expect(second.map(({ receipts }) => idsOf(receipts))).toEqual([ids.slice(MAX_PER_PARCEL)]);
    });

    test('a parcel weighs no more than it may, but holds one receipt at least', async () => {
      await update(...['m1', 'm2', 'm3'].map(storedNews));
      const weigh = ({ key: { id } }: Receipt) => (id === 'm3' ? 20 : 5);
      const scales = { most: 10, weigh };
      const [first, second] = [await claim({ scales }), await claim({ scales })];
      expect(first.map(({ receipts }) => idsOf(receipts))).toEqual([['m1', 'm2']]);
      expect(second.map(({ receipts }) => idsOf(receipts))).toEqual([['m3']]);
    });

    test('the receipts of a parcel that was taken apart wait again, and travel in others', async () => {
      await update(...['m1', 'm2'].map(storedNews));
      const [parcel] = await claim();
      await current().receipts.takeApart(parcel?.id ?? '');
      const scales = { most: 1, weigh: () => 1 };
      const [first, second] = [await claim({ scales }), await claim({ scales })];
      expect([first, second].map(([it]) => idsOf(it?.receipts ?? []))).toEqual([['m1'], ['m2']]);
      expect(first[0]?.id).not.toBe(parcel?.id);
    });

    test('a sender who must wait is left out of a claim', async () => {
      await tell('m1', accepted(), fact('stored', 1));
      expect(await claim({ except: [ALICE] })).toEqual([]);
      expect(await claim({ except: [BOB] })).toHaveLength(1);
    });

    test('a receipt that was taken is never sent again', async () => {
      await tell('m1', accepted(), fact('stored', 1));
      const [parcel] = await claim();
      await current().receipts.settle([parcel?.id ?? ''], NOW + 1);
      expect(await claim({ now: NOW + DAY })).toEqual([]);
    });

    test('settling an unknown receipt, or settling twice, does nothing', async () => {
      await tell('m1', accepted(), fact('stored', 1));
      await current().receipts.settle(['r-unknown'], NOW);
      const [parcel] = await claim();
      await current().receipts.settle([parcel?.id ?? '', parcel?.id ?? ''], NOW);
      await current().receipts.settle([parcel?.id ?? ''], NOW);
      expect(await claim({ now: NOW + DAY })).toEqual([]);
    });

    test('a postponed receipt comes again when it is time, the same, with one more try', async () => {
      await tell('m1', accepted(), fact('stored', 1));
      const [parcel] = await claim();
      await current().receipts.settle([parcel?.id ?? ''], NOW);
      expect(
        await current().receipts.postpone({ id: parcel?.id ?? '', to: ALICE }, () => NOW + 500),
      ).toBe('postponed');
      expect(await claim({ now: NOW + 499 })).toEqual([]);
      expect(await claim({ now: NOW + 500 })).toEqual([{ ...parcel, tries: 1 }]);
    });

    test('a receipt that came back before it was settled is postponed all the same', async () => {
      await tell('m1', accepted(), fact('stored', 1));
      const [parcel] = await claim();
      await current().receipts.postpone({ id: parcel?.id ?? '', to: ALICE }, () => NOW + 500);
      await current().receipts.settle([parcel?.id ?? ''], NOW + 1);
      expect(await claim({ now: NOW + 500 })).toHaveLength(1);
    });

    test('the number of tries decides how long a postponed receipt waits, and when it is given up', async () => {
      await tell('m1', accepted(), fact('stored', 1));
      const [parcel] = await claim();
      const seen: number[] = [];
      const until = (tries: number) => (seen.push(tries) > 2 ? undefined : NOW);
      const outcomes = [];
      for (let time = 0; time < 4; time += 1)
        outcomes.push(
          await current().receipts.postpone({ id: parcel?.id ?? '', to: ALICE }, until),
        );
      expect(seen).toEqual([0, 1, 2]);
      expect(outcomes).toEqual(['postponed', 'postponed', 'given-up', 'unknown']);
      expect(await claim({ now: LEASE_UNTIL })).toEqual([]);
    });

    test('a parcel that is settled twice hides no receipt that came in between', async () => {
      await tell('m1', accepted(), fact('stored', 1));
      const [parcel] = await claim();
      await current().receipts.settle([parcel?.id ?? ''], NOW);
      await tell('m2', accepted(), fact('stored', 1));
      await current().receipts.settle([parcel?.id ?? ''], NOW);
      expect((await claim()).flatMap(({ receipts }) => receipts).map(({ key }) => key.id)).toEqual([
        'm2',
      ]);
    });

    test('an error that does not come from whom the receipt was sent to is unknown', async () => {
      await tell('m1', accepted(), fact('stored', 1));
      const [parcel] = await claim();
      const id = parcel?.id ?? '';
      expect(await current().receipts.postpone({ id, to: BOB }, () => NOW)).toBe('unknown');
      expect(await current().receipts.postpone({ id, to: ALICE }, () => NOW)).toBe('postponed');
    });

    test('an error for what we never sent is unknown', async () => {
      expect(await current().receipts.postpone({ id: 'm1', to: ALICE }, () => NOW)).toBe('unknown');
    });
  });

  describe('a receipt that is overtaken', () => {
    test('a receipt that is overtaken is taken back if it was not lent yet', async () => {
      await tell('m1', accepted(), fact('stored', 1));
      await tell('m1', fact('failed', 2));
      expect(await receiptsWaiting()).toEqual(['m1 failed']);
    });

    test('a receipt that is overtaken stays if it was lent', async () => {
      await tell('m1', accepted(), fact('stored', 1));
      await claim();
      await tell('m1', fact('failed', 2));
      expect(await receiptsWaiting(LEASE_UNTIL)).toEqual(['m1 stored', 'm1 failed']);
    });

    test('a receipt stays if it is of an older message with the same id', async () => {
      await tell('m1', accepted(), fact('failed', 1));
      await tell('m1', accepted(2 * HOUR), fact('stored', 2 * HOUR + 1));
      await tell('m1', fact('received', 2 * HOUR + 2));
      expect(await receiptsWaiting()).toEqual(['m1 failed']);
    });
  });
}
