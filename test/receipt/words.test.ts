import { describe, expect, test } from 'vitest';
import type { Fact } from '../../src/message/fact.ts';
import { EMPTY_RECORD } from '../../src/message/record.ts';
import type { Status } from '../../src/message/status.ts';
import { judge } from '../../src/receipt/judge.ts';
import type { Circumstances, Judgement } from '../../src/receipt/judgement.ts';
import type { Told, Tracked } from '../../src/receipt/tracked.ts';
import { accepted, DAY, fact, HOUR, keyOf, MINUTE, RULES, SECOND, T0 } from '../support/facts.ts';

const LATER = T0 + DAY;
const KNOWN: Partial<Circumstances> = { completeUpTo: LATER };

describe('what comes in words', () => {
  test.each<readonly [string, readonly Fact[]]>([
    ['failed', [fact('failed', 1)]],
    ['lost', [fact('sent', 1), fact('lost', 2)]],
    ['stored', [fact('stored', 1)]],
    ['sent', [fact('sent', 1)]],
    ['expired', [fact('sent', 1), fact('expired', HOUR)]],
    ['confirmed', [fact('sent', 1), fact('approved', 2)]],
  ])('a person is told %s', (status, facts) => {
    expect(wordsOf(judged([accepted(), ...facts], KNOWN))).toEqual([status]);
  });

  test('a person is told a no, if the recipient tells it', () => {
    const recipient = { policy: 'manual', tellDeclined: true } as const;
    const told = judged([accepted(), fact('declined', 2)], { ...KNOWN, recipient });
    expect(wordsOf(told)).toEqual(['declined']);
  });

  test.each<readonly [string, readonly Fact[]]>([
    ['the server gave its own error', [fact('failed', 1, { handed: true })]],
    ['the client answered', [fact('sent', 1), fact('received', 2)]],
    ['the sender asked for markers', [fact('displayed', 2)]],
    ['it was handed to another server', [fact('relayed', 1)]],
    ['nothing happened', []],
  ])('a person is told nothing where %s', (_, facts) => {
    expect(wordsOf(judged([accepted(0, { markable: true }), ...facts], KNOWN))).toEqual([]);
  });

  test('a yes that the tick shows comes not in words', () => {
    const told = judged([accepted(0, { token: 'kX2c' }), fact('approved', 2)], KNOWN);
    expect(told.tick.kind).toBe('order');
    expect(wordsOf(told)).toEqual([]);
    expect(programsOf(told)).toEqual(['confirmed']);
  });

  test('what a device has under automatic comes not in words: the tick shows it', () => {
    const facts = [accepted(0, { token: 'kX2c' }), fact('acked', 1)];
    const told = judged(facts, { ...KNOWN, recipient: { policy: 'automatic' } });
    expect(wordsOf(told)).toEqual([]);
    expect(programsOf(told)).toEqual(['delivered']);
  });

  test('nobody is told in words who wants none', () => {
    const sender = { text: false };
    expect(wordsOf(judged([accepted(), fact('failed', 1)], { sender }))).toEqual([]);
  });

  test('words come for the statuses that the sender chose, else for those of the operator', () => {
    const sender = { text: true, inWords: ['relayed'] as const };
    expect(wordsOf(judged([accepted(), fact('relayed', 1)], { ...KNOWN, sender }))).toEqual([
      'relayed',
    ]);
    expect(wordsOf(judged([accepted(), fact('failed', 1)], { sender }))).toEqual([]);
  });

  test('who is told few statuses has no more of them in words, unless chosen for words', () => {
    const sender = { text: true, statuses: ['failed', 'relayed'] as const };
    expect(wordsOf(judged([accepted(), fact('stored', 1)], { ...KNOWN, sender }))).toEqual([]);
    expect(wordsOf(judged([accepted(), fact('relayed', 1)], { ...KNOWN, sender }))).toEqual([]);
    expect(wordsOf(judged([accepted(), fact('failed', 1)], { sender }))).toEqual(['failed']);
    const chosen = { ...sender, inWords: ['stored'] as const };
    expect(wordsOf(judged([accepted(), fact('stored', 1)], { ...KNOWN, sender: chosen }))).toEqual([
      'stored',
    ]);
  });

  test('what the operator has senders not told comes not in words, unless they chose it', () => {
    const rules = { ...RULES, statuses: ['failed'] as const };
    const facts = [accepted(), fact('stored', 1)];
    expect(wordsOf(judged(facts, { ...KNOWN, rules }))).toEqual([]);
    const sender = { text: true, inWords: ['stored'] as const };
    expect(wordsOf(judged(facts, { ...KNOWN, rules, sender }))).toEqual(['stored']);
  });

  test('of a message with <report/> words come only for what it names', () => {
    const reported = accepted(0, { report: ['displayed'] });
    expect(wordsOf(judged([reported, fact('failed', 1)], KNOWN))).toEqual([]);
    const named = accepted(0, { report: ['failed'] });
    expect(wordsOf(judged([named, fact('failed', 1)], KNOWN))).toEqual(['failed']);
  });

  test('what is not for programs may still come in words, and the other way round', () => {
    const sender = { text: true, statuses: [], inWords: ['failed'] as const };
    const failed = judged([accepted(), fact('failed', 1)], { sender });
    expect([wordsOf(failed), programsOf(failed)]).toEqual([['failed'], []]);
  });
});

