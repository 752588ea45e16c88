import { describe, expect, test } from 'vitest';
import type { BareJid } from '../../../src/message/jid.ts';
import type { MessageKey } from '../../../src/message/key.ts';
import type { Place } from '../../../src/store/record-store.ts';
import { ALICE, accepted, BOB, DAY, fact, keyOf } from '../../support/facts.ts';
import { NOW } from '../judging.ts';
import { acceptedNews, actsOn, CAROL, DAY_MS, recordActsOn, type Subject } from './acts.ts';

/** What an operator wants to know of many messages. */
export function surveyContract(subject: Subject): void {
  const { current } = subject;
  const { tell } = actsOn(subject);
  const { update } = recordActsOn(subject);

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
  });
}
