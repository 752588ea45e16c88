import { describe, expect, test } from 'vitest';
import type { Fact } from '../../src/message/fact.ts';
import type { BareJid } from '../../src/message/jid.ts';
import type { Policy } from '../../src/message/policy.ts';
import type { Status } from '../../src/message/status.ts';
import type { Mentions } from '../../src/receipt/mentions.ts';
import type { Preferences } from '../../src/receipt/preferences.ts';
import type { Told } from '../../src/receipt/tracked.ts';
import { type Why, whyQuiet } from '../../src/receipt/why.ts';
import { accepted, DAY, fact, HOUR, keyOf, MINUTE, RULES, SECOND, T0 } from '../support/facts.ts';

interface Case {
  readonly told?: readonly Told[];
  readonly policy?: Policy;
  readonly sender?: Preferences;
  readonly hasWords?: boolean;
  readonly after?: number;
  readonly mentions?: Mentions;
  readonly recipient?: BareJid;
}

/** The answer to a sender who asks so long after the message. */
function why(facts: readonly Fact[], { told = [], policy, ...asked }: Case = {}): Why | undefined {
  const { sender = {}, hasWords = true, after = MINUTE, mentions = {}, recipient } = asked;
  return whyQuiet(
    { key: keyOf('m1', undefined, recipient), record: { facts }, told },
    {
      rules: RULES,
      completeUpTo: T0 + after,
      readUpTo: undefined,
      recipient: policy === undefined ? {} : { policy },
      sender: { text: hasWords, ...sender },
      mentions,
    },
  );
}

function heard(facts: readonly Fact[], about: Case = {}) {
  return why(facts, about)?.heard?.kind;
}

function toldOf(status: Status, after: number): Told {
  return { status, at: T0 + after, made: 5 };
}

const stored = [accepted(), fact('stored', SECOND)];

describe('why was nothing heard', () => {
  test('it was told, and when', () => {
    expect(why(stored, { told: [toldOf('stored', SECOND)] })?.heard).toEqual({
      kind: 'told',
      made: 5,
    });
  });

  test('it was told to programs only, because words are off', () => {
    const about = { told: [toldOf('stored', SECOND)], hasWords: false };
    expect(heard(stored, about)).toBe('words-off');
  });

  test('the sender did not want to be told this status in words', () => {
    expect(heard(stored, { sender: { inWords: ['failed'] } })).toBe('not-wanted');
  });

  test('a receipt for programs is not the words that a person asks about', () => {
    const told = [{ ...toldOf('stored', SECOND), audience: 'programs' } as const];
    expect(heard(stored, { told })).toBe('waits');
    expect(heard(stored, { told, after: DAY })).toBe('not-then');
  });

  test('that it waits is told after a while, and with others', () => {
    expect(heard(stored)).toBe('waits');
  });

  test('that it waits is told a day after the last such words of that contact', () => {
    const mentions = { stored: T0 - HOUR };
    expect(heard(stored, { mentions })).toBe('a-day-later');
    expect(heard(stored, { after: 2 * HOUR, mentions })).toBe('a-day-later');
    expect(heard(stored, { after: 2 * DAY, mentions })).toBe('not-then');
  });

  test('words that another message waits, of this moment, are told with this one', () => {
    expect(heard(stored, { mentions: { stored: T0 + MINUTE } })).toBe('waits');
  });

  test('when the wait is over, nothing more is promised', () => {
    expect(heard(stored, { after: HOUR })).toBe('not-then');
  });

  test.each<readonly [string, Fact]>([
    ['failed', fact('failed', 1)],
    ['lost', fact('lost', 2)],
    ['confirmed by a person', fact('approved', 2)],
  ])('what was not told when it was new, and is %s, is not told soon', (_, happened) => {
    expect(heard([accepted(), fact('kept', 1), happened])).toBe('not-then');
  });

  test('that a contact confirms nothing is told once a day', () => {
    const sent = [accepted(), fact('sent', 1)];
    expect(heard(sent, { mentions: { sent: T0 - HOUR } })).toBe('once-a-day');
    expect(heard(sent)).toBe('soon');
    expect(heard(sent, { after: HOUR })).toBe('not-then');
  });

  test('the message asked for other statuses', () => {
    const asking = [accepted(0, { report: ['displayed'] }), fact('stored', SECOND)];
    expect(heard(asking)).toBe('not-named');
  });

  test("the recipient's app confirmed it, which the sender's app shows", () => {
    const answered = [accepted(), fact('sent', 1), fact('received', 2)];
    expect(heard(answered)).toBe('app-shows-it');
    expect(heard(answered, { hasWords: false })).toBe('app-shows-it');
  });

  test("the server's own error reached the sender's app", () => {
    expect(heard([accepted(), fact('failed', 1, { handed: true })])).toBe('server-said-it');
  });

  test("the recipient's app has still time to answer by itself", () => {
    const early = { after: SECOND, sender: { inWords: ['sent'] } } as const;
    expect(heard([accepted(), fact('sent', 1)], early)).toBe('soon');
  });

  test('nothing is known of a message that was never accepted', () => {
    expect(why([])).toBeUndefined();
  });
});

describe('why is it no more', () => {
  test.each<[string, readonly Fact[]]>([
    ['stored', [accepted(0, { maySee: false }), fact('stored', 1)]],
    ['confirmed by an app', [accepted(0, { maySee: false }), fact('received', 2)]],
    ['nowhere', [accepted(0, { maySee: false })]],
  ])('the sender does not see the presence of the recipient, and the message is %s', (_, facts) => {
    expect(why(facts)).toMatchObject({ heard: undefined, noMore: 'presence-not-seen' });
  });

  test('who wrote to an occupant of a room saw them', () => {
    const recipient = 'room@conference.example.org/Bob' as BareJid;
    expect(why([accepted(0, { maySee: false })], { recipient })?.noMore).toBe('nothing-more');
  });

  test.each<[string, readonly Fact[]]>([
    ['delivered', [accepted(), fact('acked', 1)]],
    ['failed', [accepted(), fact('failed', 1)]],
    ['lost', [accepted(), fact('kept', 1), fact('lost', 2)]],
  ])('there is no more, once it is %s', (_, facts) => {
    expect(why(facts, { policy: 'automatic' })?.noMore).toBeUndefined();
  });

  test('the limit after which nothing is heard changes no reason', () => {
    const silent = why([accepted()], { after: 8 * DAY });
    expect(silent).toMatchObject({ known: { status: 'expired' }, noMore: 'nothing-more' });
  });
});