describe('when words come', () => {
  test('stored comes after two minutes, by the clock of the server', () => {
    const facts = [accepted(), fact('stored', 1)];
    const early = judged(facts, { completeUpTo: T0 + 2 * MINUTE });
    expect([wordsOf(early), programsOf(early)]).toEqual([[], ['stored']]);
    expect(early.wakeAt).toBe(T0 + 1 + 2 * MINUTE);
    const late = again(early, { completeUpTo: T0 + 1 + 2 * MINUTE });
    expect([wordsOf(late), programsOf(late)]).toEqual([['stored'], []]);
  });

  test('stored comes never, if the message arrives before', () => {
    const stored = judged([accepted(), fact('stored', 1)]);
    const arrived = judgedAfter(stored, [fact('received', MINUTE)]);
    expect(wordsOf(again(arrived, KNOWN))).toEqual([]);
  });

  test('stored waits for other sessions too, however short the two minutes are', () => {
    const rules = { ...RULES, words: { ...RULES.words, storedAfter: 0 } };
    const facts = [accepted(), fact('stored', 0, { where: 'archive' })];
    expect(wordsOf(judged(facts, { rules, completeUpTo: T0 + 199_999 }))).toEqual([]);
    expect(wordsOf(judged(facts, { rules, completeUpTo: T0 + 200_000 }))).toEqual(['stored']);
  });

  test('sent comes after two minutes too, and for programs after the grace', () => {
    const facts = [accepted(), fact('sent', 0)];
    const early = judged(facts, { completeUpTo: T0 + 2 * MINUTE - 1 });
    expect([wordsOf(early), programsOf(early)]).toEqual([[], ['sent']]);
    const late = again(early, { completeUpTo: T0 + 2 * MINUTE });
    expect([wordsOf(late), programsOf(late)]).toEqual([['sent'], []]);
  });

  test('sent comes after the grace, where that is longer', () => {
    const rules = { ...RULES, words: { ...RULES.words, storedAfter: 0 } };
    const facts = [accepted(), fact('sent', 0)];
    expect(wordsOf(judged(facts, { rules, completeUpTo: T0 + 4 * SECOND }))).toEqual([]);
    expect(wordsOf(judged(facts, { rules, completeUpTo: T0 + 5 * SECOND }))).toEqual(['sent']);
  });

  test('sent comes never in words, if a client or a person answers before', () => {
    const sent = judged([accepted(), fact('sent', 0)], { completeUpTo: T0 + MINUTE });
    for (const kind of ['received', 'approved'] as const) {
      const answered = judgedAfter(sent, [fact(kind, MINUTE)]);
      expect(wordsOf(again(answered, KNOWN))).not.toContain('sent');
    }
  });

  test('a no that may not be told changes nothing about it', () => {
    const recipient = { policy: 'manual' } as const;
    const sent = judged([accepted(), fact('sent', 0)], { completeUpTo: T0 + MINUTE, recipient });
    const answered = judgedAfter(sent, [fact('declined', MINUTE)], { recipient });
    expect(answered.wakeAt).toBe(sent.wakeAt);
    const late = again(answered, { completeUpTo: T0 + 2 * MINUTE, recipient });
    expect(wordsOf(late)).toEqual(['sent']);
  });

  test.each(['client', 'manual'] as const)(
    'sent comes under the policy %s at the same moment',
    (policy) => {
      const sent = judged([accepted(), fact('sent', 0)], { recipient: { policy } });
      expect(again(sent, { completeUpTo: T0 + MINUTE, recipient: { policy } }).wakeAt).toBe(
        T0 + 2 * MINUTE,
      );
      const late = again(sent, { completeUpTo: T0 + 2 * MINUTE, recipient: { policy } });
      expect(wordsOf(late)).toEqual(['sent']);
    },
  );
});

