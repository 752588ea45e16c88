import { describe, expect, test } from 'vitest';
import type { Fact } from '../../../src/message/fact.ts';
import type { News } from '../../../src/store/record-store.ts';
import { ALICE, accepted, BOB, DAY, fact, HOUR, keyOf, SECOND, T0 } from '../../support/facts.ts';
import { recordActsOn, type Subject } from './acts.ts';

/** What one message says of others: origin-ids and markers. */
export function conversationsContract(subject: Subject): void {
  const { current } = subject;
  const { update, tell, statusIn, claim, receiptsWaiting } = recordActsOn(subject);

  describe('an origin-id', () => {
    const named = accepted(0, { originId: 'o1' });

    test('an answer that comes after the message may name it by its origin-id', async () => {
      await tell('m1', named);
      await tell('o1', fact('received', 1));
      expect(await statusIn('m1')).toBe('delivered');
      expect(await statusIn('o1')).toBe('delivered');
    });

    test('an answer that came before the message may name it by its origin-id', async () => {
      await tell('o1', fact('received', 1));
      await tell('m1', named);
      expect(await statusIn('m1')).toBe('delivered');
      expect((await current().records.find(keyOf('o1')))?.tracked.key).toEqual(keyOf('m1'));
    });

    test('a message and an answer to its origin-id may come in one update, and again', async () => {
      await update(
        { key: keyOf('o1'), facts: [fact('received', 1)] },
        { key: keyOf('m1'), facts: [named] },
      );
      await tell('m1', named);
      await tell('o1', fact('displayed', 2));
      expect(await statusIn('m1')).toBe('displayed');
    });

    test('an origin-id that is the id of a later message does not mix the two', async () => {
      await tell('m1', named);
      await tell('o1', accepted(5), fact('failed', 6));
      expect(await statusIn('m1')).toBe('accepted');
      expect(await statusIn('o1')).toBe('failed');
    });

    test('an origin-id takes no facts from another message that was there before', async () => {
      await tell('o1', accepted(), fact('failed', 1));
      await tell('m1', named);
      expect(await statusIn('m1')).toBe('accepted');
      expect(await statusIn('o1')).toBe('failed');
    });

    test('a message with an origin-id may come twice in one update', async () => {
      await update(
        { key: keyOf('m1'), facts: [named] },
        { key: keyOf('m1'), facts: [named, fact('stored', 1)] },
      );
      await tell('o1', fact('received', 2));
      expect(await statusIn('m1')).toBe('delivered');
    });

    test('of two messages of one update with the same origin-id, the first is meant by it', async () => {
      await update({ key: keyOf('m1'), facts: [named] }, { key: keyOf('m2'), facts: [named] });
      await tell('o1', fact('received', 1));
      expect(await statusIn('m1')).toBe('delivered');
      expect(await statusIn('m2')).toBe('accepted');
    });

    test('an origin-id that stands for a message means it also after others of one update used it', async () => {
      await tell('m1', named);
      await update({ key: keyOf('m2'), facts: [named] }, { key: keyOf('m1'), facts: [named] });
      await tell('o1', fact('received', 1));
      expect(await statusIn('m1')).toBe('delivered');
      expect(await statusIn('m2')).toBe('accepted');
    });

    test('an origin-id that is the same as the id changes nothing', async () => {
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
      'a displayed marker covers the messages before it, told %s',
      async (_, news) => {
        for (const item of news) await update(item);
        const waiting = (await receiptsWaiting()).toSorted();
        expect(waiting).toEqual(ten.slice(0, 7).map((id) => `${id} displayed`));
        expect((await current().records.find(keyOf('m0')))?.readUpTo).toMatchObject({
          position: T0 + 6 * SECOND,
        });
      },
    );

    test('a displayed marker of a later message is told with the time of day of the clock', async () => {
      const seen = { ...fact('displayed', HOUR), time: T0 + HOUR - DAY } as Fact;
      await update(...delivered, { ...marker, facts: [seen] });
      const receipts = (await claim()).flatMap((parcel) => parcel.receipts);
      expect(receipts.map(({ at, time }) => [at, time])).toEqual(
        Array.from({ length: 7 }, () => [T0 + HOUR, T0 + HOUR - DAY]),
      );
    });

    test('a displayed marker covers messages of the same update', async () => {
      expect(await update(...delivered, marker)).toBe(7);
    });

    test('a displayed marker is told with its own time, for each message that it is the first to cover', async () => {
      const first = { key: keyOf('m3'), facts: [fact('displayed', HOUR - 1)] };
      await update(...delivered, first, marker);
      const receipts = (await claim()).flatMap((parcel) => parcel.receipts);
      const times = receipts.map(({ key, at }) => `${key.id} ${at - T0 - HOUR}`);
      expect(times.toSorted()).toEqual([
        ...ten.slice(0, 4).map((id) => `${id} -1`),
        ...ten.slice(4, 7).map((id) => `${id} 0`),
      ]);
    });

    test('a displayed marker covers no message of another sender and recipient', async () => {
      await update(...delivered, { ...marker, key: keyOf('m6', BOB, ALICE) });
      expect(await receiptsWaiting()).toEqual([]);
    });
  });
}
