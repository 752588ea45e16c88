import { describe, expect, test } from 'vitest';
import type { BareJid } from '../../../src/message/jid.ts';
import { ALICE, accepted, BOB, DAY, fact, HOUR, keyOf, SECOND, T0 } from '../../support/facts.ts';
import { judging, NOW } from '../judging.ts';
import { actsOn, CAROL, CLAIM, DAVE, STORED, type Subject } from './acts.ts';
import { summary } from './preferences.ts';
import { said } from './question-acts.ts';

/** What is known of accounts: their messages, what they chose, what waits for them. */
export function choicesAndAccountsContract(subject: Subject): void {
  const { current } = subject;
  const { choose, tell } = actsOn(subject);

  describe('the latest messages of a sender', () => {
    async function sent(id: string, recipient: BareJid, after: number): Promise<void> {
      await tell(keyOf(id, ALICE, recipient), [accepted(after)]);
    }

    async function latest(recipient: BareJid | undefined, limit = 10): Promise<readonly string[]> {
      const found = await current().records.latest(ALICE, recipient, limit);
      return found.map(({ tracked }) => tracked.key.id);
    }

    test('the latest message of a sender is found however many recipients the sender has', async () => {
      const news = Array.from({ length: 1100 }, (_, index) => ({
        key: keyOf(`m${index}`, ALICE, `r${10_000 + index}@example.org` as BareJid),
        facts: [accepted(index)],
      }));
      await current().records.update(news, judging());
      expect(await latest(undefined, 2)).toEqual(['m1099', 'm1098']);
    });

    test('the latest messages of a sender come newest first, to one recipient or to all', async () => {
      await sent('b1', BOB, 1);
      await sent('c1', CAROL, 2);
      await sent('d1', DAVE, 3);
      await sent('b2', BOB, 4);
      await sent('b0', BOB, 0);
      expect(await latest(undefined)).toEqual(['b2', 'd1', 'c1', 'b1', 'b0']);
      expect(await latest(undefined, 2)).toEqual(['b2', 'd1']);
      expect(await latest(BOB)).toEqual(['b2', 'b1', 'b0']);
      expect(await latest(BOB, 1)).toEqual(['b2']);
      expect(await latest('nobody@example.org' as BareJid)).toEqual([]);
    });

    test('the latest messages of a sender are only their own, and only those that were accepted', async () => {
      await tell(keyOf('x1', BOB, ALICE), [accepted()]);
      await tell(keyOf('early', ALICE, BOB), [fact('sent', 1)]);
      expect(await latest(undefined)).toEqual([]);
      expect(await latest(BOB)).toEqual([]);
    });
  });

  describe('the newest messages of all', () => {
    async function newest(about?: string, limit = 10): Promise<readonly string[]> {
      const found = await current().records.newest(about, limit);
      return found.map(({ tracked }) => tracked.key.id);
    }

    test('the newest messages of all come newest first, also by sender, recipient or id', async () => {
      await tell(keyOf('one', ALICE, BOB), [accepted(1)]);
      await tell(keyOf('two', BOB, CAROL), [accepted(2)]);
      await tell(keyOf('three', DAVE, ALICE), [accepted(3)]);
      await tell(keyOf('unaccepted', ALICE, BOB), [fact('sent', 4)]);
      expect(await newest()).toEqual(['three', 'two', 'one']);
      expect(await newest(undefined, 1)).toEqual(['three']);
      expect(await newest(ALICE)).toEqual(['three', 'one']);
      expect(await newest('two')).toEqual(['two']);
      expect(await newest('nobody@example.org')).toEqual([]);
    });
  });

  describe('a deleted account', () => {
    test('the choices of a deleted account are removed, and the servers hear of it', async () => {
      const number = await choose(BOB, { policy: 'manual', text: true });
      await current().upkeep.forget(BOB, T0 + 1000);
      expect(await current().preferences.get(BOB)).toEqual({});
      const changed = await current().preferences.changedSince('example.org', number, 10);
      expect(summary(changed)).toEqual(['bob none']);
      const after = (await current().preferences.version('example.org')).number;
      await current().upkeep.forget(BOB, T0 + 1000);
      expect((await current().preferences.version('example.org')).number).toBe(after);
    });

    test('an account that is deleted and made again keeps what it chose since', async () => {
      await choose(BOB, { policy: 'manual' }, NOW + 10_000);
      await current().upkeep.forget(BOB, T0 + SECOND);
      expect(await current().preferences.get(BOB)).toEqual({ policy: 'manual' });
    });

    test('deleting an account that chose nothing changes no policy version', async () => {
      await current().upkeep.forget(BOB, T0 + SECOND);
      expect(await current().preferences.withPolicy('example.org', '', 10)).toEqual([]);
      expect((await current().preferences.version('example.org')).number).toBe(0);
    });

    test.each([
      ['sender', ALICE],
      ['recipient', BOB],
    ])("a deleted account's questions, ticks and receipts are removed: %s", async (_, account) => {
      await choose(BOB, { policy: 'manual' });
      const facts = [accepted(0, { token: 't' }), fact('sent', 1), fact('acked', 2)];
      await tell(keyOf('asked'), facts, { completeUpTo: T0 + HOUR });
      await tell(keyOf('ticked'), [...facts, fact('approved', 3)], { completeUpTo: T0 + HOUR });
      expect(await current().upkeep.backlog()).toEqual({ receipts: 2, ticks: 1, questions: 1 });
      await current().upkeep.forget(account, T0 + DAY);
      expect(await current().upkeep.backlog()).toEqual({ receipts: 0, ticks: 0, questions: 0 });
      expect(await current().questions.messagesOf(BOB)).toEqual([]);
    });

    test('deleting an account removes nothing of other accounts', async () => {
      await choose(BOB, { policy: 'manual' });
      await choose(ALICE, { text: true });
      await tell(keyOf('asked'), [accepted(), fact('acked', 2)]);
      await current().upkeep.forget(CAROL, T0 + DAY);
      expect((await current().questions.waiting(BOB)).map(said)).toEqual(['1 alice 1']);
      expect(await current().preferences.get(ALICE)).toEqual({ text: true });
    });

    test('deleting an account leaves the questions that came after the deletion', async () => {
      await choose(BOB, { policy: 'manual' });
      await tell(keyOf('old'), [accepted(), fact('acked', 2)]);
      await tell(keyOf('new'), [accepted(DAY), fact('acked', DAY + 1)]);
      await current().upkeep.forget(ALICE, T0 + HOUR);
      expect((await current().questions.waiting(BOB)).map(said)).toEqual(['2 alice 1']);
    });
  });

  test('the store counts the receipts, questions and ticks that wait', async () => {
    expect(await current().upkeep.backlog()).toEqual({ receipts: 0, ticks: 0, questions: 0 });
    await tell(keyOf('m1'), STORED);
    await tell(keyOf('m2'), STORED);
    expect(await current().upkeep.backlog()).toEqual({ receipts: 2, ticks: 0, questions: 0 });
    const parcels = await current().receipts.claim(CLAIM);
    await current().receipts.settle(
      parcels.map(({ id }) => id),
      NOW,
    );
    expect(await current().upkeep.backlog()).toEqual({ receipts: 0, ticks: 0, questions: 0 });
  });
}
