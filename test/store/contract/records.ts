import { describe, expect, test } from 'vitest';
import type { BareJid } from '../../../src/message/jid.ts';
import { BEFORE_ALL_OPEN } from '../../../src/store/open-port.ts';
import type { Judge } from '../../../src/store/record-store.ts';
import { ALICE, accepted, BOB, fact, keyOf, SECOND, T0 } from '../../support/facts.ts';
import { judging, NOW } from '../judging.ts';
import { recordActsOn, type Subject, storedNews } from './acts.ts';

/** What a store does with what is told of messages. */
export function recordsContract(subject: Subject): void {
  const { current } = subject;
  const { update, tell, statusIn, receiptsWaiting } = recordActsOn(subject);

  describe('update and find', () => {
    test('a record that was stored is found, and nothing else', async () => {
      await tell('m1', accepted(), fact('stored', 1));
      expect((await current().records.find(keyOf('m1')))?.tracked).toEqual({
        key: keyOf('m1'),
        record: { facts: [accepted(), fact('stored', 1)] },
        told: [{ status: 'stored', at: T0 + 1, made: NOW, audience: 'programs' }],
      });
      expect(await current().records.find(keyOf('m2'))).toBeUndefined();
      expect(
        await current().records.find({ ...keyOf('m1'), sender: BOB, recipient: ALICE }),
      ).toBeUndefined();
    });

    test('news of many messages are kept together or not at all, and others have turns meanwhile', async () => {
      const many = Array.from({ length: 600 }, (_, index) => ({
        key: keyOf(`many-${index}`),
        facts: [accepted()],
      }));
      const failing = judging();
      const fails: Judge = (tracked, ...rest) => {
        if (tracked.key.id === 'many-599') throw new Error('cannot be judged');
        return failing.judge(tracked, ...rest);
      };
      let turns = 0;
      let isOver = false;
      setImmediate(function count() {
        turns += 1;
        if (!isOver) setImmediate(count);
      });
      const updated = current().records.update(many, { ...failing, judge: fails });
      await expect(updated).rejects.toThrow('cannot be judged');
      isOver = true;
      expect(turns).toBeGreaterThan(0);
      expect(await current().records.find(keyOf('many-0'))).toBeUndefined();
      expect((await current().records.update(many, failing)).verdicts).toHaveLength(600);
      expect(await statusIn('many-599')).toBe('accepted');
    });

    test('facts of several updates become one record', async () => {
      await tell('m1', fact('stored', 1));
      await tell('m1', accepted());
      await tell('m1', fact('stored', 1), accepted());
      expect(await statusIn('m1')).toBe('stored');
      expect(await receiptsWaiting()).toEqual(['m1 stored']);
    });

    test('an update says how many receipts became due', async () => {
      expect(await tell('m1', accepted())).toBe(0);
      expect(await update(...['m1', 'm2'].map(storedNews))).toBe(2);
      expect(await update(...['m1', 'm2'].map(storedNews))).toBe(0);
    });

    test('an update without facts stores nothing', async () => {
      expect(await update({ key: keyOf('m1'), facts: [] })).toBe(0);
      expect(await update()).toBe(0);
      expect(await current().records.find(keyOf('m1'))).toBeUndefined();
    });

    test('messages to a recipient of which more is awaited are found a page at a time', async () => {
      await tell('m1', accepted(), fact('stored', 10));
      await tell('m2', accepted(1), fact('acked', 10));
      await tell('m3', accepted(2), fact('stored', 10));
      await tell('m4', accepted(3), fact('stored', 10));
      await update({ key: keyOf('m5', BOB, ALICE), facts: [accepted(), fact('stored', 1)] });
      const first = await current().open.to(BOB, BEFORE_ALL_OPEN, 2);
      const second = await current().open.to(BOB, first.next ?? BEFORE_ALL_OPEN, 3);
      expect(first.keys).toEqual([keyOf('m1')]);
      expect(second).toEqual({ keys: [keyOf('m3'), keyOf('m4')], next: undefined });
    });

    test('an id may be any text that XML can carry', async () => {
      const ids = ['\t\n%', "'; DROP TABLE messages; --", '消息', '👩‍👩‍👧‍👦', 'x'.repeat(256), ' '];
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
      await expect(current().records.update(news, { judge: brittle, ...others })).rejects.toThrow(
        'cannot judge',
      );
      expect(await current().records.find(keyOf('m1'))).toBeUndefined();
      expect(await receiptsWaiting()).toEqual([]);
    });
  });

  describe('due', () => {
    test('a message is due when it wanted to be looked at, the longest waiting first', async () => {
      await tell('m2', accepted(), fact('sent', 2 * SECOND));
      await tell('m1', accepted(), fact('sent', SECOND));
      expect(await current().records.due(NOW + 5_999, 10)).toEqual([]);
      expect(await current().records.due(NOW + 6_000, 10)).toEqual([keyOf('m1')]);
      expect(await current().records.due(NOW + 7_000, 10)).toEqual([keyOf('m1'), keyOf('m2')]);
      expect(await current().records.due(NOW + 7_000, 1)).toEqual([keyOf('m1')]);
    });

    test('a message is looked at later when that is asked for, but never earlier', async () => {
      await tell('m2', accepted(), fact('sent', 2 * SECOND));
      await tell('m1', accepted(), fact('sent', SECOND));
      await current().records.lookLater(keyOf('m1'), NOW + 8_000);
      await current().records.lookLater(keyOf('m2'), NOW);
      await current().records.lookLater(keyOf('unknown'), NOW);
      expect(await current().records.due(NOW + 7_999, 10)).toEqual([keyOf('m2')]);
      expect(await current().records.due(NOW + 8_000, 10)).toEqual([keyOf('m2'), keyOf('m1')]);
    });

    test('messages that would be due soon can be made due now, a part with each call', async () => {
      for (const [index, id] of ['m1', 'm2', 'm3'].entries())
        await tell(id, accepted(), fact('sent', index * 2 * SECOND));
      const { records } = current();
      expect(await records.hasten(NOW, NOW + 7_000, 1)).toBe(1);
      expect(await records.hasten(NOW, NOW + 7_000, 10)).toBe(1);
      expect(await records.hasten(NOW, NOW + 7_000, 10)).toBe(0);
      expect((await records.due(NOW, 10)).length).toBe(2);
      expect(await records.due(NOW + 9_000, 10)).toContainEqual(keyOf('m3'));
    });

    test('a message is not due any more when it was looked at, or had an answer', async () => {
      await tell('m1', accepted(), fact('sent', 0));
      await tell('m2', accepted(), fact('sent', 0));
      await current().records.update(
        [{ key: keyOf('m1'), facts: [] }],
        judging({ completeUpTo: T0 + 5 * SECOND }),
      );
      await tell('m2', fact('received', 1));
      expect(await current().records.due(NOW + 60_000, 10)).toEqual([]);
    });
  });

  describe('kept', () => {
    test('the messages that were kept for a session that is away are found page by page, while they may still change', async () => {
      const ids = ['m1', 'm2', 'm3', 'm4', 'm5'];
      for (const id of ids) await tell(id, accepted(), fact('kept', SECOND, { resource: 'phone' }));
      await tell('m3', fact('received', 2 * SECOND));
      await tell('plain', accepted(), fact('sent', SECOND));
      expect((await allKept(2)).toSorted()).toEqual(['m1', 'm2', 'm4', 'm5']);
      expect((await allKept(100)).toSorted()).toEqual(['m1', 'm2', 'm4', 'm5']);
    });

    test('the kept messages are found in the order in which they are due, whoever sent them', async () => {
      const senders = ['d', 'b', 'e', 'a', 'c'].map((name) => `${name}@example.org` as BareJid);
      for (const [index, sender] of senders.entries())
        await update({
          key: keyOf(`m${index}`, sender),
          facts: [accepted(index), fact('kept', index * SECOND + SECOND)],
        });
      expect(await allKept(2)).toEqual(['m0', 'm1', 'm2', 'm3', 'm4']);
    });

    async function allKept(limit: number): Promise<readonly string[]> {
      const first = await current().open.kept(undefined, limit);
      const ids = first.keys.map(({ id }) => id);
      for (let { end } = first; end !== undefined; ) {
        const page = await current().open.kept(end, limit);
        ids.push(...page.keys.map(({ id }) => id));
        end = page.end;
      }
      return ids;
    }
  });
}
