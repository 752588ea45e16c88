import { describe, expect, test } from 'vitest';
import type { Fact } from '../../src/message/fact.ts';
import { newestLife } from '../../src/message/life.ts';
import { EMPTY_RECORD } from '../../src/message/record.ts';
import { statusOf } from '../../src/message/status.ts';
import { judge } from '../../src/receipt/judge.ts';
import type { Circumstances, Judgement } from '../../src/receipt/judgement.ts';
import type { Rules } from '../../src/receipt/rules.ts';
import type { Told, Tracked } from '../../src/receipt/tracked.ts';
import { accepted, DAY, fact, HOUR, keyOf, RULES, SECOND, T0 } from '../support/facts.ts';

const UNTRACKED: Tracked = { key: keyOf('m1'), record: EMPTY_RECORD, told: [] };
const MANUAL: Rules = { ...RULES, policy: { ...RULES.policy, default: 'manual' } };

describe('a message not known to be accepted', () => {
  test('a message that is not known to be accepted is kept and never told', () => {
    const { receipts, decision, position, tracked, wakeAt } = judged([fact('stored', 0)]);
    expect(decision).toEqual({ kind: 'hold', because: 'not-accepted' });
    expect(receipts).toEqual([]);
    expect(position).toBeUndefined();
    expect(wakeAt).toBeUndefined();
    expect(tracked.record.facts).toHaveLength(1);
  });

  test('a message is told when it turns out to be accepted', () => {
    const early = judged([fact('stored', 1)]);
    expect(statuses(judged([accepted()], early))).toEqual(['stored']);
  });
});

describe('receipts', () => {
  test('a receipt says what happened, when, and to which message', () => {
    expect(judged([accepted(), fact('failed', 5)]).receipts).toEqual([
      {
        key: keyOf('m1'),
        status: 'failed',
        evidence: 'server',
        at: T0 + 5,
        messageAt: T0,
        condition: 'service-unavailable',
        audience: 'programs',
      },
    ]);
  });

  test('a receipt is made once for one status of one message', () => {
    const first = judged([accepted(), fact('stored', 1)]);
    expect(statuses(first)).toEqual(['stored']);
    expect(statuses(judged([fact('stored', 2)], first))).toEqual([]);
    expect(statuses(judged([accepted(HOUR)], first))).toEqual([]);
  });

  test('a receipt is made again for a new message under the same id', () => {
    const first = judged([accepted(), fact('stored', 1)]);
    const second = judged([accepted(2 * HOUR), fact('stored', 2 * HOUR + 1)], first);
    expect(second.receipts).toMatchObject([{ status: 'stored', messageAt: T0 + 2 * HOUR }]);
  });

  test('receipts are remembered for the newest messages of an id only, however often it is used', () => {
    const stored = Array.from({ length: 100 }, (_, n) => [
      accepted(2 * n * HOUR),
      fact('stored', 2 * n * HOUR + 1),
    ]);
    const last = stored.reduce((before, news) => judged(news, before), judged([]));
    expect(last.tracked.told.length).toBeLessThanOrEqual(32);
    expect(statuses(judged(stored.at(-1) ?? [], last))).toEqual([]);
  });

  test('a receipt with a stamp before its message, as clocks differ, is made once too', () => {
    const first = judged([fact('failed', -5), accepted()]);
    expect(statuses(first)).toEqual(['failed']);
    expect(statuses(judged([fact('failed', 3)], first))).toEqual([]);
  });

  test('a receipt follows when a message that was sent is stored after all', () => {
    const sent = judged([accepted(), fact('sent', 1)], UNTRACKED, { completeUpTo: T0 + DAY });
    expect(statuses(sent)).toEqual(['sent']);
    expect(statuses(judged([fact('stored', 2)], sent))).toEqual(['stored']);
  });
});