describe('what was said of a contact', () => {
  const now = T0 + HOUR;

  test('that a contact confirms nothing is said once in a day', () => {
    const first = judged([accepted(), fact('sent', 1)], { completeUpTo: now });
    expect(first.mentions).toEqual({ sent: now });
    const sentAt = (after: number) =>
      judged([accepted(after), fact('sent', after + 1)], {
        completeUpTo: T0 + after + 3 * MINUTE,
        mentions: first.mentions,
      });
    expect(wordsOf(sentAt(2 * HOUR))).toEqual([]);
    expect(programsOf(sentAt(2 * HOUR))).toEqual(['sent']);
    expect(wordsOf(sentAt(HOUR + DAY))).toEqual(['sent']);
  });

  test('messages that were written together are told of together, and later ones a day later', () => {
    const mentions = { stored: now };
    const stored = (after: number, completeUpTo: number) =>
      judged([accepted(after), fact('stored', after)], { completeUpTo, mentions });
    expect(wordsOf(stored(0, now + 30 * SECOND))).toEqual(['stored']);
    const later = stored(HOUR, now + 10 * MINUTE);
    expect(wordsOf(later)).toEqual([]);
    expect(later.wakeAt).toBe(now + DAY);
    const nextDay = again(later, { completeUpTo: now + DAY, mentions });
    expect(wordsOf(nextDay)).toEqual(['stored']);
    expect(nextDay.mentions).toEqual({ stored: now + DAY });
  });

  test.each(['sent', 'received', 'displayed'] as const)(
    'when the sender sees that the contact is there again, what waits later is news: %s',
    (kind) => {
      const mentions = { stored: now };
      const arrived = judged([accepted(), fact(kind, HOUR + 1)], { completeUpTo: now, mentions });
      expect(arrived.mentions).toEqual({});
      const earlier = judged([accepted(), fact(kind, HOUR - 1)], { completeUpTo: now, mentions });
      expect(earlier.mentions).toBe(mentions);
    },
  );

  test('that a contact who hides is there ends no mention', () => {
    const mentions = { stored: now };
    const unseen = { ...fact('sent', HOUR + 1), unseen: true } as Fact;
    expect(judged([accepted(), unseen], { completeUpTo: now, mentions }).mentions).toBe(mentions);
  });

  test('a mention that did not leave was never made', () => {
    const first = judged([accepted(), fact('sent', 1)], { completeUpTo: now });
    const unsent: readonly Told[] = [
      { status: 'sent', at: T0, audience: 'programs' },
      { status: 'sent', at: T0, audience: 'people' },
    ];
    const answered = judgedAfter(first, [fact('received', HOUR)], {
      unsent,
      mentions: first.mentions,
    });
    expect(answered.withdrawn).toEqual([
      { status: 'sent', audience: 'programs' },
      { status: 'sent', audience: 'people' },
    ]);
    expect(answered.mentions).toEqual({});
    expect(answered.tracked.told).toEqual([]);
  });
});

