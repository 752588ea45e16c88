import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { Fact } from '../../src/message/fact.ts';
import type { BareJid } from '../../src/message/jid.ts';
import type { MessageKey } from '../../src/message/key.ts';
import { newestLife } from '../../src/message/life.ts';
import type { Status } from '../../src/message/status.ts';
import { statusOf } from '../../src/message/status.ts';
import {
  type Claim,
  MAX_PER_PARCEL,
  type News,
  type Parcel,
  type PruneLimits,
  type Store,
} from '../../src/store/store.ts';
import { ALICE, accepted, BOB, DAY, fact, HOUR, keyOf, SECOND, T0 } from '../support/facts.ts';
import { choicesContract } from './contract-of-choices.ts';
import { judging, made, NOW } from './judging.ts';

/** One place where a store keeps things; opened as often as wanted, by several at once. */
export interface StorePlace {
  open(): Store;
  remove(): Promise<void>;
}

/** What every store must do, whichever database it is. */
export function storeContract(name: string, makePlace: () => Promise<StorePlace>): void {
  describe(`${name}:`, () => {
    let place: StorePlace;
    let store: Store;

    beforeEach(async () => {
      place = await makePlace();
      store = open();
      return () => place.remove();
    });

    function open(): Store {
      const opened = place.open();
      onTestFinished(() => opened.close());
      return opened;
    }

    async function update(...news: readonly News[]): Promise<number> {
      return made(await store.update(news, judging())).receipts;
    }

    async function tell(id: string, ...facts: readonly Fact[]): Promise<number> {
      return update({ key: keyOf(id), facts });
    }

    async function statusIn(id: string, from = store): Promise<Status | undefined> {
      const found = await from.find(keyOf(id));
      return statusOf(found === undefined ? [] : (newestLife(found.tracked.record)?.facts ?? []));
    }

    async function claim(changed: Partial<Claim> = {}, from = store): Promise<readonly Parcel[]> {
      return from.claim({ ...CLAIM, ...changed });
    }

    describe('update and find', () => {
      test('what was told is found, and nothing else', async () => {
        await tell('m1', accepted(), fact('stored', 1));
        expect((await store.find(keyOf('m1')))?.tracked).toEqual({
          key: keyOf('m1'),
          record: { facts: [accepted(), fact('stored', 1)] },
          told: [{ status: 'stored', at: T0 + 1 }],
        });
        expect(await store.find(keyOf('m2'))).toBeUndefined();
        expect(await store.find({ ...keyOf('m1'), sender: BOB, recipient: ALICE })).toBeUndefined();
      });

      test('facts of several updates come together', async () => {
        await tell('m1', fact('stored', 1));
        await tell('m1', accepted());
        await tell('m1', fact('stored', 1), accepted());
        expect(await statusIn('m1')).toBe('stored');
        expect(await receiptsWaiting()).toEqual(['m1 stored']);
      });

      test('it says how many receipts became due', async () => {
        expect(await tell('m1', accepted())).toBe(0);
        expect(await update(...['m1', 'm2'].map(storedNews))).toBe(2);
        expect(await update(...['m1', 'm2'].map(storedNews))).toBe(0);
      });

      test('nothing was never told', async () => {
        expect(await update({ key: keyOf('m1'), facts: [] })).toBe(0);
        expect(await update()).toBe(0);
        expect(await store.find(keyOf('m1'))).toBeUndefined();
      });

      test('ids are any text', async () => {
        const ids = [
          '\t\n\0%',
          "'; DROP TABLE messages; --",
          '消息',
          '👩‍👩‍👧‍👦',
          'x'.repeat(256),
          ' ',
        ];
        await update(...ids.map(storedNews));
        for (const id of ids) expect(await statusIn(id)).toBe('stored');
        expect(await statusIn('\t\n')).toBeUndefined();
        expect((await receiptsWaiting()).toSorted()).toEqual(
          ids.map((id) => `${id} stored`).toSorted(),
        );
      });

      test('when the judgement fails, nothing of the update is kept', async () => {
        const { judge, ...others } = judging();
        const brittle: typeof judge = (tracked, news, kept) => {
          if (tracked.key.id === 'm2') throw new Error('cannot judge');
          return judge(tracked, news, kept);
        };
        const news = [storedNews('m1'), storedNews('m2')];
        await expect(store.update(news, { judge: brittle, ...others })).rejects.toThrow(
          'cannot judge',
        );
        expect(await store.find(keyOf('m1'))).toBeUndefined();
        expect(await receiptsWaiting()).toEqual([]);
      });
    });

    describe('due', () => {
      test('a message is due when it wanted to be looked at, the longest waiting first', async () => {
        await tell('m2', accepted(), fact('sent', 2 * SECOND));
        await tell('m1', accepted(), fact('sent', SECOND));
        expect(await store.due(NOW + 5_999, 10)).toEqual([]);
        expect(await store.due(NOW + 6_000, 10)).toEqual([keyOf('m1')]);
        expect(await store.due(NOW + 7_000, 10)).toEqual([keyOf('m1'), keyOf('m2')]);
        expect(await store.due(NOW + 7_000, 1)).toEqual([keyOf('m1')]);
      });

      test('not any more when it was looked at, or had an answer', async () => {
        await tell('m1', accepted(), fact('sent', 0));
        await tell('m2', accepted(), fact('sent', 0));
        await store.update(
          [{ key: keyOf('m1'), facts: [] }],
          judging({ completeUpTo: T0 + 5 * SECOND }),
        );
        await tell('m2', fact('received', 1));
        expect(await store.due(NOW + 60_000, 10)).toEqual([]);
      });
    });

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

      test('what is lent is nobody else’s until the lease is over, and then it is the same', async () => {
        await update(storedNews('m1'), storedNews('m2'));
        const lent = await claim();
        await tell('m3', accepted(), fact('stored', 1));
        expect((await claim()).map(({ receipts }) => idsOf(receipts))).toEqual([['m3']]);
        expect(await claim({ now: LEASE_UNTIL - 1 })).toEqual([]);
        const [again, ...others] = await claim({ now: LEASE_UNTIL });
        expect(again).toEqual(lent[0]);
        expect(others.map(({ receipts }) => idsOf(receipts))).toEqual([['m3']]);
      });

      test('a parcel is repeated whole, though less is asked for', async () => {
        await update(storedNews('m1'), storedNews('m2'), storedNews('m3'));
        const lent = await claim();
        expect(await claim({ now: LEASE_UNTIL, maxReceipts: 1 })).toEqual(lent);
      });

      test('no more is lent than asked for', async () => {
        const senders = ['a', 'b', 'c'].map((local) => `${local}@example.org` as BareJid);
        await update(
          ...senders.map((sender) => ({ ...storedNews('m1'), key: keyOf('m1', sender) })),
        );
        expect(await claim({ maxParcels: 2 })).toHaveLength(2);
        expect(await claim({ maxReceipts: 0 })).toHaveLength(0);
        expect(await claim()).toHaveLength(1);
      });

      test('a parcel holds no more than a stanza may; the rest stays for the next', async () => {
        const ids = Array.from({ length: MAX_PER_PARCEL + 2 }, (_, index) => `m${index}`);
        await update(...ids.map(storedNews));
        const [first, second] = [await claim(), await claim()];
        expect(first.map(({ receipts }) => idsOf(receipts))).toEqual([
          ids.slice(0, MAX_PER_PARCEL),
        ]);
        expect(second.map(({ receipts }) => idsOf(receipts))).toEqual([ids.slice(MAX_PER_PARCEL)]);
      });

      test('who must wait is left out', async () => {
        await tell('m1', accepted(), fact('stored', 1));
        expect(await claim({ except: [ALICE] })).toEqual([]);
        expect(await claim({ except: [BOB] })).toHaveLength(1);
      });

      test('what was taken is never sent again', async () => {
        await tell('m1', accepted(), fact('stored', 1));
        const [parcel] = await claim();
        await store.settle([parcel?.id ?? ''], NOW + 1);
        expect(await claim({ now: NOW + DAY })).toEqual([]);
      });

      test('settling what is unknown, or twice, does nothing', async () => {
        await tell('m1', accepted(), fact('stored', 1));
        await store.settle(['r-unknown'], NOW);
        const [parcel] = await claim();
        await store.settle([parcel?.id ?? '', parcel?.id ?? ''], NOW);
        await store.settle([parcel?.id ?? ''], NOW);
        expect(await claim({ now: NOW + DAY })).toEqual([]);
      });

      test('what was postponed comes again when it is time, the same, with one more try', async () => {
        await tell('m1', accepted(), fact('stored', 1));
        const [parcel] = await claim();
        await store.settle([parcel?.id ?? ''], NOW);
        expect(await store.postpone({ id: parcel?.id ?? '', to: ALICE }, () => NOW + 500)).toBe(
          'postponed',
        );
        expect(await claim({ now: NOW + 499 })).toEqual([]);
        expect(await claim({ now: NOW + 500 })).toEqual([{ ...parcel, tries: 1 }]);
      });

      test('what came back before the server was known to have taken it is postponed all the same', async () => {
        await tell('m1', accepted(), fact('stored', 1));
        const [parcel] = await claim();
        await store.postpone({ id: parcel?.id ?? '', to: ALICE }, () => NOW + 500);
        await store.settle([parcel?.id ?? ''], NOW + 1);
        expect(await claim({ now: NOW + 500 })).toHaveLength(1);
      });

      test('how long it waits follows from the tries, and so does giving up', async () => {
        await tell('m1', accepted(), fact('stored', 1));
        const [parcel] = await claim();
        const seen: number[] = [];
        const until = (tries: number) => (seen.push(tries) > 2 ? undefined : NOW);
        const outcomes = [];
        for (let time = 0; time < 4; time += 1)
          outcomes.push(await store.postpone({ id: parcel?.id ?? '', to: ALICE }, until));
        expect(seen).toEqual([0, 1, 2]);
        expect(outcomes).toEqual(['postponed', 'postponed', 'given-up', 'unknown']);
        expect(await claim({ now: LEASE_UNTIL })).toEqual([]);
      });

      test('an error that does not come from whom the receipt was sent to is unknown', async () => {
        await tell('m1', accepted(), fact('stored', 1));
        const [parcel] = await claim();
        const id = parcel?.id ?? '';
        expect(await store.postpone({ id, to: BOB }, () => NOW)).toBe('unknown');
        expect(await store.postpone({ id, to: ALICE }, () => NOW)).toBe('postponed');
      });

      test('an error for what we never sent is unknown', async () => {
        expect(await store.postpone({ id: 'm1', to: ALICE }, () => NOW)).toBe('unknown');
      });
    });

    describe('a receipt that is overtaken', () => {
      test('is taken back before it is lent', async () => {
        await tell('m1', accepted(), fact('stored', 1));
        await tell('m1', fact('failed', 2));
        expect(await receiptsWaiting()).toEqual(['m1 failed']);
      });

      test('stays once it was lent', async () => {
        await tell('m1', accepted(), fact('stored', 1));
        await claim();
        await tell('m1', fact('failed', 2));
        expect(await receiptsWaiting(LEASE_UNTIL)).toEqual(['m1 stored', 'm1 failed']);
      });

      test('stays when it is of an older message with the same id', async () => {
        await tell('m1', accepted(), fact('failed', 1));
        await tell('m1', accepted(2 * HOUR), fact('stored', 2 * HOUR + 1));
        await tell('m1', fact('received', 2 * HOUR + 2));
        expect(await receiptsWaiting()).toEqual(['m1 failed']);
      });
    });

    describe('an origin-id', () => {
      const named = accepted(0, { originId: 'o1' });

      test('names the message in answers that come after it', async () => {
        await tell('m1', named);
        await tell('o1', fact('received', 1));
        expect(await statusIn('m1')).toBe('delivered');
        expect(await statusIn('o1')).toBe('delivered');
      });

      test('names the message in answers that came before it', async () => {
        await tell('o1', fact('received', 1));
        await tell('m1', named);
        expect(await statusIn('m1')).toBe('delivered');
        expect((await store.find(keyOf('o1')))?.tracked.key).toEqual(keyOf('m1'));
      });

      test('may come with both at once, and again', async () => {
        await update(
          { key: keyOf('o1'), facts: [fact('received', 1)] },
          { key: keyOf('m1'), facts: [named] },
        );
        await tell('m1', named);
        await tell('o1', fact('displayed', 2));
        expect(await statusIn('m1')).toBe('displayed');
      });

      test('that is the id of another message does not mix the two', async () => {
        await tell('m1', named);
        await tell('o1', accepted(5), fact('failed', 6));
        expect(await statusIn('m1')).toBe('accepted');
        expect(await statusIn('o1')).toBe('failed');
      });

      test('takes nothing away from another message that was there before', async () => {
        await tell('o1', accepted(), fact('failed', 1));
        await tell('m1', named);
        expect(await statusIn('m1')).toBe('accepted');
        expect(await statusIn('o1')).toBe('failed');
      });

      test('that is the same as the id changes nothing', async () => {
        await tell('m1', accepted(0, { originId: 'm1' }), fact('stored', 1));
        await tell('m1', fact('received', 2));
        expect(await statusIn('m1')).toBe('delivered');
      });
    });

    describe('a displayed marker', () => {
      const ten = Array.from({ length: 10 }, (_, index) => `m${index}`);
      const delivered = ten.map((id, index) => ({
        key: keyOf(id),
        facts: [accepted(index * SECOND), fact('received', index * SECOND + 1)],
      }));
      const marker = { key: keyOf('m6'), facts: [fact('displayed', HOUR)] };
      const orders: Readonly<Record<string, readonly News[]>> = {
        'after all of them': [...delivered, marker],
        'before all of them': [marker, ...delivered],
        'in the middle, from the newest': [
          ...delivered.slice(5).toReversed(),
          marker,
          ...delivered.slice(0, 5).toReversed(),
        ],
        'after a marker further up': [
          ...delivered,
          { key: keyOf('m3'), facts: [fact('displayed', HOUR - 1)] },
          marker,
        ],
        'before a marker further up': [
          ...delivered,
          marker,
          { key: keyOf('m3'), facts: [fact('displayed', HOUR + 1)] },
        ],
      };

      test.each(Object.entries(orders))(
        'covers what stands before it, told %s',
        async (_, news) => {
          for (const item of news) await update(item);
          const waiting = (await receiptsWaiting()).toSorted();
          expect(waiting).toEqual(ten.slice(0, 7).map((id) => `${id} displayed`));
          expect((await store.find(keyOf('m0')))?.readUpTo).toMatchObject({
            position: T0 + 6 * SECOND,
          });
        },
      );

      test('covers them in one update as well', async () => {
        expect(await update(...delivered, marker)).toBe(7);
      });

      test('covers nothing of another pair', async () => {
        await update(...delivered, { ...marker, key: keyOf('m6', BOB, ALICE) });
        expect(await receiptsWaiting()).toEqual([]);
      });
    });

    describe('a deleted account', () => {
      test.each([
        ['sender', ALICE],
        ['recipient', BOB],
      ])('takes its messages, receipts and marks with it: %s', async (_, account) => {
        await tell('m1', accepted(0, { originId: 'o1' }), fact('received', 1));
        await tell('m1', fact('displayed', 2));
        await tell('m2', fact('sent', 3));
        await store.forget(account, T0 + DAY);
        for (const id of ['m1', 'm2', 'o1']) expect(await store.find(keyOf(id))).toBeUndefined();
        expect(await receiptsWaiting()).toEqual([]);
        await tell('m3', accepted(2 * DAY));
        expect(await store.find(keyOf('m3'))).toMatchObject({ readUpTo: undefined });
      });

      test('does not come back with facts that are late', async () => {
        await store.forget(BOB, T0 + 10);
        expect(await tell('m1', accepted(), fact('stored', 10))).toBe(0);
        expect(await store.find(keyOf('m1'))).toBeUndefined();
      });

      test('may be made anew, and then counts what is new', async () => {
        await store.forget(BOB, T0 + 10);
        expect(await tell('m1', accepted(11), fact('stored', 12))).toBe(1);
      });

      test('is forgotten once, however often it is said', async () => {
        await store.forget(BOB, T0 + 10);
        await tell('m1', accepted(11, { originId: 'o1' }), fact('stored', 12));
        await tell('m2', fact('sent', 13));
        await tell('m3', accepted(14), fact('displayed', 15));
        await store.forget(BOB, T0 + 10);
        await store.forget(BOB, T0 + 5);
        expect(await statusIn('o1')).toBe('stored');
        expect(await store.find(keyOf('m2'))).toBeDefined();
        expect((await receiptsWaiting()).toSorted()).toEqual(['m1 stored', 'm3 displayed']);
        expect(await tell('m4', accepted(10), fact('stored', 10))).toBe(0);
      });

      test('leaves the others alone', async () => {
        await tell('m1', accepted(), fact('stored', 1));
        await store.forget('carol@example.org' as BareJid, T0 + DAY);
        expect(await receiptsWaiting()).toEqual(['m1 stored']);
      });
    });

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
        for (let more = -1; more !== 0; removed += more) more = await store.prune(all);
        return removed;
      }

      test('what is older than it is kept goes, and nothing else', async () => {
        await tell('m1', accepted(), fact('failed', 1));
        expect(await prune({ before: NOW })).toBe(0);
        expect(await prune({ before: NOW + 1 })).toBe(1);
        expect(await store.find(keyOf('m1'))).toBeUndefined();
      });

      test('an id that came again stays: it is as old as its newest message', async () => {
        await tell('m1', accepted());
        await tell('m1', accepted(5 * DAY));
        await tell('m2', accepted());
        expect(await prune({ before: NOW + 5 * 86_400_000 })).toBe(1);
        expect(await statusIn('m1')).toBe('accepted');
        expect(await prune({ before: NOW + 5 * 86_400_000 + 1 })).toBe(1);
      });

      test('facts whose message never came go sooner', async () => {
        await tell('m1', fact('sent', 1));
        await tell('m2', accepted());
        expect(await prune({ unacceptedBefore: NOW })).toBe(0);
        expect(await prune({ unacceptedBefore: NOW + 1 })).toBe(1);
        expect(await statusIn('m2')).toBe('accepted');
      });

      test('of facts whose message never came the newest stay', async () => {
        const ids = ['m0', 'm1', 'm2', 'm3', 'm4'];
        for (const [later, id] of ids.entries())
          await store.update(
            [{ key: keyOf(id), facts: [fact('sent', 1)] }],
            judging({ now: NOW + later }),
          );
        expect(await prune({ before: 0, maxUnaccepted: 2 })).toBe(3);
        const found = await Promise.all(ids.map((id) => store.find(keyOf(id))));
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
        await store.settle([parcel?.id ?? ''], NOW);
        await prune({ now: NOW + 86_400_000, before: 0 });
        expect(await store.postpone({ id: parcel?.id ?? '', to: ALICE }, () => NOW)).toBe(
          'postponed',
        );
        await store.settle([(await claim())[0]?.id ?? ''], NOW);
        expect(await prune({ now: NOW + 86_400_001, before: 0 })).toBe(1);
        expect(await store.postpone({ id: parcel?.id ?? '', to: ALICE }, () => NOW)).toBe(
          'unknown',
        );
      });

      test('a receipt that was not taken yet outlives its message', async () => {
        await tell('m1', accepted(), fact('stored', 1));
        await prune({ before: LATER });
        expect(await receiptsWaiting()).toEqual(['m1 stored']);
      });

      test('origin-ids and marks go with what they belong to', async () => {
        await tell('m1', accepted(0, { originId: 'o1' }), fact('displayed', 1));
        await prune({ before: LATER });
        await tell('o1', accepted(20 * DAY));
        expect((await store.find(keyOf('o1')))?.tracked.key).toEqual(keyOf('o1'));
        expect((await store.find(keyOf('o1')))?.readUpTo).toBeUndefined();
      });

      test('much is removed in several steps', async () => {
        await update(...Array.from({ length: 1500 }, (_, index) => acceptedNews(`m${index}`)));
        const limits = {
          now: LATER,
          before: LATER,
          unacceptedBefore: 0,
          maxUnaccepted: 10,
          questionsBefore: 0,
        };
        expect(await store.prune(limits)).toBeLessThan(1500);
        await prune({ before: LATER });
        expect(await store.find(keyOf('m1499'))).toBeUndefined();
      });
    });

    describe('several that use it', () => {
      test('a store opened again holds what was committed', async () => {
        await tell('m1', accepted(), fact('stored', 1));
        const [parcel] = await claim();
        await store.close();
        const again = open();
        expect(await statusIn('m1', again)).toBe('stored');
        expect(await claim({ now: LEASE_UNTIL }, again)).toEqual([parcel]);
      });

      test('two see what the other did, and no receipt is lent to both', async () => {
        const other = open();
        const ids = Array.from({ length: 20 }, (_, index) => `m${index}`);
        const halves = [ids.slice(0, 10), ids.slice(10)];
        await Promise.all(
          [store, other].map((each, index) =>
            each.update((halves[index] ?? []).map(storedNews), judging()),
          ),
        );
        const claims = await Promise.all([
          claim(WITH_TWO),
          claim(WITH_TWO, other),
          claim(WITH_TWO),
        ]);
        const lent = claims.flat().flatMap(({ receipts }) => idsOf(receipts));
        expect(lent).toHaveLength(6);
        expect(new Set(lent).size).toBe(6);
        for (const id of ids) expect(await statusIn(id, other)).toBe('stored');
      });

      test('two that hear the same tell it once', async () => {
        const other = open();
        const told = await Promise.all(
          [store, other].map((each) => each.update([storedNews('m1')], judging())),
        );
        expect(told.map((updated) => made(updated).receipts).toSorted()).toEqual([0, 1]);
        expect(await receiptsWaiting()).toEqual(['m1 stored']);
      });
    });

    choicesContract(() => store, open);

    /** Everything that would be sent at that time, as `id status`; it is lent and not given back. */
    async function receiptsWaiting(now = NOW): Promise<readonly string[]> {
      const parcels = await claim({ now, leaseUntil: now + 1 });
      return parcels.flatMap(({ receipts }) =>
        receipts.map(({ key, status }) => `${key.id} ${status}`),
      );
    }
  });
}

const LEASE_UNTIL = NOW + 60_000;
const CLAIM: Claim = {
  now: NOW,
  leaseUntil: LEASE_UNTIL,
  maxParcels: 50,
  maxReceipts: 500,
  except: [],
};
const WITH_TWO: Partial<Claim> = { maxReceipts: 2 };

function storedNews(id: string): News {
  return { key: keyOf(id), facts: [accepted(), fact('stored', 1)] };
}

function acceptedNews(id: string): News {
  return { key: keyOf(id), facts: [accepted()] };
}

function idsOf(receipts: readonly { readonly key: MessageKey }[]): readonly string[] {
  return receipts.map(({ key }) => key.id);
}