describe('receipts that have not left yet', () => {
  const stored = judged([accepted(), fact('stored', 1)]);
  const unsent: readonly Told[] = [{ status: 'stored', at: T0 }];

  test('a receipt that has not left is taken back when it is overtaken', () => {
    const overtaken = judged([fact('received', 2)], stored, { unsent });
    expect(overtaken.withdrawn).toEqual([{ status: 'stored', audience: 'programs' }]);
    expect(overtaken.tracked.told).toEqual([]);
  });

  test('a receipt that was taken back is made again when its status comes back', () => {
    const sent = judged([fact('sent', 2)], stored, { unsent });
    expect(sent.withdrawn).toEqual([{ status: 'stored', audience: 'programs' }]);
    expect(statuses(judged([fact('stored', 3)], sent))).toEqual(['stored']);
  });

  test('a receipt that has not left stays when nothing overtakes it', () => {
    const again = judged([fact('stored', 2)], stored, { unsent });
    expect(again.withdrawn).toEqual([]);
    expect(again.tracked.told).toEqual(stored.tracked.told);
  });

  test('a receipt that has not left stays when <report/> named its status', () => {
    const asked = judged([accepted(0, { report: ['stored'] }), fact('stored', 1)]);
    expect(judged([fact('received', 2)], asked, { unsent }).withdrawn).toEqual([]);
  });

  test('a receipt that has not left stays when a new message comes under the same id', () => {
    const renewed = judged([accepted(2 * HOUR), fact('sent', 2 * HOUR + 1)], stored, { unsent });
    expect(renewed.withdrawn).toEqual([]);
    expect(renewed.tracked.told).toEqual(stored.tracked.told);
  });

  test('a receipt that has not left is taken back when the client answers by itself', () => {
    const rules = {
      ...RULES,
      policy: { ...RULES.policy, default: 'automatic' },
    } as const;
    const acked = judged([accepted(), fact('acked', 1)], UNTRACKED, {
      rules,
      completeUpTo: T0 + DAY,
    });
    expect(statuses(acked)).toEqual(['delivered']);
    const answered = judged([fact('received', 2)], acked, {
      rules,
      unsent: [{ status: 'delivered', at: T0 }],
    });
    expect(answered.withdrawn).toEqual([{ status: 'delivered', audience: 'programs' }]);
    expect(answered.tracked.told).toEqual([]);
  });

  test('a receipt that has not left is taken back when the server’s error reached the sender', () => {
    const failed = judged([accepted(), fact('failed', 1)]);
    const handed = judged([fact('failed', 2, { handed: true })], failed, {
      unsent: [{ status: 'failed', at: T0 }],
    });
    expect(handed.withdrawn).toEqual([{ status: 'failed', audience: 'programs' }]);
  });
});

describe('expiry', () => {
  const limit = RULES.expireAfter;

  test.each(['relayed', 'sent', 'stored'] as const)('a message expires after it was %s', (kind) => {
    const open = judged([accepted(), fact(kind, 1)]);
    expect(statusAt(open, T0 + limit)).toBe(kind);
    expect(statusAt(open, T0 + limit + 1)).toBe('expired');
  });

  test.each(['failed', 'lost', 'acked', 'received', 'displayed'] as const)(
    'a message does not expire after it was %s',
    (kind) => {
      const closed = judged([accepted(), fact('sent', 1), fact(kind, 2)]);
      expect(statusAt(closed, T0 + 10 * limit)).not.toBe('expired');
    },
  );

  test('a message that was only accepted does not expire: a blocked one looks like that', () => {
    expect(statusAt(judged([accepted()]), T0 + 10 * limit)).toBe('accepted');
  });

  test('a message expires by what is known of the server, at one time for whoever looks', () => {
    const open = judged([accepted(), fact('stored', 1)]);
    const early = judged([], open, { completeUpTo: T0 + limit + 1 });
    const late = judged([], open, { completeUpTo: T0 + 10 * limit });
    expect(late.tracked.record).toEqual(early.tracked.record);
    expect(late.receipts).toMatchObject([{ status: 'expired', at: T0 + limit + 1 }]);
  });

  test('a message is not expired any more when something is heard after all', () => {
    const expired = judged([accepted(), fact('stored', 1)], UNTRACKED, {
      completeUpTo: T0 + 2 * limit,
    });
    expect(statusAt(judged([fact('sent', limit + 2)], expired), T0)).toBe('sent');
    expect(statusAt(judged([fact('received', 2)], expired), T0)).toBe('delivered');
  });
});