describe('told once', () => {
  test('each status is told once to each audience', () => {
    const facts = [accepted(), fact('failed', 1)];
    const first = judged(facts, KNOWN);
    expect([wordsOf(first), programsOf(first)]).toEqual([['failed'], ['failed']]);
    expect(again(first, KNOWN).receipts).toEqual([]);
  });

  test('what an older daemon told is not told in words again', () => {
    const tracked = told([accepted(), fact('stored', 1)], { status: 'stored', at: T0 + 1 });
    expect(again({ tracked }, KNOWN).receipts).toEqual([]);
  });

  test('after a further status for programs no earlier one comes in words', () => {
    const delivered = { status: 'delivered', at: T0 + 1, audience: 'programs' } as const;
    const tracked = told([accepted(), fact('stored', 1)], delivered);
    expect(again({ tracked }, KNOWN).receipts).toEqual([]);
  });

  test('words that are overtaken are taken back, and what is for programs stays', () => {
    const stored = judged([accepted(), fact('stored', 1)], { completeUpTo: T0 + HOUR });
    const unsent: readonly Told[] = [{ status: 'stored', at: T0, audience: 'people' }];
    const received = judgedAfter(stored, [fact('received', 2 * HOUR)], { unsent });
    expect(received.withdrawn).toEqual([{ status: 'stored', audience: 'people' }]);
    expect(received.tracked.told).toMatchObject([{ status: 'stored', audience: 'programs' }]);
  });

  test('what an older daemon left is taken back by the rules for programs', () => {
    const tracked = told([accepted(), fact('stored', 1)], { status: 'stored', at: T0 + 1 });
    const unsent: readonly Told[] = [{ status: 'stored', at: T0 }];
    const received = judgedAfter({ tracked }, [fact('received', 2)], { unsent });
    expect(received.withdrawn).toEqual([{ status: 'stored', audience: 'programs' }]);
    expect(received.tracked.told).toEqual([]);
  });
});

describe('which words the archive keeps', () => {
  test.each<readonly [Status, readonly Fact[]]>([
    ['stored', [fact('stored', 1)]],
    ['sent', [fact('sent', 1)]],
  ])('what is said on the way is not worth a row: %s', (_, facts) => {
    const words = judged([accepted(), ...facts], KNOWN).receipts.filter(isForPeople);
    expect(words).toMatchObject([{ unarchived: true }]);
  });

  test('an end is worth a row', () => {
    const words = judged([accepted(), fact('failed', 1)], KNOWN).receipts.filter(isForPeople);
    expect(words.map(({ unarchived }) => unarchived)).toEqual([undefined]);
  });
});

const UNTRACKED: Tracked = { key: keyOf('m1'), record: EMPTY_RECORD, told: [] };

function told(facts: readonly Fact[], ...before: readonly Told[]): Tracked {
  return { ...UNTRACKED, record: { facts }, told: before };
}

/** Of a sender who wants words. */
function judged(news: readonly Fact[], circumstances: Partial<Circumstances> = {}): Judgement {
  return judgedAfter({ tracked: UNTRACKED }, news, circumstances);
}

function again(
  before: Pick<Judgement, 'tracked'>,
  circumstances: Partial<Circumstances>,
): Judgement {
  return judgedAfter(before, [], circumstances);
}

function judgedAfter(
  { tracked }: Pick<Judgement, 'tracked'>,
  news: readonly Fact[],
  circumstances: Partial<Circumstances> = {},
): Judgement {
  return judge(tracked, news, {
    rules: RULES,
    readUpTo: undefined,
    completeUpTo: T0,
    now: T0 / 1000,
    unsent: [],
    sender: { text: true },
    recipient: {},
    mentions: {},
    ...circumstances,
  });
}

function wordsOf({ receipts }: Judgement): readonly Status[] {
  return receipts.filter(isForPeople).map(({ status }) => status);
}

function programsOf({ receipts }: Judgement): readonly Status[] {
  return receipts.filter((receipt) => !isForPeople(receipt)).map(({ status }) => status);
}

function isForPeople({ audience }: { readonly audience?: string | undefined }): boolean {
  return audience === 'people';
}
