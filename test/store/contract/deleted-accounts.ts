import { describe, expect, test } from 'vitest';
import type { BareJid } from '../../../src/message/jid.ts';
import { ALICE, accepted, BOB, DAY, fact, keyOf, T0 } from '../../support/facts.ts';
import { judging, NOW } from '../judging.ts';
import { DAY_MS, recordActsOn, type Subject } from './acts.ts';

/** All messages are old. */
const BEYOND_ALL = {
  before: NOW + DAY_MS,
  unacceptedBefore: 0,
  maxUnaccepted: 9,
  questionsBefore: 0,
};

/** What goes with an account. */
export function deletedAccountsContract(subject: Subject): void {
  const { current } = subject;
  const { tell, statusIn, receiptsWaiting } = recordActsOn(subject);

  describe('a deleted account', () => {
    test.each([
      ['sender', ALICE],
      ['recipient', BOB],
    ])("a deleted account's messages, receipts and marks are removed: %s", async (_, account) => {
      await tell('m1', accepted(0, { originId: 'o1' }), fact('received', 1));
      await tell('m1', fact('displayed', 2));
      await tell('m2', fact('sent', 3));
      await current().upkeep.forget(account, T0 + DAY);
      for (const id of ['m1', 'm2', 'o1'])
        expect(await current().records.find(keyOf(id))).toBeUndefined();
      expect(await receiptsWaiting()).toEqual([]);
      await tell('m3', accepted(2 * DAY));
      expect(await current().records.find(keyOf('m3'))).toMatchObject({ readUpTo: undefined });
    });

    test.each([
      ['sender', ALICE],
      ['recipient', BOB],
    ])('a receipt that outlived its message goes with the account: %s', async (_, account) => {
      await tell('m1', accepted(), fact('stored', 1));
      await current().upkeep.prune({ now: NOW, ...BEYOND_ALL });
      expect(await statusIn('m1')).toBeUndefined();
      await current().upkeep.forget(account, T0 + DAY);
      expect(await receiptsWaiting()).toEqual([]);
    });

    test.each([
      ['sender', ALICE],
      ['recipient', BOB],
    ])(
      'of an id that came again only the older receipt goes with the account: %s',
      async (_, account) => {
        await tell('m1', accepted(), fact('failed', 1));
        await tell('m1', accepted(2 * DAY), fact('stored', 2 * DAY + 1));
        await current().upkeep.forget(account, T0 + DAY);
        expect(await receiptsWaiting()).toEqual(['m1 stored']);
      },
    );

    test('late facts do not bring a deleted account back', async () => {
      await current().upkeep.forget(BOB, T0 + 10);
      expect(await tell('m1', accepted(), fact('stored', 10))).toBe(0);
      expect(await current().records.find(keyOf('m1'))).toBeUndefined();
    });

    test('late facts of a deleted account are named as left out, with a reason for each', async () => {
      await current().upkeep.forget(BOB, T0 + 10);
      const news = [
        { key: keyOf('m1'), facts: [accepted(), fact('stored', 10)] },
        { key: keyOf('m2'), facts: [fact('sent', 9), accepted(11)] },
        { key: keyOf('m3'), facts: [accepted(11)] },
      ];
      expect((await current().records.update(news, judging())).leftOut).toEqual([
        { key: keyOf('m1'), because: ['account deleted', 'account deleted'] },
        { key: keyOf('m2'), because: ['account deleted'] },
      ]);
    });

    test('an account that is made again gets receipts for what is new', async () => {
      await current().upkeep.forget(BOB, T0 + 10);
      expect(await tell('m1', accepted(11), fact('stored', 12))).toBe(1);
    });

    test('a deletion that is reported again removes nothing of the account that is made again', async () => {
      await current().upkeep.forget(BOB, T0 + 10);
      await tell('m1', accepted(11, { originId: 'o1' }), fact('stored', 12));
      await tell('m2', fact('sent', 13));
      await tell('m3', accepted(14), fact('displayed', 15));
      await current().upkeep.forget(BOB, T0 + 10);
      await current().upkeep.forget(BOB, T0 + 5);
      expect(await statusIn('o1')).toBe('stored');
      expect(await current().records.find(keyOf('m2'))).toBeDefined();
      expect((await receiptsWaiting()).toSorted()).toEqual(['m1 stored', 'm3 displayed']);
      expect(await tell('m4', accepted(10), fact('stored', 10))).toBe(0);
    });

    test('deleting an account leaves the messages of others alone', async () => {
      await tell('m1', accepted(), fact('stored', 1));
      await current().upkeep.forget('carol@example.org' as BareJid, T0 + DAY);
      expect(await receiptsWaiting()).toEqual(['m1 stored']);
    });
  });
}
