import { describe, expect, test } from 'vitest';
import type { Preferences } from '../../../src/receipt/preferences.ts';
import { MAX_PER_PARCEL } from '../../../src/store/receipt-store.ts';
import { ALICE, accepted, BOB, fact, keyOf } from '../../support/facts.ts';
import { judging, made, NOW } from '../judging.ts';
import { actsOn, CAROL, CLAIM, LEASE_UNTIL, STORED, type Subject } from './acts.ts';

/** What follows for receipts from what people choose. */
export function choicesAndReceiptsContract(subject: Subject): void {
  const { current } = subject;
  const { choose, tell } = actsOn(subject);

  describe('receipts follow what the two of a message chose', () => {
    test('a policy that the recipient chose holds for messages from now on', async () => {
      await choose(BOB, { policy: 'refuse' });
      expect(made(await tell(keyOf('m1'), [accepted(), fact('stored', 1)])).receipts).toBe(0);
      expect(made(await tell(keyOf('m1', ALICE, CAROL), STORED)).receipts).toBe(1);
      await choose(BOB, {});
      expect(made(await tell(keyOf('m2'), STORED)).receipts).toBe(1);
      expect((await current().records.find(keyOf('m2')))?.recipient).toEqual({});
    });

    test('a sender gets only the receipts that they chose', async () => {
      await choose(ALICE, { statuses: ['failed'] });
      expect(made(await tell(keyOf('m1'), STORED)).receipts).toBe(0);
      expect(made(await tell(keyOf('m1'), [fact('failed', 2)])).receipts).toBe(1);
    });

    test('what the recipient chose is found with the message', async () => {
      await choose(BOB, { policy: 'manual', tellDeclined: true });
      await tell(keyOf('m1'), [accepted()]);
      expect((await current().records.find(keyOf('m1')))?.recipient).toEqual({
        policy: 'manual',
        tellDeclined: true,
      });
      expect((await current().records.latest(ALICE, BOB, 1))[0]?.recipient.policy).toBe('manual');
    });

    test('what the sender chose is given out with the receipts', async () => {
      await tell(keyOf('m1'), STORED);
      await choose(ALICE, { text: true, language: 'zh' });
      const [parcel] = await current().receipts.claim(CLAIM);
      expect(parcel?.preferences).toEqual({ text: true, language: 'zh' });
    });

    test('receipts of a sender who chose nothing are given out without preferences', async () => {
      await choose(CAROL, { text: true });
      await tell(keyOf('m1'), STORED);
      expect((await current().receipts.claim(CLAIM))[0]?.preferences).toEqual({});
    });
  });

  describe('receipts that wait for others to travel with', () => {
    const receiptDelay = ({ text = false }: Preferences) => (text ? 3000 : 0);

    async function stored(id: string, now = NOW, sender = ALICE): Promise<void> {
      await tell(keyOf(id, sender), STORED, { receiptDelay, now });
    }

    async function claimed(now = NOW): Promise<readonly (readonly string[])[]> {
      const parcels = await current().receipts.claim({ ...CLAIM, now });
      return parcels.map(({ receipts }) => receipts.map(({ key }) => key.id));
    }

    test('receipts that wait for others are not due before their time', async () => {
      await choose(ALICE, { text: true });
      await stored('m1');
      expect(await claimed(NOW + 2999)).toEqual([]);
      expect(await claimed(NOW + 3000)).toEqual([['m1']]);
    });

    test('receipts that wait for each other are all sent when the first is due', async () => {
      await choose(ALICE, { text: true });
      await stored('m1');
      await stored('m2', NOW + 1000);
      await stored('m3', NOW + 2999);
      expect(await claimed(NOW + 3000)).toEqual([['m1', 'm2', 'm3']]);
      expect(await claimed(NOW + 10_000)).toEqual([]);
    });

    test("receipts of another sender stay when one sender's are due", async () => {
      await choose(ALICE, { text: true });
      await choose(CAROL, { text: true });
      await stored('m1');
      await stored('c1', NOW + 1000, CAROL);
      expect(await claimed(NOW + 3000)).toEqual([['m1']]);
      expect(await claimed(NOW + 4000)).toEqual([['c1']]);
    });

    test('receipts for a sender who does not want them in words do not wait for others', async () => {
      await choose(ALICE, { text: false });
      await stored('m1');
      expect(await claimed()).toEqual([['m1']]);
    });

    test('receipts that waited for each other are no more in one parcel than a stanza may hold', async () => {
      await choose(ALICE, { text: true });
      const ids = Array.from({ length: MAX_PER_PARCEL + 2 }, (_, index) => `m${index}`);
      const news = ids.map((id) => ({ key: keyOf(id), facts: STORED }));
      await current().records.update(news, judging({ receiptDelay }));
      expect(await claimed(NOW + 3000)).toEqual([ids.slice(0, MAX_PER_PARCEL)]);
      expect((await claimed(NOW + 4000)).flat()).toEqual(ids.slice(MAX_PER_PARCEL));
    });

    test('a receipt that waits for others can be taken back meanwhile', async () => {
      await choose(ALICE, { text: true });
      await stored('m1');
      await tell(keyOf('m1'), [fact('received', 2)], { receiptDelay });
      expect(await claimed(NOW + 3000)).toEqual([]);
    });

    test('receipts that are due do not take along a postponed receipt: it keeps the id of its stanza', async () => {
      await choose(ALICE, { text: true });
      await stored('m1');
      const [parcel] = await current().receipts.claim({ ...CLAIM, now: NOW + 3000 });
      await current().receipts.postpone({ id: parcel?.id ?? '', to: ALICE }, () => NOW + 20_000);
      await stored('m2', NOW + 4000);
      expect(await claimed(NOW + 7000)).toEqual([['m2']]);
      const again = await current().receipts.claim({ ...CLAIM, now: NOW + 20_000 });
      expect(again.map(({ id }) => id)).toEqual([parcel?.id]);
    });

    test('receipts that wait do not join a parcel that is sent again', async () => {
      await choose(ALICE, { text: true });
      await stored('m1');
      expect(await claimed(NOW + 3000)).toEqual([['m1']]);
      await stored('m2', LEASE_UNTIL - 1);
      expect(await claimed(LEASE_UNTIL)).toEqual([['m1']]);
    });
  });
}