describe('the next look', () => {
  test('a message is looked at again when the grace is over', () => {
    expect(judged([accepted(), fact('sent', SECOND)]).wakeAt).toBe(T0 + 6 * SECOND);
  });

  test('a message is looked at again when it would expire', () => {
    expect(judged([accepted(), fact('stored', 1)]).wakeAt).toBe(T0 + 1 + RULES.expireAfter);
  });

  test('a message of which all is told is never looked at again', () => {
    expect(judged([accepted(), fact('failed', 1)]).wakeAt).toBeUndefined();
    expect(judged([accepted(), fact('received', 1)]).wakeAt).toBeUndefined();
  });
});

describe('ticks', () => {
  const rules = { ...RULES, policy: { ...RULES.policy, default: 'automatic' } } as const;
  const later = { rules, completeUpTo: T0 + DAY };
  const onDevice = [accepted(0, { token: 'kX2c' }), fact('acked', SECOND)];

  test('a tick is ordered when the client had its time, and then remembered', () => {
    const early = judged(onDevice, UNTRACKED, { rules });
    expect(early.tick).toEqual({ kind: 'wait', until: T0 + 6 * SECOND });
    expect(early.wakeAt).toBe(T0 + 6 * SECOND);
    const due = judged([], early, { rules, completeUpTo: T0 + 6 * SECOND });
    expect(due.tick).toMatchObject({ kind: 'order', tick: { token: 'kX2c' } });
    expect(due.tracked.ticked).toBe(T0);
    expect(judged([], due, later).tick).toEqual({ kind: 'none', because: 'ticked' });
  });

  test('a tick is not ordered again when the message turns out to have come earlier', () => {
    const ordered = judged(onDevice, UNTRACKED, later);
    const earlier = judged([accepted(-SECOND)], ordered, later);
    expect(earlier.position).toBe(T0 - SECOND);
    expect(earlier.tick.kind).toBe('none');
  });

  test('a tick is ordered again for a new message under the same id', () => {
    const ordered = judged(onDevice, UNTRACKED, later);
    const again = judged(
      [accepted(2 * HOUR, { token: 'new' }), fact('acked', 2 * HOUR + 1)],
      ordered,
      later,
    );
    expect(again.tick).toMatchObject({ kind: 'order', tick: { token: 'new' } });
    expect(again.tracked.ticked).toBe(T0 + 2 * HOUR);
  });

  test('a tick is needless once the client has answered, although it was ordered', () => {
    const ordered = judged(onDevice, UNTRACKED, later);
    const answered = judged([fact('received', DAY)], ordered, later);
    expect(answered.tick).toEqual({ kind: 'none', because: 'client-answered' });
  });

  test('a tick is ordered for a yes days later, and the message is told as confirmed', () => {
    const asked = judged(onDevice, UNTRACKED, { rules: MANUAL, completeUpTo: T0 + DAY });
    expect(asked.tick.kind).toBe('none');
    const approved = judged([fact('approved', 5 * DAY)], asked, { rules: MANUAL });
    expect(approved.tick).toMatchObject({ kind: 'order', tick: { because: 'approved' } });
    expect(statuses(approved)).toEqual(['confirmed']);
  });
});

