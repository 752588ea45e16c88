import { describe, expect, test } from 'vitest';
import type { BareJid } from '../../../src/message/jid.ts';
import type { Policy } from '../../../src/message/policy.ts';
import type { Preferences } from '../../../src/receipt/preferences.ts';
import type { Choice, TakingIn } from '../../../src/store/preference-store.ts';
import { ALICE, BOB } from '../../support/facts.ts';
import { NOW } from '../judging.ts';
import { actsOn, CAROL, DAVE, type Subject } from './acts.ts';

/** What people choose, and how servers hear of it. */
export function preferencesContract(subject: Subject): void {
  const { current, open } = subject;
  const { choose } = actsOn(subject);

  describe('what people choose', () => {
    test('the preferences of a user who chose nothing are empty', async () => {
      expect(await current().preferences.get(ALICE)).toEqual({});
    });

    test('all that a user chose is kept as it is', async () => {
      const all: Preferences = {
        policy: 'manual',
        exceptions: { 'carol@example.org': 'refuse', 'example.net': 'automatic' },
        tellDeclined: true,
        statuses: ['failed'],
        text: true,
        language: 'zh',
      };
      await choose(ALICE, all);
      expect(await current().preferences.get(ALICE)).toEqual(all);
      expect(await open().preferences.get(ALICE)).toEqual(all);
      expect(await current().preferences.get(BOB)).toEqual({});
    });

    test('a change of preferences starts from what the user chose before', async () => {
      await choose(ALICE, { policy: 'manual' });
      const { preferences } = await current().preferences.change(ALICE, {
        change: (before) => ({ ...before, text: true }),
        now: NOW,
      });
      expect(preferences).toEqual({ policy: 'manual', text: true });
    });

    test('preferences stay as they were when a change fails', async () => {
      await choose(ALICE, { policy: 'manual' });
      const failing = current().preferences.change(ALICE, {
        change: () => {
          throw new Error('cannot change');
        },
        now: NOW,
      });
      await expect(failing).rejects.toThrow('cannot change');
      expect(await current().preferences.get(ALICE)).toEqual({ policy: 'manual' });
    });

    test('an exception may be about anybody, also somebody called __proto__', async () => {
      const exceptions: unknown = JSON.parse('{"__proto__":"refuse","constructor":"manual"}');
      const chosen: Preferences = { exceptions: exceptions as Record<string, Policy> };
      await choose(ALICE, chosen);
      const kept = await current().preferences.get(ALICE);
      expect(JSON.stringify(kept)).toBe(JSON.stringify(chosen));
    });

    test('two changes of preferences at once are made one after the other', async () => {
      const other = open();
      const change = (before: Preferences): Preferences => ({
        statuses: [...(before.statuses ?? []), 'failed'],
      });
      await Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          (index % 2 ? current() : other).preferences.change(ALICE, { change, now: NOW }),
        ),
      );
      expect((await current().preferences.get(ALICE)).statuses).toHaveLength(10);
    });
  });

  describe('the version of the policies', () => {
    test('the version of the policies grows with every change to a policy', async () => {
      const numbers = [
        (await current().preferences.version('example.org')).number,
        await choose(ALICE, { policy: 'manual' }),
        await choose(ALICE, { policy: 'refuse' }),
        await choose(ALICE, { policy: 'refuse', exceptions: { 'x.example': 'client' } }),
        await choose(ALICE, { policy: 'refuse', exceptions: { 'x.example': 'manual' } }),
        await choose(BOB, { policy: 'refuse' }),
        await choose(ALICE, {}),
      ];
      expect(numbers[0]).toBe(0);
      expect(new Set(numbers).size).toBe(numbers.length);
      expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    });

    test('the version of the policies does not grow with other changes', async () => {
      const exceptions = { 'x.example': 'client', 'y.example': 'refuse' } as const;
      const number = await choose(ALICE, { policy: 'manual', exceptions });
      const others: readonly Preferences[] = [
        { policy: 'manual', exceptions: { 'y.example': 'refuse', 'x.example': 'client' } },
        { policy: 'manual', exceptions, text: true },
        { policy: 'manual', exceptions, language: 'zh', tellDeclined: true, statuses: [] },
      ];
      for (const chosen of others) expect(await choose(ALICE, chosen)).toBe(number);
      expect(await choose(BOB, { language: 'zh' })).toBe(number);
    });

    test('the version of the policies is that of one domain, and no number is used by two domains', async () => {
      const first = await choose(ALICE, { policy: 'manual' });
      const other = await choose(DAVE, { policy: 'refuse' });
      expect(other).not.toBe(first);
      expect((await current().preferences.version('example.org')).number).toBe(first);
      expect((await current().preferences.version('example.net')).number).toBe(other);
      expect((await current().preferences.version('example.com')).number).toBe(0);
    });

    test('each opening of the store gives the versions another name, and knows those before it', async () => {
      const number = await choose(ALICE, { policy: 'manual' });
      const first = await current().preferences.version('example.org');
      expect(first.epoch).toMatch(/^[0-9a-z]{8,}$/);
      const again = open();
      const second = await again.preferences.version('example.org');
      expect(second.number).toBe(number);
      expect(second.epoch).not.toBe(first.epoch);
      expect(await again.preferences.lastNumberOf(first.epoch)).toBe(number);
      await choose(BOB, { policy: 'refuse' });
      expect(await again.preferences.lastNumberOf(first.epoch)).toBe(number);
      expect(await again.preferences.lastNumberOf(second.epoch)).toBeGreaterThan(number);
      expect(await again.preferences.lastNumberOf('elsewhere')).toBeUndefined();
    });
  });

  describe('what a server enforces and the store does not know', () => {
    const strict: TakingIn = { merge: () => ({ policy: 'refuse' }), now: NOW };
    const enforced = (account: BareJid) =>
      ({ account, policies: { policy: 'automatic' } }) as const;

    test('who never chose a policy here gets that of the server, and keeps what else was chosen', async () => {
      await choose(BOB, { text: true });
      const taken = [enforced(ALICE), enforced(BOB)];
      expect(await open().preferences.takeIn(taken, strict)).toEqual([ALICE, BOB]);
      expect(await current().preferences.get(ALICE)).toEqual({ policy: 'automatic' });
      expect(await current().preferences.get(BOB)).toEqual({ policy: 'automatic', text: true });
    });

    test('of whom both know something, both count, under a new version', async () => {
      const number = await choose(ALICE, { policy: 'client' });
      const again = open();
      expect(await again.preferences.takeIn([enforced(ALICE)], strict)).toEqual([ALICE]);
      expect(await again.preferences.get(ALICE)).toEqual({ policy: 'refuse' });
      const { number: next } = await again.preferences.version('example.org');
      expect(next).toBeGreaterThan(number);
    });

    test('a choice since the store was opened is newer than what the server holds', async () => {
      open();
      const number = await choose(ALICE, { policy: 'client' });
      expect(await current().preferences.takeIn([enforced(ALICE)], strict)).toEqual([]);
      expect(await current().preferences.get(ALICE)).toEqual({ policy: 'client' });
      expect((await current().preferences.version('example.org')).number).toBe(number);
    });

    test('what is the same in both gets no new version', async () => {
      const number = await choose(ALICE, { policy: 'refuse' });
      expect(await open().preferences.takeIn([enforced(ALICE)], strict)).toEqual([]);
      expect((await current().preferences.version('example.org')).number).toBe(number);
    });
  });

  describe('the policies that a server has to hear of', () => {
    async function changedSince(number: number, limit = 10, domain = 'example.org') {
      return current().preferences.changedSince(domain, number, limit);
    }

    test('a server hears of the policies that changed since its version, each once, in their order', async () => {
      const first = await choose(ALICE, { policy: 'manual' });
      await choose(BOB, { policy: 'refuse' });
      await choose(CAROL, { policy: 'automatic' });
      const last = await choose(BOB, { policy: 'client' });
      expect(summary(await changedSince(0))).toEqual([
        'alice manual',
        'carol automatic',
        'bob client',
      ]);
      expect(summary(await changedSince(first))).toEqual(['carol automatic', 'bob client']);
      expect(summary(await changedSince(0, 1))).toEqual(['alice manual']);
      expect((await changedSince(0)).at(-1)?.number).toBe(last);
      expect(await changedSince(last)).toEqual([]);
    });

    test("a server does not hear of another domain's policies, nor of other choices", async () => {
      await choose(DAVE, { policy: 'manual' });
      await choose(ALICE, { language: 'zh' });
      expect(await changedSince(0)).toEqual([]);
      expect(summary(await changedSince(0, 10, 'example.net'))).toEqual(['dave manual']);
    });

    test('a server also hears of policies that were taken back', async () => {
      const first = await choose(ALICE, { policy: 'manual' });
      await choose(ALICE, { text: true });
      expect(summary(await changedSince(first))).toEqual(['alice none']);
    });

    test('a policy keeps its place among the changes when something else is chosen', async () => {
      await choose(ALICE, { policy: 'manual' });
      const last = await choose(BOB, { policy: 'refuse' });
      await choose(ALICE, { policy: 'manual', text: true });
      expect(await changedSince(last)).toEqual([]);
      expect(summary(await changedSince(0))).toEqual(['alice manual', 'bob refuse']);
    });

    test('all policies of a domain come in pages, by address', async () => {
      const names = ['e', 'b', 'd', 'a', 'c'];
      for (const name of names)
        await choose(`${name}@example.org` as BareJid, { policy: 'manual' });
      await choose(DAVE, { policy: 'manual' });
      await choose(BOB, { language: 'zh' });
      const pages: string[][] = [];
      for (let after = '', isMore = true; isMore; ) {
        const page = await current().preferences.withPolicy('example.org', after, 2);
        pages.push(page.map(({ account }) => account.charAt(0)));
        isMore = page.length > 0;
        after = page.at(-1)?.account ?? after;
      }
      expect(pages).toEqual([['a', 'b'], ['c', 'd'], ['e'], []]);
    });
  });
}

/** For instance `alice manual`. */
export function summary(choices: readonly Choice[]): readonly string[] {
  return choices.map(
    ({ account, preferences }) => `${account.split('@')[0]} ${preferences.policy ?? 'none'}`,
  );
}
