import { describe, expect, test } from 'vitest';
import type { BareJid } from '../../../src/message/jid.ts';
import type { MessageKey } from '../../../src/message/key.ts';
import type { Place } from '../../../src/store/record-store.ts';
import { ALICE, accepted, BOB, DAY, fact, keyOf } from '../../support/facts.ts';
import { NOW } from '../judging.ts';
import {
  acceptedNews,
  actsOn,
  CAROL,
  DAY_MS,
  idsOf,
  LEASE_UNTIL,
  recordActsOn,
  type Subject,
} from './acts.ts';

/** What an operator wants to know of many messages. */
export function surveyContract(subject: Subject): void {
  const { current } = subject;
  const { tell } = actsOn(subject);
  const { update, claim } = recordActsOn(subject);

  /** Page after page. */
  async function all<Page extends { readonly end: Place | undefined }>(
    pageAfter: (after: Place | undefined) => Promise<Page>,
  ): Promise<readonly Page[]> {
    const pages = [await pageAfter(undefined)];
    for (let end = pages[0]?.end; end !== undefined; end = pages.at(-1)?.end)
      pages.push(await pageAfter(end));
    return pages;
  }

  async function countBefore(before: number, limit: number): Promise<number> {
    const pages = await all((after) => current().survey.countBefore(before, after, limit));
    return pages.reduce((sum, { messages }) => sum + messages, 0);
  }

  async function keysOf(account: BareJid, limit: number): Promise<readonly MessageKey[]> {
    const pages = await all((after) => current().survey.messagesOf(account, after, limit));
    return pages.flatMap(({ found }) => found.map(({ tracked }) => tracked.key));
  }

  describe('what an operator asks about many messages', () => {
    test.each([1, 2, 100])('what prune would remove is counted, in pages of %s', async (limit) => {
      await update(...['m1', 'm2', 'm3'].map(acceptedNews));
      await tell(keyOf('again'), [accepted()]);
      await tell(keyOf('again'), [accepted(5 * DAY)]);
      expect(await countBefore(NOW, limit)).toBe(0);
      expect(await countBefore(NOW + 1, limit)).toBe(3);
      expect(await countBefore(NOW + 5 * DAY_MS + 1, limit)).toBe(4);
    });

    test.each([1, 2, 100])(
      'all messages that a person sent or got come once, in pages of %s',
      async (limit) => {
        const keys = [
          keyOf('m1'),
          keyOf('m2'),
          keyOf('m1', ALICE, CAROL),
          keyOf('m1', CAROL, ALICE),
          keyOf('m1', BOB, ALICE),
          keyOf('m2', BOB, ALICE),
          keyOf('m1', ALICE, ALICE),
        ];
        for (const key of keys) await tell(key, [accepted(), fact('stored', 1)]);
        await tell(keyOf('m1', BOB, CAROL), [accepted()]);
        await tell(keyOf('unaccepted'), [fact('stored', 1)]);
        const found = await keysOf(ALICE, limit);
        expect(found).toHaveLength(keys.length);
        expect(found).toEqual(expect.arrayContaining(keys));
        const counts = await all((after) => current().survey.countOf(ALICE, after, limit));
        expect(counts.reduce((sum, { messages }) => sum + messages, 0)).toBe(keys.length);
      },
    );

    test('receipts that wait are listed by sender, with what was tried', async () => {
      for (const key of [keyOf('m1', CAROL), keyOf('m1'), keyOf('m2')])
        await tell(key, [accepted(), fact('stored', 1)]);
      const all = await current().survey.waitingReceipts(undefined, 10);
      expect(idsOf(all)).toEqual(['m1', 'm2', 'm1']);
      expect(all[0]).toEqual({
        key: keyOf('m1'),
        status: 'stored',
        next: expect.any(Number),
        isSent: false,
        tries: 0,
        more: 0,
      });
      expect(idsOf(await current().survey.waitingReceipts(undefined, 1))).toEqual(['m1']);
      expect(await current().survey.waitingReceipts(CAROL, 10)).toEqual(all.slice(2));
    });

    test('a receipt that was sent waits until it is taken, or comes back', async () => {
      await tell(keyOf('m1'), [accepted(), fact('stored', 1)]);
      const [parcel = { id: '' }] = await claim();
      const listed = () => current().survey.waitingReceipts(ALICE, 10);
      expect(await listed()).toMatchObject([{ isSent: true, tries: 0, next: LEASE_UNTIL }]);
      await current().receipts.postpone({ id: parcel.id, to: ALICE }, () => NOW + 5);
      expect(await listed()).toMatchObject([{ isSent: true, tries: 1, next: NOW + 5 }]);
      await claim({ now: NOW + 5 });
      await current().receipts.settle([parcel.id], NOW + 6);
      expect(await listed()).toEqual([]);
    });
  });
}
