import { describe, expect, test } from 'vitest';
import type { BareJid } from '../../../src/message/jid.ts';
import type { MessageKey } from '../../../src/message/key.ts';
import { type Claim, MAX_WAITING, type Parcel } from '../../../src/store/receipt-store.ts';
import type { News } from '../../../src/store/record-store.ts';
import type { PruneLimits } from '../../../src/store/upkeep-store.ts';
import { ALICE, accepted, BOB, DAY, fact, keyOf, T0 } from '../../support/facts.ts';
import { judging, made, NOW } from '../judging.ts';
import type { Subject } from './acts.ts';

const CAROL = 'carol@example.org' as BareJid;
const LATER = NOW + 10 * 86_400_000;
const LIMITS: PruneLimits = {
  now: LATER,
  before: LATER,
  unacceptedBefore: LATER,
  maxUnaccepted: 0,
  questionsBefore: LATER,
};

/** One call may do no more: a quarter of this takes some milliseconds. */
const ENOUGH = 1000;

/** That no verb does more at once than it may, whatever the store holds. */
export function boundsContract({ current, open }: Subject): void {
  async function update(...news: readonly News[]): Promise<number> {
    return made(await current().records.update(news, judging())).receipts;
  }

  async function claim(changed: Partial<Claim> = {}): Promise<readonly Parcel[]> {
    const all = { now: NOW, leaseUntil: NOW + 60_000, maxParcels: 50, maxReceipts: 500 };
    return current().receipts.claim({ ...all, except: [], ...changed });
  }

  async function claimAll(): Promise<readonly Parcel[]> {
    const parcels: Parcel[] = [];
    for (let more = await claim(); more.length > 0; more = await claim()) parcels.push(...more);
    return parcels;
  }

  describe('deleting an account is done in chunks', () => {
    test.each([
      ['sender', ALICE],
      ['recipient', BOB],
    ])('an account that is deleted is gone after the last chunk: %s', async (_, account) => {
      await update(...many(1500, storedNews));
      let calls = 0;
      for (let isMore = true; isMore; calls += 1) {
        const removed = await current().upkeep.forget(account, T0 + DAY);
        expect(removed.count).toBeLessThanOrEqual(ENOUGH);
        isMore = removed.isMore;
      }
      expect(calls).toBeGreaterThanOrEqual(3);
      for (const id of ['m0', 'm1499'])
        expect(await current().records.find(keyOf(id))).toBeUndefined();
      expect(await claim()).toEqual([]);
      expect(await current().upkeep.forget(account, T0 + DAY)).toEqual({ count: 0, isMore: false });
    });

    test('late facts do not bring a deleted account back, from the first chunk on', async () => {
      await update(...many(1500, storedNews));
      expect(await current().upkeep.forget(BOB, T0 + DAY)).toMatchObject({ isMore: true });
      expect(await update(storedNews('late'))).toBe(0);
      expect(await current().records.find(keyOf('late'))).toBeUndefined();
    });

    test('after a crash between two chunks, the rest of the account is deleted when the deletion is reported again', async () => {
      await update(...many(1500, storedNews));
      await current().upkeep.forget(ALICE, T0 + DAY);
      const again = open();
      for (let isMore = true; isMore; )
        isMore = (await again.upkeep.forget(ALICE, T0 + DAY)).isMore;
      const left = await again.records.latest(ALICE, undefined, 10);
      expect(left).toEqual([]);
      expect(await claim()).toEqual([]);
    });

    test('records and counts of other accounts stay when an account is deleted', async () => {
      await update(...many(MAX_WAITING + 7, storedNews), storedNews('c1', ALICE, CAROL));
      for (let isMore = true; isMore; )
        isMore = (await current().upkeep.forget(CAROL, T0 + DAY)).isMore;
      expect(countsOf(await claimAll())).toEqual({ receipts: MAX_WAITING, more: 8 });
    });
  });

  describe('the limit of receipts that wait for one sender', () => {
    test('only a limited number of receipts wait for one sender, and the others are counted', async () => {
      expect(await update(...many(MAX_WAITING + 5, storedNews))).toBe(MAX_WAITING + 5);
      await update(storedNews('last'));
      const parcels = await claimAll();
      expect(countsOf(parcels)).toEqual({ receipts: MAX_WAITING, more: 6 });
      expect(parcels.at(-1)).toMatchObject({ more: 6 });
      expect(parcels[0]?.receipts[0]?.key.id).toBe('m0');
    });

    test('a receipt that is only counted is told: it is not told again, and a query finds its status', async () => {
      await update(...many(MAX_WAITING, storedNews), storedNews('over'));
      expect(await update(storedNews('over'))).toBe(0);
      expect((await current().records.find(keyOf('over')))?.tracked.told).toMatchObject([
        { status: 'stored' },
      ]);
    });

    test('each sender has their own limit of waiting receipts', async () => {
      await update(...many(MAX_WAITING + 5, storedNews), storedNews('c1', CAROL));
      const parcels = await claimAll();
      expect(countsOf(parcels.filter(({ to }) => to === CAROL))).toEqual({ receipts: 1, more: 0 });
    });

    test('a new receipt can wait again after one was taken', async () => {
      await update(...many(MAX_WAITING + 5, storedNews));
      const parcels = await claimAll();
      await current().receipts.settle(
        parcels.map(({ id }) => id),
        NOW,
      );
      await update(storedNews('new'));
      expect(countsOf(await claim())).toEqual({ receipts: 1, more: 0 });
    });

    test('a parcel that is repeated names the same number of counted receipts', async () => {
      await update(...many(MAX_WAITING + 5, storedNews));
      const parcels = await claimAll();
      await update(storedNews('new'));
      const again = await claim({ now: NOW + 60_000, maxReceipts: 5000 });
      expect(again.find(({ more }) => more > 0)).toEqual(parcels.at(-1));
    });

    test('a receipt on which others are counted is sent although a newer status overtakes it', async () => {
      await update(...many(MAX_WAITING + 5, storedNews));
      const lastKept = keyOf(`m${MAX_WAITING - 1}`);
      await update({ key: lastKept, facts: [fact('failed', 2)] });
      const parcels = await claimAll();
      expect(countsOf(parcels)).toEqual({ receipts: MAX_WAITING, more: 6 });
      const receipts = parcels.flatMap((parcel) => parcel.receipts);
      expect(receipts.at(-1)).toMatchObject({ key: lastKept, status: 'stored' });
    });

    test('a receipt that comes back while too many wait is given up and counted', async () => {
      await update(...many(10, storedNews));
      const [parcel] = await claim();
      await current().receipts.settle([parcel?.id ?? ''], NOW);
      await update(...many(MAX_WAITING, (id) => storedNews(`later-${id}`)));
      expect(
        await current().receipts.postpone({ id: parcel?.id ?? '', to: ALICE }, () => NOW),
      ).toBe('given-up');
      expect(countsOf(await claimAll())).toEqual({ receipts: MAX_WAITING, more: 10 });
    });
  });

  describe('of what waits for one sender and is lent', () => {
    test('what comes back is kept, as nothing could count it', async () => {
      await update(...many(MAX_WAITING, storedNews));
      const [first, ...others] = await claimAll();
      expect(
        await current().receipts.postpone({ id: first?.id ?? '', to: ALICE }, () => NOW + 1),
      ).toBe('postponed');
      await current().receipts.settle(
        others.map(({ id }) => id),
        NOW,
      );
      expect(await claim({ now: NOW + 1 })).toMatchObject([
        { id: first?.id, receipts: first?.receipts, more: 0 },
      ]);
    });

    test('what comes back is given up after its time all the same', async () => {
      await update(...many(MAX_WAITING, storedNews));
      const [first] = await claimAll();
      expect(
        await current().receipts.postpone({ id: first?.id ?? '', to: ALICE }, () => undefined),
      ).toBe('given-up');
    });
  });

  describe('claiming', () => {
    test('receipts for a sender who must wait do not hide receipts for others', async () => {
      await update(...many(MAX_WAITING, storedNews), storedNews('c1', CAROL));
      const [parcel, ...others] = await claim({ except: [ALICE] });
      expect(parcel).toMatchObject({ to: CAROL });
      expect(others).toEqual([]);
    });

    test('everybody for whom a receipt is due gets a turn, whatever waits for others', async () => {
      const senders = Array.from({ length: 60 }, (_, n) => `s${n}@example.org` as BareJid);
      await update(...senders.flatMap((sender) => many(2, (id) => storedNews(id, sender))));
      const [first, second] = [await claim(), await claim()];
      expect([first.length, second.length]).toEqual([50, 10]);
      expect(new Set([...first, ...second].map(({ to }) => to)).size).toBe(60);
    });
  });

  describe('pruning is done in chunks', () => {
    test('old messages are removed in chunks', async () => {
      await update(...many(1500, acceptedNews));
      expect(await pruneAll()).toBe(1500);
    });

    test('receipts that were taken are removed in chunks', async () => {
      for (let part = 0; part < 2; part += 1) {
        await update(...many(750, (id) => storedNews(`${part}-${id}`)));
        await current().receipts.settle(
          (await claimAll()).map(({ id }) => id),
          NOW,
        );
      }
      expect(await pruneAll({ before: 0, unacceptedBefore: 0, maxUnaccepted: 10_000 })).toBe(1500);
    });

    test('origin-ids and marks are removed in chunks', async () => {
      await update(
        ...many(1500, (id) => ({
          key: keyOf(id, ALICE, `${id}@example.org` as BareJid),
          facts: [accepted(0, { originId: `o-${id}` }), fact('displayed', 1)],
        })),
      );
      expect(await pruneAll()).toBe(4500);
    });

    test('old messages are removed in chunks also where ids came again, and those ids stay', async () => {
      await update(...many(1500, acceptedNews));
      await update(...many(1500, (id) => ({ key: keyOf(id), facts: [accepted(9 * DAY)] })));
      await update(acceptedNews('old'));
      expect(await pruneAll({ before: NOW + 5 * 86_400_000, maxUnaccepted: 10_000 })).toBe(1);
      expect(await current().records.find(keyOf('m1499'))).toBeDefined();
      expect(await current().records.find(keyOf('old'))).toBeUndefined();
    });

    async function pruneAll(limits: Partial<PruneLimits> = {}): Promise<number> {
      let all = 0;
      for (let isMore = true; isMore; ) {
        const removed = await current().upkeep.prune({ ...LIMITS, ...limits });
        expect(removed.count).toBeLessThanOrEqual(ENOUGH);
        all += removed.count;
        isMore = removed.isMore;
      }
      return all;
    }
  });
}

function many(count: number, newsOf: (id: string) => News): readonly News[] {
  return Array.from({ length: count }, (_, n) => newsOf(`m${n}`));
}

function storedNews(id: string, sender = ALICE, recipient = BOB): News {
  const key: MessageKey = keyOf(id, sender, recipient);
  return { key, facts: [accepted(), fact('stored', 1)] };
}

function acceptedNews(id: string): News {
  return { key: keyOf(id), facts: [accepted()] };
}

function countsOf(parcels: readonly Parcel[]): { receipts: number; more: number } {
  return {
    receipts: parcels.reduce((sum, { receipts }) => sum + receipts.length, 0),
    more: parcels.reduce((sum, { more }) => sum + more, 0),
  };
}