describe('questions', () => {
  const reached = [accepted(), fact('sent', 1), fact('acked', 2)];
  const manual = { rules: MANUAL } as const;

  test('a question is open from when the message reached a device until it is answered', () => {
    const sent = judged(reached.slice(0, 2), UNTRACKED, manual);
    expect(sent.tracked.asked).toBeUndefined();
    const open = judged([fact('acked', 2)], sent, manual);
    expect(open.tracked.asked).toBe(T0);
    expect(judged([], open, manual).tracked.asked).toBe(T0);
    for (const answer of ['approved', 'declined'] as const)
      expect(judged([fact(answer, DAY)], open, manual).tracked.asked).toBeUndefined();
  });

  test('a question closes when the recipient does not want to be asked any more', () => {
    const open = judged(reached, UNTRACKED, manual);
    for (const policy of ['client', 'automatic', 'refuse'] as const) {
      const isStillAsked = judged([], open, { recipient: { policy } }).tracked.asked !== undefined;
      expect(isStillAsked).toBe(false);
    }
  });

  test('a question stays open under the stricter policy of when the message came', () => {
    const facts = [accepted(0, { policy: 'manual' }), fact('acked', 2)];
    const open = judged(facts, UNTRACKED, { recipient: { policy: 'automatic' } });
    expect(open.tracked.asked).toBe(T0);
  });

  test('a question stays the same when the message turns out to have come earlier', () => {
    const open = judged(reached, UNTRACKED, manual);
    expect(judged([accepted(-SECOND)], open, manual).tracked.asked).toBe(T0);
  });

  test('a new message under the same id is a new question', () => {
    const open = judged(reached, UNTRACKED, manual);
    const again = [accepted(2 * HOUR), fact('acked', 2 * HOUR + 1)];
    expect(judged(again, open, manual).tracked.asked).toBe(T0 + 2 * HOUR);
  });

  test('a no is told only if the recipient chose so', () => {
    const open = judged(reached, UNTRACKED, { ...manual, completeUpTo: T0 + DAY });
    const no = [fact('declined', DAY)];
    expect(statuses(judged(no, open, manual))).toEqual([]);
    const telling = { ...manual, recipient: { tellDeclined: true } };
    expect(statuses(judged(no, open, telling))).toEqual(['declined']);
  });

  test('a question that is not answered ends with the message, and is told to nobody', () => {
    const open = judged(reached, UNTRACKED, manual);
    const old = judged([], open, { ...manual, completeUpTo: T0 + 30 * DAY });
    expect(statuses(old)).toEqual(['sent']);
  });
});

describe('displayed markers', () => {
  test('a displayed marker says that all is read up to the message that it names', () => {
    const { readUpTo } = judged([fact('displayed', 9), accepted(3), fact('displayed', 12)]);
    expect(readUpTo).toEqual({ position: T0 + 3, at: T0 + 9 });
  });

  test('a displayed marker covers an earlier message whichever came first, delivery or marker', () => {
    const readUpTo = { position: T0 + 1, at: T0 + 20 };
    const delivered = judged([accepted(), fact('received', 1)]);
    expect(statuses(judged([], delivered, { readUpTo }))).toEqual(['displayed']);
    const undelivered = judged([accepted()], UNTRACKED, { readUpTo });
    expect(statuses(undelivered)).toEqual([]);
    expect(statuses(judged([fact('acked', 30)], undelivered, { readUpTo }))).toEqual(['displayed']);
  });

  test('a displayed marker that was stopped does not say how far is read', () => {
    const { readUpTo } = judged([accepted(), fact('displayed', 9, { withheld: true })]);
    expect(readUpTo).toBeUndefined();
  });
});

function judged(
  news: readonly Fact[],
  before: Judgement | Tracked = UNTRACKED,
  circumstances: Partial<Circumstances> = {},
): Judgement {
  const tracked = 'tracked' in before ? before.tracked : before;
  return judge(tracked, news, {
    rules: RULES,
    readUpTo: undefined,
    completeUpTo: T0,
    now: T0 / 1000,
    unsent: [],
    sender: {},
    recipient: {},
    mentions: {},
    ...circumstances,
  });
}

function statuses({ receipts }: Judgement): readonly string[] {
  return receipts.map(({ status }) => status);
}

function statusAt(before: Judgement, completeUpTo: number): string | undefined {
  const { record } = judged([], before, { completeUpTo }).tracked;
  return statusOf(newestLife(record)?.facts ?? []);
}
