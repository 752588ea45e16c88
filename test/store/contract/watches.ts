import { describe, expect, test } from 'vitest';
import type { KeptWatch, NewWatch } from '../../../src/store/watch-store.ts';
import { ALICE, BOB, DAY, keyOf, MINUTE, T0 } from '../../support/facts.ts';
import { NOW } from '../judging.ts';
import { LEASE_UNTIL, type Subject } from './acts.ts';

const SERVER = 'example.org';
const CLAIM = { now: NOW, leaseUntil: LEASE_UNTIL, limit: 10, except: [] };

/** Messages that senders watch. */
export function watchesContract({ current, open: openAnother }: Subject): void {
  describe('watches', () => {
    const open = (id: string, minutes = 30) => current().watches.open(watchOf(id, minutes));
    const due = (upTo: number) => current().watches.due([[SERVER, upTo]], 10);

    async function overdue(id: string): Promise<void> {
      await open(id);
      const [watch] = await due(T0 + DAY);
      await current().watches.expire(watch as KeptWatch, { notice: `watch-${id}`, proof: PROOF });
    }

    test('are due when the deadline is over by the clock of their server', async () => {
      await open('m1', 30);
      await open('m2', 10);
      expect(await due(T0 + 10 * MINUTE - 1)).toEqual([]);
      expect(idsIn(await due(T0 + 30 * MINUTE))).toEqual(['m2', 'm1']);
      expect(await current().watches.due([['example.net', T0 + DAY]], 10)).toEqual([]);
    });

    test('that are overdue are lent to whoever tells them, and told once', async () => {
      await overdue('m1');
      const told = await current().notices.claim(CLAIM);
      expect(told).toMatchObject([{ key: keyOf('m1'), notice: 'watch-m1', proof: PROOF }]);
      expect(await current().notices.claim(CLAIM)).toEqual([]);
      await current().notices.settle(told);
      expect(await current().notices.claim({ ...CLAIM, now: LEASE_UNTIL })).toEqual([]);
      expect(await current().watches.of(ALICE)).toMatchObject([{ state: 'told' }]);
    });

    test('whose notice came back are told again later, under the same id', async () => {
      await overdue('m1');
      await current().notices.settle(await current().notices.claim(CLAIM));
      const [told] = await current().watches.of(ALICE);
      await current().notices.postpone(told as KeptWatch, LEASE_UNTIL);
      expect(await current().notices.claim(CLAIM)).toEqual([]);
      const again = await current().notices.claim({ ...CLAIM, now: LEASE_UNTIL });
      expect(again).toMatchObject([{ key: keyOf('m1'), notice: 'watch-m1' }]);
    });

    test('that wait are listed before those that were told, of which the last comes first', async () => {
      for (const id of ['m1', 'm2']) await overdue(id);
      await current().notices.settle(await current().notices.claim(CLAIM));
      await open('m3', 60);
      await open('m4', 10);
      const listed = await current().watches.of(ALICE);
      expect(listed.map(({ state }) => state)).toEqual(['open', 'open', 'told', 'told']);
    });

    test('that were told may wait again, or are dropped', async () => {
      await overdue('m1');
      await current().notices.settle(await current().notices.claim(CLAIM));
      const [told] = await current().watches.of(ALICE);
      const until = { within: MINUTE, deadline: T0 + DAY };
      expect(await current().watches.again(told as KeptWatch, until)).toBe('open');
      expect(await current().watches.again(told as KeptWatch, until)).toBe('changed');
      const [again] = await current().watches.of(ALICE);
      expect(again).toMatchObject({ state: 'open', ...until });
      expect(await current().watches.close(again as KeptWatch)).toBe(true);
      expect(await current().watches.of(ALICE)).toEqual([]);
    });

    test('are reminded of once, and not more often than the limit', async () => {
      const order = { now: NOW, since: NOW - 1, limit: 1 };
      await open('m1');
      await open('m2');
      const [first, second] = (await current().watches.of(ALICE)) as [KeptWatch, KeptWatch];
      expect(await current().reminders.order(first, order)).toBe('ordered');
      expect(await current().reminders.order(first, order)).toBe('again');
      expect(await current().reminders.order(second, order)).toBe('too many');
      expect(await current().reminders.ordered([SERVER], 10)).toHaveLength(1);
      expect(await current().reminders.take(first)).toBe(true);
      expect(await current().reminders.take(first)).toBe(false);
      await current().watches.close(first);
      await current().watches.open(watchOf(first.key.id, 5));
      const again = (await current().watches.of(ALICE)).find(({ key }) => key.id === first.key.id);
      expect(await current().reminders.order(again as KeptWatch, order)).toBe('again');
    });

    test.each([ALICE, BOB])('go with the account of %s', async (account) => {
      await open('m1');
      await current().upkeep.forget(account, T0 + DAY);
      expect(await current().watches.of(ALICE)).toEqual([]);
    });

    test('make one notice, if two find at the same time that they are overdue', async () => {
      await open('m1');
      const [watch] = await due(T0 + DAY);
      const stores = [current(), openAnother(), openAnother()];
      const expired = await Promise.all(
        stores.map(({ watches }, n) =>
          watches.expire(watch as KeptWatch, { notice: `watch-${n}`, proof: PROOF }),
        ),
      );
      expect(expired.filter(Boolean)).toHaveLength(1);
      const [{ notice } = {}] = await current().notices.claim(CLAIM);
      expect(notice).toBe(`watch-${expired.indexOf(true)}`);
    });

    test('that are overdue are lent to one of those that claim at the same time', async () => {
      for (const id of ['m1', 'm2', 'm3']) await overdue(id);
      const stores = [current(), openAnother(), openAnother()];
      const claimed = await Promise.all(stores.map(({ notices }) => notices.claim(CLAIM)));
      expect(idsIn(claimed.flat()).toSorted()).toEqual(['m1', 'm2', 'm3']);
    });

    test('are reminded of by one of those that try at the same time', async () => {
      await open('m1');
      const [watch] = (await current().watches.of(ALICE)) as [KeptWatch];
      await current().reminders.order(watch, { now: NOW, since: NOW, limit: 1 });
      const stores = [current(), openAnother(), openAnother()];
      const taken = await Promise.all(stores.map(({ reminders }) => reminders.take(watch)));
      expect(taken.filter(Boolean)).toHaveLength(1);
    });

    test('are looked through up to a hundred', async () => {
      for (let n = 0; n < 102; n++) {
        await open(`m${n}`);
        const [watch] = await due(T0 + DAY);
        await current().watches.expire(watch as KeptWatch, { notice: `watch-${n}`, proof: PROOF });
        await current().notices.settle(await current().notices.claim(CLAIM));
      }
      expect(await current().watches.of(ALICE)).toHaveLength(100);
    });

    test('are limited for each sender', async () => {
      for (let n = 0; n < 50; n++) expect(await open(`m${n}`)).toBe('open');
      expect(await open('m50')).toBe('too many');
      expect(await open('m7', 60)).toBe('open');
    });

    test('that wait again count against the limit too', async () => {
      await overdue('told');
      await current().notices.settle(await current().notices.claim(CLAIM));
      const [told] = await current().watches.of(ALICE);
      for (let n = 0; n < 50; n++) expect(await open(`m${n}`)).toBe('open');
      const until = { within: MINUTE, deadline: T0 + DAY };
      expect(await current().watches.again(told as KeptWatch, until)).toBe('too many');
      await current().watches.close((await current().watches.of(ALICE))[0] as KeptWatch);
      expect(await current().watches.again(told as KeptWatch, until)).toBe('open');
    });
  });
}

export const PROOF = {
  key: keyOf('m1'),
  status: 'sent',
  evidence: 'server',
  at: T0,
  messageAt: T0,
} as const;

export function watchOf(id: string, minutes: number): NewWatch {
  const within = minutes * MINUTE;
  const deadline = T0 + within;
  return { key: keyOf(id), position: T0, goal: 'displayed', within, deadline, server: SERVER };
}

function idsIn(watches: readonly KeptWatch[]): readonly string[] {
  return watches.map(({ key }) => key.id);
}
