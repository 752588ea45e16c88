import { describe, expect, test } from 'vitest';
import type { Fact } from '../../src/message/fact.ts';
import type { BareJid } from '../../src/message/jid.ts';
import type { Policy } from '../../src/message/policy.ts';
import type { Preferences } from '../../src/receipt/preferences.ts';
import type { Choice } from '../../src/store/preference-store.ts';
import {
  type Asking,
  MAX_FROM_STRANGERS,
  MAX_PER_RECIPIENT,
  MAX_PER_SENDER,
  type Question,
  type QuestionClaim,
} from '../../src/store/question-store.ts';
import { type Claim, MAX_PER_PARCEL, type Store, type Updated } from '../../src/store/store.ts';
import type { TickOrder, TickStore } from '../../src/store/tick-store.ts';
import { ALICE, accepted, BOB, DAY, fact, HOUR, keyOf, SECOND, T0 } from '../support/facts.ts';
import { judging, made, NOW } from './judging.ts';

const CAROL = 'carol@example.org' as BareJid;
const DAVE = 'dave@example.net' as BareJid;
const LEASE_UNTIL = NOW + 60_000;
const DAY_MS = 86_400_000;

/** What every store must do with what people choose, and with what follows from it; `open` opens the same one again. */
export function choicesContract(current: () => Store, open: () => Store): void {
  async function choose(account: BareJid, chosen: Preferences, now = NOW): Promise<number> {
    const { preferences, version } = await current().preferences.change(account, {
      change: () => chosen,
      now,
    });
    expect(preferences).toEqual(chosen);
    return version.number;
  }

  async function tell(
    key: ReturnType<typeof keyOf>,
    facts: readonly Fact[],
    options: Parameters<typeof judging>[0] = {},
  ): Promise<Updated> {
    return current().update([{ key, facts }], judging(options));
  }

  describe('what people choose', () => {
    test('is nothing, until they do', async () => {
      expect(await current().preferences.get(ALICE)).toEqual({});
    });

    test('is kept as it is, all of it', async () => {
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

    test('is made from what they chose before', async () => {
      await choose(ALICE, { policy: 'manual' });
      const { preferences } = await current().preferences.change(ALICE, {
        change: (before) => ({ ...before, text: true }),
        now: NOW,
      });
      expect(preferences).toEqual({ policy: 'manual', text: true });
    });

    test('stays as it was when the change fails', async () => {
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

    test('may be about anybody, also somebody called __proto__', async () => {
      const exceptions: unknown = JSON.parse('{"__proto__":"refuse","constructor":"manual"}');
      const chosen: Preferences = { exceptions: exceptions as Record<string, Policy> };
      await choose(ALICE, chosen);
      const kept = await current().preferences.get(ALICE);
      expect(JSON.stringify(kept)).toBe(JSON.stringify(chosen));
    });

    test('by two at once is chosen one after the other', async () => {
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
    test('grows with every change to a policy', async () => {
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

    test('does not grow with anything else', async () => {
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

    test('is that of a domain, and nobody has the number of another', async () => {
      const first = await choose(ALICE, { policy: 'manual' });
      const other = await choose(DAVE, { policy: 'refuse' });
      expect(other).not.toBe(first);
      expect((await current().preferences.version('example.org')).number).toBe(first);
      expect((await current().preferences.version('example.net')).number).toBe(other);
      expect((await current().preferences.version('example.com')).number).toBe(0);
    });

    test('names the store, also when it is opened again', async () => {
      const { epoch } = await current().preferences.version('example.org');
      expect(epoch).toMatch(/^[0-9a-z]{8,}$/);
      expect(await open().preferences.version('example.net')).toEqual({ epoch, number: 0 });
    });
  });

  describe('the policies that a server has to hear of', () => {
    async function changedSince(number: number, limit = 10, domain = 'example.org') {
      return current().preferences.changedSince(domain, number, limit);
    }

    test('are those that changed since, each once, in their order', async () => {
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

    test('are not those of another domain, nor of who chose something else', async () => {
      await choose(DAVE, { policy: 'manual' });
      await choose(ALICE, { language: 'zh' });
      expect(await changedSince(0)).toEqual([]);
      expect(summary(await changedSince(0, 10, 'example.net'))).toEqual(['dave manual']);
    });

    test('are also those that were taken back', async () => {
      const first = await choose(ALICE, { policy: 'manual' });
      await choose(ALICE, { text: true });
      expect(summary(await changedSince(first))).toEqual(['alice none']);
    });

    test('stay where they are when something else is chosen', async () => {
      await choose(ALICE, { policy: 'manual' });
      const last = await choose(BOB, { policy: 'refuse' });
      await choose(ALICE, { policy: 'manual', text: true });
      expect(await changedSince(last)).toEqual([]);
      expect(summary(await changedSince(0))).toEqual(['alice manual', 'bob refuse']);
    });

    test('come whole in pages, by address', async () => {
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

  describe('receipts follow what the two of a message chose', () => {
    test('the recipient: from now on', async () => {
      await choose(BOB, { policy: 'refuse' });
      expect(made(await tell(keyOf('m1'), [accepted(), fact('stored', 1)])).receipts).toBe(0);
      expect(made(await tell(keyOf('m1', ALICE, CAROL), STORED)).receipts).toBe(1);
      await choose(BOB, {});
      expect(made(await tell(keyOf('m2'), STORED)).receipts).toBe(1);
      expect((await current().find(keyOf('m2')))?.recipient).toEqual({});
    });

    test('the sender: which ones', async () => {
      await choose(ALICE, { statuses: ['failed'] });
      expect(made(await tell(keyOf('m1'), STORED)).receipts).toBe(0);
      expect(made(await tell(keyOf('m1'), [fact('failed', 2)])).receipts).toBe(1);
    });

    test('what the recipient chose is found with the message', async () => {
      await choose(BOB, { policy: 'manual', tellDeclined: true });
      await tell(keyOf('m1'), [accepted()]);
      expect((await current().find(keyOf('m1')))?.recipient).toEqual({
        policy: 'manual',
        tellDeclined: true,
      });
      expect((await current().latest(ALICE, BOB, 1))[0]?.recipient.policy).toBe('manual');
    });

    test('what the sender chose travels with the receipts', async () => {
      await tell(keyOf('m1'), STORED);
      await choose(ALICE, { text: true, language: 'zh' });
      const [parcel] = await current().claim(CLAIM);
      expect(parcel?.preferences).toEqual({ text: true, language: 'zh' });
    });

    test('nobody’s preferences travel with those of somebody who chose nothing', async () => {
      await choose(CAROL, { text: true });
      await tell(keyOf('m1'), STORED);
      expect((await current().claim(CLAIM))[0]?.preferences).toEqual({});
    });
  });

  describe('receipts that wait for others to travel with', () => {
    const receiptDelay = ({ text = false }: Preferences) => (text ? 3000 : 0);

    async function stored(id: string, now = NOW, sender = ALICE): Promise<void> {
      await tell(keyOf(id, sender), STORED, { receiptDelay, now });
    }

    async function claimed(now = NOW): Promise<readonly (readonly string[])[]> {
      const parcels = await current().claim({ ...CLAIM, now });
      return parcels.map(({ receipts }) => receipts.map(({ key }) => key.id));
    }

    test('are not due until then', async () => {
      await choose(ALICE, { text: true });
      await stored('m1');
      expect(await claimed(NOW + 2999)).toEqual([]);
      expect(await claimed(NOW + 3000)).toEqual([['m1']]);
    });

    test('go all of them when the first is due', async () => {
      await choose(ALICE, { text: true });
      await stored('m1');
      await stored('m2', NOW + 1000);
      await stored('m3', NOW + 2999);
      expect(await claimed(NOW + 3000)).toEqual([['m1', 'm2', 'm3']]);
      expect(await claimed(NOW + 10_000)).toEqual([]);
    });

    test('of somebody else stay', async () => {
      await choose(ALICE, { text: true });
      await choose(CAROL, { text: true });
      await stored('m1');
      await stored('c1', NOW + 1000, CAROL);
      expect(await claimed(NOW + 3000)).toEqual([['m1']]);
      expect(await claimed(NOW + 4000)).toEqual([['c1']]);
    });

    test('of somebody who does not want them in words do not wait', async () => {
      await choose(ALICE, { text: false });
      await stored('m1');
      expect(await claimed()).toEqual([['m1']]);
    });

    test('are no more than a stanza may hold', async () => {
      await choose(ALICE, { text: true });
      const ids = Array.from({ length: MAX_PER_PARCEL + 2 }, (_, index) => `m${index}`);
      const news = ids.map((id) => ({ key: keyOf(id), facts: STORED }));
      await current().update(news, judging({ receiptDelay }));
      expect(await claimed(NOW + 3000)).toEqual([ids.slice(0, MAX_PER_PARCEL)]);
      expect((await claimed(NOW + 4000)).flat()).toEqual(ids.slice(MAX_PER_PARCEL));
    });

    test('can be taken back meanwhile', async () => {
      await choose(ALICE, { text: true });
      await stored('m1');
      await tell(keyOf('m1'), [fact('received', 2)], { receiptDelay });
      expect(await claimed(NOW + 3000)).toEqual([]);
    });

    test('do not take along what was sent before and is postponed: it keeps its name', async () => {
      await choose(ALICE, { text: true });
      await stored('m1');
      const [parcel] = await current().claim({ ...CLAIM, now: NOW + 3000 });
      await current().postpone({ id: parcel?.id ?? '', to: ALICE }, () => NOW + 20_000);
      await stored('m2', NOW + 4000);
      expect(await claimed(NOW + 7000)).toEqual([['m2']]);
      const again = await current().claim({ ...CLAIM, now: NOW + 20_000 });
      expect(again.map(({ id }) => id)).toEqual([parcel?.id]);
    });

    test('do not join a parcel that is sent again', async () => {
      await choose(ALICE, { text: true });
      await stored('m1');
      expect(await claimed(NOW + 3000)).toEqual([['m1']]);
      await stored('m2', LEASE_UNTIL - 1);
      expect(await claimed(LEASE_UNTIL)).toEqual([['m1']]);
    });
  });

  describe('questions', () => {
    /** A message that reached a device of somebody who wants to be asked. */
    async function ask(
      id: string,
      { sender = ALICE, after = 0, ...options }: Ask = {},
    ): Promise<void> {
      const facts = [accepted(after), fact('acked', after + 1)];
      await tell(keyOf(id, sender), facts, options);
    }

    async function answer(id: string, { sender = ALICE }: Ask = {}): Promise<void> {
      await tell(keyOf(id, sender), [fact('approved', HOUR)]);
    }

    async function claim(changed: Partial<QuestionClaim> = {}): Promise<readonly Asking[]> {
      return current().questions.claim({ ...QUESTION_CLAIM, ...changed });
    }

    async function waiting(): Promise<readonly string[]> {
      return (await current().questions.waiting(BOB)).map(said);
    }

    async function shown(number: number): Promise<readonly string[]> {
      return (await current().questions.shownOf(BOB, number)).map(({ key }) => key.id);
    }

    async function manual(): Promise<void> {
      await choose(BOB, { policy: 'manual' });
    }

    test('are asked when a message reached a device, naming who and when', async () => {
      await manual();
      await tell(keyOf('m1'), [accepted()]);
      expect(await waiting()).toEqual([]);
      await tell(keyOf('m1'), [fact('acked', 1)]);
      await tell(keyOf('m1'), [fact('acked', 2)]);
      expect(await claim()).toMatchObject([
        {
          recipient: BOB,
          questions: [{ number: 1, sender: ALICE, messages: 1, from: T0, to: T0 }],
          waiting: 1,
        },
      ]);
    });

    test('are not asked of anybody else', async () => {
      await ask('m1');
      expect(await waiting()).toEqual([]);
      expect(await claim()).toEqual([]);
      expect(await waiting()).toEqual([]);
    });

    test('of several senders are put together, and to each recipient apart', async () => {
      await manual();
      await choose(CAROL, { policy: 'manual' });
      await ask('m1');
      await ask('d1', { sender: DAVE });
      await tell(keyOf('m1', ALICE, CAROL), [accepted(), fact('acked', 1)]);
      const askings = await claim();
      expect(askings.map(({ recipient, questions }) => [recipient, questions.map(said)])).toEqual([
        [BOB, ['1 alice 1', '2 dave 1']],
        [CAROL, ['1 alice 1']],
      ]);
    });

    test('close with their answer, and the number rests, so that no old answer meets another question', async () => {
      await manual();
      await ask('m1');
      await ask('d1', { sender: DAVE });
      await answer('m1');
      expect(await waiting()).toEqual(['2 dave 1']);
      await ask('c1', { sender: CAROL });
      expect(await waiting()).toEqual(['2 dave 1', '3 carol 1']);
    });

    test('of one sender are so many at most; what is more joins the last', async () => {
      await manual();
      for (let index = 0; index < 10; index += 1) await ask(`m${index}`, { after: index * SECOND });
      expect(await waiting()).toHaveLength(MAX_PER_SENDER);
      expect(await waiting()).toEqual(['1 alice 1', '2 alice 1', '3 alice 8']);
      const [, , last] = await current().questions.waiting(BOB);
      expect(last).toMatchObject({ from: T0 + 2 * SECOND, to: T0 + 9 * SECOND });
    });

    test('to one recipient are so many at most; what is more is not asked', async () => {
      await manual();
      const senders = Array.from({ length: 40 }, (_, n) => `s${n}@example.org` as BareJid);
      const news = senders.flatMap((sender) =>
        ['m1', 'm2', 'm3', 'm4'].map((id) => ({
          key: keyOf(id, sender),
          facts: [accepted(), fact('acked', 1)],
        })),
      );
      await current().update(news, judging());
      expect(await waiting()).toHaveLength(MAX_PER_RECIPIENT);
      const [asking] = await claim();
      expect(asking?.waiting).toBe(MAX_PER_RECIPIENT);
    });

    test('of strangers are fewer, so that they keep no contact from being asked about', async () => {
      await manual();
      const news = Array.from({ length: MAX_PER_RECIPIENT }, (_, index) => ({
        key: keyOf('m1', `stranger-${index}@example.net` as BareJid),
        facts: [accepted(index, { maySee: false }), fact('acked', index + 1)],
      }));
      await current().update(news, judging());
      expect(await waiting()).toHaveLength(MAX_FROM_STRANGERS);
      await ask('m2');
      expect(await waiting()).toHaveLength(MAX_FROM_STRANGERS + 1);
    });

    test('go when the recipient does not want to be asked any more, once that is looked at', async () => {
      await manual();
      await ask('m1');
      await choose(BOB, { policy: 'client' });
      expect(await current().questions.messagesOf(BOB)).toEqual([
        { key: keyOf('m1'), position: T0 },
      ]);
      await tell(keyOf('m1'), []);
      expect(await waiting()).toEqual([]);
      expect(await claim()).toEqual([]);
    });

    test('begin with the first number again, when none was used for an hour', async () => {
      await manual();
      await ask('m1');
      await answer('m1');
      await ask('m2', { now: NOW + 3_600_001 });
      expect(await waiting()).toEqual(['1 alice 1']);
    });

    test('that did not reach the recipient are put again, as if never shown', async () => {
      await manual();
      await ask('m1');
      await claim();
      await current().questions.settle(BOB, [1]);
      await current().questions.unask(BOB, [1, 7], NOW + 500);
      expect(await shown(1)).toEqual([]);
      expect(await claim({ now: NOW + 499, dueUntil: NOW + 499 })).toEqual([]);
      const again = await claim({ now: NOW + 500, dueUntil: NOW + 500 });
      expect(again).toMatchObject([{ questions: [{ number: 1 }] }]);
    });

    test('lose the messages that waited too long, and ask about those that joined late', async () => {
      await manual();
      for (const id of ['m1', 'm2', 'm3', 'm4']) await ask(id, { after: Number(id.slice(1)) });
      await claim();
      await current().questions.settle(BOB, [1, 2, 3]);
      await ask('late', { after: 9, now: NOW + 1000 });
      const limits = { now: NOW + 2000, before: 0, unacceptedBefore: 0, maxUnaccepted: 100 };
      await current().prune({ ...limits, questionsBefore: NOW + 1 });
      expect(await waiting()).toEqual(['3 alice 1']);
      const due = { now: NOW + 2000, dueUntil: NOW + 2000 };
      expect(await claim(due)).toMatchObject([{ questions: [{ number: 3, messages: 1 }] }]);
    });

    test('come again for a new message under the same id', async () => {
      await manual();
      await ask('m1');
      await claim();
      await ask('m1', { after: 2 * HOUR });
      expect(await shown(1)).toEqual([]);
      expect(await claim()).toMatchObject([{ questions: [{ number: 2, from: T0 + 2 * HOUR }] }]);
    });

    describe('that are lent', () => {
      test('are nobody else’s until the lease is over', async () => {
        await manual();
        await ask('m1');
        const first = await claim();
        expect(await claim({ now: LEASE_UNTIL - 1 })).toEqual([]);
        expect(await claim({ now: LEASE_UNTIL })).toMatchObject(
          first.map(({ recipient }) => ({ recipient })),
        );
      });

      test('stay lent while the same recipient is asked something else', async () => {
        await manual();
        await ask('m1');
        await claim();
        await ask('m2');
        const [asking] = await claim();
        expect(asking).toMatchObject({ waiting: 2 });
        expect(asking?.questions.map(said)).toEqual(['2 alice 1']);
      });

      test('are not asked again once that is settled', async () => {
        await manual();
        await ask('m1');
        await claim();
        await current().questions.settle(BOB, [1, 7]);
        expect(await claim({ now: NOW + DAY_MS })).toEqual([]);
        expect(await waiting()).toEqual(['1 alice 1']);
      });

      test('are those of recipients who may be asked now, and no more than so many', async () => {
        await manual();
        await choose(CAROL, { policy: 'manual' });
        await ask('m1');
        await tell(keyOf('m1', ALICE, CAROL), [accepted(), fact('acked', 1)]);
        expect((await claim({ except: [BOB] })).map(({ recipient }) => recipient)).toEqual([CAROL]);
        expect(await claim({ maxRecipients: 0 })).toEqual([]);
        expect((await claim()).map(({ recipient }) => recipient)).toEqual([BOB]);
      });

      test('wait for others to be put with, and go all when the first is due', async () => {
        await manual();
        await ask('m1', { questionDelay: 3000 });
        await ask('m2', { questionDelay: 3000, now: NOW + 2000 });
        expect(await claim({ now: NOW + 2999, dueUntil: NOW + 5999 })).toEqual([]);
        const [asking] = await claim({ now: NOW + 3000, dueUntil: NOW + 6000 });
        expect(asking?.questions.map(said)).toEqual(['1 alice 1', '2 alice 1']);
      });

      test('are put again when the recipient wants to be reminded', async () => {
        await manual();
        await ask('m1');
        await claim();
        await current().questions.settle(BOB, [1]);
        await current().questions.remind(BOB, [1, 7], NOW + 500);
        expect(await claim({ now: NOW + 499, dueUntil: NOW + 499 })).toEqual([]);
        const [asking] = await claim({ now: NOW + 500, dueUntil: NOW + 500 });
        expect(asking?.questions.map(said)).toEqual(['1 alice 1']);
      });
    });

    describe('an answer is about what was shown', () => {
      test('which is nothing before it was asked', async () => {
        await manual();
        await ask('m1');
        expect(await shown(1)).toEqual([]);
        expect((await current().questions.waiting(BOB))[0]?.shown).toBe(0);
        await claim();
        expect(await shown(1)).toEqual(['m1']);
        expect((await current().questions.waiting(BOB))[0]?.shown).toBe(1);
      });

      test('and not what joined it since, which is asked when the rest is answered', async () => {
        await manual();
        for (const id of ['m1', 'm2', 'm3']) await ask(id);
        await claim();
        await current().questions.settle(BOB, [1, 2, 3]);
        await ask('m4', { after: SECOND });
        await ask('m5', { after: 2 * SECOND });
        expect(await claim({ now: NOW + DAY_MS })).toEqual([]);
        expect(await shown(3)).toEqual(['m3']);
        expect((await current().questions.waiting(BOB))[2]).toMatchObject({
          messages: 3,
          shown: 1,
        });
        await answer('m3');
        expect(await shown(3)).toEqual([]);
        const [asking] = await claim();
        expect(asking?.questions.map(said)).toEqual(['3 alice 2']);
        expect(await shown(3)).toEqual(['m4', 'm5']);
      });

      test('and the others of a question stay shown, when one of them is answered', async () => {
        await manual();
        for (const id of ['m1', 'm2', 'm3', 'm4']) await ask(id);
        await claim();
        await current().questions.settle(BOB, [1, 2, 3]);
        await answer('m3');
        expect(await shown(3)).toEqual(['m4']);
        expect(await claim({ now: NOW + DAY_MS })).toEqual([]);
      });

      test('also by the list of all that wait, which need not be put then', async () => {
        await manual();
        await ask('m1');
        await ask('d1', { sender: DAVE });
        expect((await current().questions.show(BOB)).map(said)).toEqual(['1 alice 1', '2 dave 1']);
        expect(await shown(2)).toEqual(['d1']);
        expect(await claim({ now: NOW + DAY_MS })).toEqual([]);
      });

      test('in the order of the messages', async () => {
        await manual();
        for (const [index, id] of ['a', 'b', 'e', 'd', 'c'].entries())
          await ask(id, { after: -index * SECOND });
        await claim();
        expect(await shown(3)).toEqual(['c', 'd', 'e']);
        expect(
          (await current().questions.messagesOf(BOB)).map(({ key }) => key.id).toSorted(),
        ).toEqual(['a', 'b', 'c', 'd', 'e']);
      });
    });

    describe('that nobody answers', () => {
      const limits = { now: NOW, before: 0, unacceptedBefore: 0, maxUnaccepted: 10 };

      test('go after a while, and are not asked again', async () => {
        await manual();
        await ask('m1');
        await ask('m2', { now: NOW + 1 });
        await current().prune({ ...limits, questionsBefore: NOW });
        expect(await waiting()).toEqual(['1 alice 1', '2 alice 1']);
        await current().prune({ ...limits, questionsBefore: NOW + 1 });
        expect(await waiting()).toEqual(['2 alice 1']);
        await tell(keyOf('m1'), [fact('acked', 3)]);
        expect(await waiting()).toEqual(['2 alice 1']);
        expect((await current().find(keyOf('m1')))?.tracked.key).toEqual(keyOf('m1'));
      });

      test('go with their messages', async () => {
        await manual();
        await ask('m1');
        await ask('m2', { after: 5 * DAY, now: NOW + 5 * DAY_MS });
        await current().prune({ ...limits, before: NOW + 1, questionsBefore: 0 });
        expect(await waiting()).toEqual(['2 alice 1']);
        const later = NOW + 5 * DAY_MS;
        const [asking] = await claim({ now: later, dueUntil: later });
        expect(asking?.questions.map(said)).toEqual(['2 alice 1']);
      });

      test('go with their messages, though they were asked only lately', async () => {
        await manual();
        await tell(keyOf('m1'), STORED);
        await tell(keyOf('m1'), [fact('acked', 5 * DAY)], { now: NOW + 5 * DAY_MS });
        await current().prune({ ...limits, before: NOW + 1, questionsBefore: 0 });
        expect(await waiting()).toEqual([]);
        expect(await claim({ now: NOW + 5 * DAY_MS, dueUntil: NOW + 5 * DAY_MS })).toEqual([]);
        expect((await current().backlog()).questions).toBe(0);
      });
    });
  });

  describe('ticks', () => {
    async function order(id: string, sender = ALICE, recipient = BOB, now = NOW): Promise<number> {
      const facts = [accepted(0, { token: `token of ${id}` }), fact('acked', 1)];
      const updated = await tell(keyOf(id, sender, recipient), facts, {
        completeUpTo: T0 + DAY,
        now,
      });
      return made(updated).ticks;
    }

    async function claim(changed: Partial<TickClaim> = {}): Promise<readonly TickOrder[]> {
      return current().ticks.claim({ ...TICK_CLAIM, ...changed });
    }

    async function automatic(...accounts: readonly BareJid[]): Promise<void> {
      for (const account of accounts) await choose(account, { policy: 'automatic' });
    }

    test('that came back are withdrawn when the client answers meanwhile', async () => {
      await automatic(BOB);
      await order('m1');
      const [first] = await claim();
      await current().ticks.postpone([first?.number ?? 0], NOW + 5000);
      await tell(keyOf('m1'), [fact('displayed', HOUR)]);
      expect(await claim({ now: NOW + 5000 })).toEqual([]);
    });

    test('are ordered once, with what the server wants back', async () => {
      await automatic(BOB);
      expect(await order('m1')).toBe(1);
      expect(await order('m1')).toBe(0);
      expect(await claim()).toMatchObject([
        { tries: 0, tick: { key: keyOf('m1'), token: 'token of m1', because: 'acked' } },
      ]);
    });

    test('are for the server of the recipient', async () => {
      await automatic(BOB, DAVE);
      await order('m1');
      // Whoever is not among our users has no policy here: the order comes from a yes.
      await tell(keyOf('d1', ALICE, DAVE), [
        { ...accepted(0, { token: 't' }), side: 'recipient' },
        fact('approved', 1),
      ]);
      expect(idsOf(await claim())).toEqual(['m1']);
      expect(idsOf(await claim({ domain: 'example.net' }))).toEqual(['d1']);
      expect(await claim({ domain: 'example.com' })).toEqual([]);
    });

    test('are lent, the oldest first, until the lease is over', async () => {
      await automatic(BOB);
      await order('m2', ALICE, BOB, NOW + 2);
      await order('m1', ALICE, BOB, NOW + 1);
      expect(await claim({ now: NOW })).toEqual([]);
      expect(idsOf(await claim({ now: NOW + 2, limit: 1 }))).toEqual(['m1']);
      expect(idsOf(await claim({ now: NOW + 2 }))).toEqual(['m2']);
      expect(await claim({ now: LEASE_UNTIL - 1 })).toEqual([]);
      expect(idsOf(await claim({ now: LEASE_UNTIL }))).toEqual(['m1', 'm2']);
    });

    test('are carried out once', async () => {
      await automatic(BOB);
      await order('m1');
      const [lent] = await claim();
      await current().ticks.settle([lent?.number ?? 0, 4711]);
      expect(await claim({ now: NOW + DAY_MS })).toEqual([]);
      expect(await order('m1')).toBe(0);
    });

    test('that could not be carried out come again when it is time, with one more try', async () => {
      await automatic(BOB);
      await order('m1');
      const [lent] = await claim();
      await current().ticks.postpone([lent?.number ?? 0], NOW + 500);
      expect(await claim({ now: NOW + 499 })).toEqual([]);
      expect(await claim({ now: NOW + 500 })).toEqual([{ ...lent, tries: 1 }]);
    });

    test('are taken back when the client answers before they are lent', async () => {
      await automatic(BOB);
      await order('m1');
      await order('m2');
      await tell(keyOf('m1'), [fact('received', 5)]);
      expect(idsOf(await claim())).toEqual(['m2']);
    });

    test('are taken back when a marker covers the message', async () => {
      await automatic(BOB);
      await order('m1');
      await tell(keyOf('m2'), [accepted(SECOND), fact('displayed', 2 * SECOND)]);
      expect(await claim()).toEqual([]);
    });

    test('stay once they were lent: it may be under way', async () => {
      await automatic(BOB);
      await order('m1');
      await claim();
      await tell(keyOf('m1'), [fact('received', 5)]);
      expect(idsOf(await claim({ now: LEASE_UNTIL }))).toEqual(['m1']);
    });

    test('that are as old as what is forgotten go', async () => {
      await automatic(BOB);
      await order('m1');
      const limits = { now: NOW, unacceptedBefore: 0, maxUnaccepted: 10, questionsBefore: 0 };
      await current().prune({ ...limits, before: NOW });
      expect((await current().backlog()).ticks).toBe(1);
      await current().prune({ ...limits, before: NOW + 1 });
      expect(await claim({ now: NOW + DAY_MS })).toEqual([]);
    });
  });

  describe('the latest messages of a sender', () => {
    async function sent(id: string, recipient: BareJid, after: number): Promise<void> {
      await tell(keyOf(id, ALICE, recipient), [accepted(after)]);
    }

    async function latest(recipient: BareJid | undefined, limit = 10): Promise<readonly string[]> {
      const found = await current().latest(ALICE, recipient, limit);
      return found.map(({ tracked }) => tracked.key.id);
    }

    test('are the newest first, to one or to all', async () => {
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

    test('are not those of somebody else, nor what was never accepted', async () => {
      await tell(keyOf('x1', BOB, ALICE), [accepted()]);
      await tell(keyOf('early', ALICE, BOB), [fact('sent', 1)]);
      expect(await latest(undefined)).toEqual([]);
      expect(await latest(BOB)).toEqual([]);
    });
  });

  describe('a deleted account', () => {
    test('takes what it chose with it, and the servers hear of it', async () => {
      const number = await choose(BOB, { policy: 'manual', text: true });
      await current().forget(BOB, T0 + 1000);
      expect(await current().preferences.get(BOB)).toEqual({});
      const changed = await current().preferences.changedSince('example.org', number, 10);
      expect(summary(changed)).toEqual(['bob none']);
      const after = (await current().preferences.version('example.org')).number;
      await current().forget(BOB, T0 + 1000);
      expect((await current().preferences.version('example.org')).number).toBe(after);
    });

    test('made anew keeps what it chose since', async () => {
      await choose(BOB, { policy: 'manual' }, NOW + 10_000);
      await current().forget(BOB, T0 + SECOND);
      expect(await current().preferences.get(BOB)).toEqual({ policy: 'manual' });
    });

    test('that chose nothing leaves nothing', async () => {
      await current().forget(BOB, T0 + SECOND);
      expect(await current().preferences.withPolicy('example.org', '', 10)).toEqual([]);
      expect((await current().preferences.version('example.org')).number).toBe(0);
    });

    test.each([
      ['sender', ALICE],
      ['recipient', BOB],
    ])('takes questions, ticks and receipts with it: %s', async (_, account) => {
      await choose(BOB, { policy: 'manual' });
      const facts = [accepted(0, { token: 't' }), fact('sent', 1), fact('acked', 2)];
      await tell(keyOf('asked'), facts, { completeUpTo: T0 + HOUR });
      await tell(keyOf('ticked'), [...facts, fact('approved', 3)], { completeUpTo: T0 + HOUR });
      expect(await current().backlog()).toEqual({ receipts: 2, ticks: 1, questions: 1 });
      await current().forget(account, T0 + DAY);
      expect(await current().backlog()).toEqual({ receipts: 0, ticks: 0, questions: 0 });
      expect(await current().questions.messagesOf(BOB)).toEqual([]);
    });

    test('takes nothing of others', async () => {
      await choose(BOB, { policy: 'manual' });
      await choose(ALICE, { text: true });
      await tell(keyOf('asked'), [accepted(), fact('acked', 2)]);
      await current().forget(CAROL, T0 + DAY);
      expect((await current().questions.waiting(BOB)).map(said)).toEqual(['1 alice 1']);
      expect(await current().preferences.get(ALICE)).toEqual({ text: true });
    });

    test('leaves the questions that came since', async () => {
      await choose(BOB, { policy: 'manual' });
      await tell(keyOf('old'), [accepted(), fact('acked', 2)]);
      await tell(keyOf('new'), [accepted(DAY), fact('acked', DAY + 1)]);
      await current().forget(ALICE, T0 + HOUR);
      expect((await current().questions.waiting(BOB)).map(said)).toEqual(['2 alice 1']);
    });
  });

  test('what waits is counted', async () => {
    expect(await current().backlog()).toEqual({ receipts: 0, ticks: 0, questions: 0 });
    await tell(keyOf('m1'), STORED);
    await tell(keyOf('m2'), STORED);
    expect(await current().backlog()).toEqual({ receipts: 2, ticks: 0, questions: 0 });
    const parcels = await current().claim(CLAIM);
    await current().settle(
      parcels.map(({ id }) => id),
      NOW,
    );
    expect(await current().backlog()).toEqual({ receipts: 0, ticks: 0, questions: 0 });
  });
}

type Options = NonNullable<Parameters<typeof judging>[0]>;
type TickClaim = Parameters<TickStore['claim']>[0];

interface Ask extends Options {
  readonly sender?: BareJid;
  readonly after?: number;
}

const STORED = [accepted(), fact('stored', 1)];

const CLAIM: Claim = {
  now: NOW,
  leaseUntil: LEASE_UNTIL,
  maxParcels: 50,
  maxReceipts: 500,
  except: [],
};

const QUESTION_CLAIM: QuestionClaim = {
  now: NOW,
  leaseUntil: LEASE_UNTIL,
  dueUntil: NOW,
  maxRecipients: 50,
  except: [],
};

const TICK_CLAIM: TickClaim = {
  domain: 'example.org',
  now: NOW,
  leaseUntil: LEASE_UNTIL,
  limit: 100,
};

/** For instance `alice manual`. */
function summary(choices: readonly Choice[]): readonly string[] {
  return choices.map(
    ({ account, preferences }) => `${account.split('@')[0]} ${preferences.policy ?? 'none'}`,
  );
}

/** Number, sender and how many messages. */
function said({ number, sender, messages }: Question): string {
  return `${number} ${sender.split('@')[0]} ${messages}`;
}

function idsOf(orders: readonly TickOrder[]): readonly string[] {
  return orders.map(({ tick }) => tick.key.id);
}
