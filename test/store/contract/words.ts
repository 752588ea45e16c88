import { describe, expect, test } from 'vitest';
import type { Mentions } from '../../../src/receipt/mentions.ts';
import type { PruneLimits } from '../../../src/store/upkeep-store.ts';
import { ALICE, accepted, BOB, DAY, fact, keyOf, T0 } from '../../support/facts.ts';
import { judging, NOW } from '../judging.ts';
import { actsOn, CAROL, CLAIM, DAY_MS, type Subject } from './acts.ts';

/** What people are told in words, beside what is for programs. */
export function wordsContract(subject: Subject): void {
  const { current } = subject;
  const { choose, tell } = actsOn(subject);
  const KNOWN = { completeUpTo: T0 + DAY };

  async function claimed() {
    const parcels = await current().receipts.claim(CLAIM);
    return parcels.map(({ audience, receipts }) => [
      audience,
      ...receipts.map(({ key, status }) => `${key.id} ${status}`),
    ]);
  }

  /** What was mentioned to alice of a contact. */
  async function mentionedOf(recipient = BOB): Promise<Mentions | undefined> {
    let mentions: Mentions | undefined;
    const { judge, now } = judging();
    await current().records.update([{ key: keyOf('look', ALICE, recipient), facts: [] }], {
      now,
      judge: (tracked, news, companions) => {
        mentions = companions.mentions;
        return judge(tracked, news, companions);
      },
    });
    return mentions;
  }

  describe('words', () => {
    test('travel in a parcel of their own', async () => {
      await choose(ALICE, { text: true });
      await tell(keyOf('m1'), [accepted(), fact('failed', 1)]);
      await tell(keyOf('m2'), [accepted(), fact('lost', 1)]);
      expect(await claimed()).toEqual([['programs', 'm1 failed', 'm2 lost']]);
      expect(await claimed()).toEqual([['people', 'm1 failed', 'm2 lost']]);
      expect(await claimed()).toEqual([]);
    });

    test('are taken back alone, when the client answers', async () => {
      await choose(ALICE, { text: true, statuses: [], inWords: ['sent'] });
      await tell(keyOf('m1'), [accepted(), fact('sent', 1)], KNOWN);
      await tell(keyOf('m1'), [fact('received', 2)], KNOWN);
      expect(await claimed()).toEqual([]);
    });

    test('of a contact who confirms nothing come once, and that is kept', async () => {
      await choose(ALICE, { text: true, statuses: [], inWords: ['sent'] });
      await tell(keyOf('m1'), [accepted(), fact('sent', 1)], KNOWN);
      await tell(keyOf('m2'), [accepted(1), fact('sent', 2)], KNOWN);
      expect(await claimed()).toEqual([['people', 'm1 sent']]);
      expect(await mentionedOf()).toEqual({ sent: T0 + DAY, stored: undefined });
      expect(await mentionedOf(CAROL)).toEqual({});
    });

    test('what was mentioned goes when the contact is there again, and after two days', async () => {
      await choose(ALICE, { text: true });
      await tell(keyOf('m1'), [accepted(), fact('stored', 1)], KNOWN);
      await tell(keyOf('c1', ALICE, CAROL), [accepted(), fact('stored', 1)], KNOWN);
      expect(await mentionedOf()).toEqual({ sent: undefined, stored: T0 + DAY });
      await tell(keyOf('m1'), [fact('received', DAY + 1)], KNOWN);
      expect(await mentionedOf()).toEqual({});
      await prune(NOW + 3 * DAY_MS - 1);
      expect(await mentionedOf(CAROL)).toEqual({ sent: undefined, stored: T0 + DAY });
      await prune(NOW + 3 * DAY_MS + 1);
      expect(await mentionedOf(CAROL)).toEqual({});
    });

    test('when the last words of bad news leave is kept, for each contact and kind', async () => {
      await choose(ALICE, { text: true });
      await tell(keyOf('m1'), [accepted(), fact('failed', 1)], { gatherDelay: 60_000 });
      expect(await mentionedOf()).toEqual({ failed: NOW * 1000 });
      const later = { gatherDelay: 60_000, now: NOW + 5000 };
      await tell(keyOf('m2'), [accepted(1), fact('failed', 2)], later);
      await tell(keyOf('m3'), [accepted(3), fact('lost', 4)], later);
      expect(await mentionedOf()).toEqual({
        failed: (NOW + 60_000) * 1000,
        lost: (NOW + 5000) * 1000,
      });
      expect(await mentionedOf(CAROL)).toEqual({});
      await current().upkeep.forget(ALICE, T0);
      expect(await mentionedOf()).toEqual({});
    });

    test.each([
      ['sender', ALICE],
      ['recipient', BOB],
    ] as const)('what was mentioned goes with the account of its %s', async (_, account) => {
      await choose(ALICE, { text: true });
      await tell(keyOf('m1'), [accepted(), fact('stored', 1)], KNOWN);
      await current().upkeep.forget(account, T0 + DAY);
      expect(await mentionedOf()).toEqual({});
    });
  });

  async function prune(now: number): Promise<void> {
    const limits: PruneLimits = {
      now,
      before: NOW,
      unacceptedBefore: NOW,
      maxUnaccepted: 10_000,
      questionsBefore: NOW,
    };
    await current().upkeep.prune(limits);
  }
}
