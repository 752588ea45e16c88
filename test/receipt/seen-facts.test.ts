import { describe, expect, test } from 'vitest';
import type { Fact, FactKind } from '../../src/message/fact.ts';
import { EMPTY_RECORD } from '../../src/message/record.ts';
import type { Stamp } from '../../src/message/time.ts';
import { disclose } from '../../src/receipt/disclose.ts';
import { expiresAt } from '../../src/receipt/expire.ts';
import { judge } from '../../src/receipt/judge.ts';
import type { Rules } from '../../src/receipt/rules.ts';
import { seenFacts } from '../../src/receipt/seen-facts.ts';
import { accepted, DAY, fact, keyOf, lifeOf, RULES, SECOND, T0 } from '../support/facts.ts';

const AUTOMATIC: Rules = { ...RULES, policy: { ...RULES.policy, default: 'automatic' } };

describe('a sender from whom a session hides', () => {
  test.each<[string, readonly Fact[], readonly string[]]>([
    [
      'sees nothing if there is no archive',
      [unseen('sent', 1), unseen('acked', 2)],
      ['accepted 0'],
    ],
    [
      'sees stored if the archive has the message',
      [archived(1), unseen('acked', 2)],
      ['accepted 0', 'stored 1'],
    ],
    [
      'sees stored once if the message is sent to the session again',
      [archived(1), archived(9)],
      ['accepted 0', 'stored 1'],
    ],
    [
      'sees no more than before if the message was stored for the session',
      [fact('stored', 1), archived(2)],
      ['accepted 0', 'stored 1'],
    ],
    [
      'sees no more than before if a session that is seen has the message',
      [fact('sent', 1), archived(2)],
      ['accepted 0', 'sent 1'],
    ],
    [
      'sees later what another session does that is seen',
      [archived(1), fact('sent', 5), fact('acked', 6)],
      ['accepted 0', 'sent 5', 'acked 6', 'stored 1'],
    ],
    [
      'does not see its end, after which the server stores the message again',
      [unseen('sent', 1), fact('stored', 5)],
      ['accepted 0'],
    ],
    [
      'does not see its end, at which the message is lost',
      [unseen('sent', 1, 'phone'), fact('lost', 5, { resource: 'phone' })],
      ['accepted 0'],
    ],
    [
      'sees nothing while its queue alone keeps the message',
      [keptUnseen(1, 'stream')],
      ['accepted 0'],
    ],
    [
      'sees stored if the archive has what its queue keeps',
      [keptUnseen(1, 'archive')],
      ['accepted 0', 'stored 1'],
    ],
    [
      'does not see its end while it was away, after which the server stores the message again',
      [keptUnseen(1, 'stream'), fact('stored', 5)],
      ['accepted 0'],
    ],
    [
      'sees that another session has ended, and its message was stored',
      [keptUnseen(1, 'stream'), fact('sent', 2), fact('stored', 5, { resource: 'laptop' })],
      ['accepted 0', 'sent 2', 'stored 5'],
    ],
    [
      'does not see that a store was emptied if that shows a login that is not shown',
      [fact('stored', 1), fact('gone', 2)],
      ['accepted 0', 'stored 1'],
    ],
    [
      'sees that a store was emptied if the login is shown',
      [fact('stored', 1), fact('gone', 2, { shown: true })],
      ['accepted 0', 'stored 1', 'gone 2'],
    ],
    [
      'does not see that a store was emptied if a session hid with that message',
      [fact('stored', 1), fact('gone', 2, { shown: true }), unseen('lost', 3)],
      ['accepted 0', 'stored 1'],
    ],
    [
      'sees that another session has lost the message',
      [unseen('sent', 1, 'phone'), fact('lost', 5, { resource: 'laptop' })],
      ['accepted 0', 'lost 5'],
    ],
  ])('%s', (_, facts, expected) => {
    const seen = seenFacts([accepted(), ...facts]);
    expect(seen.map(({ kind, at }) => `${kind} ${at - T0}`)).toEqual(expected);
  });

  test('sees all facts if nobody hides', () => {
    const facts = [accepted(), fact('sent', 1), fact('lost', 2), fact('stored', 3)];
    expect(seenFacts(facts)).toBe(facts);
  });
});

describe('a message to a session that hides', () => {
  test('expires when one expires that was stored for an absent recipient', () => {
    const hidden = lifeOf(accepted(), archived(1), unseen('acked', 2 * DAY));
    expect(expiresAt(hidden, RULES)).toBe(expiresAt(lifeOf(accepted(), fact('stored', 1)), RULES));
  });

  test('gets no tick by an acknowledgement', () => {
    const { tick } = judged(accepted(0, { token: 'kX2c' }), archived(1), unseen('acked', 2));
    expect(tick).toEqual({ kind: 'none', because: 'not-on-a-device' });
  });

  test('is asked about under manual, for that is seen by the recipient alone', () => {
    const manual: Rules = { ...RULES, policy: { ...RULES.policy, default: 'manual' } };
    const { question } = judge(TRACKED, [accepted(), unseen('acked', 1)], {
      ...CIRCUMSTANCES,
      rules: manual,
    });
    expect(question.kind).toBe('ask');
  });

  test('is told as answered, if the session itself said so to the sender', () => {
    const { receipts } = judged(accepted(), archived(1), fact('displayed', 2));
    expect(receipts.map(({ status }) => status)).toEqual(['displayed']);
  });

  test('is withheld because the recipient hides', () => {
    const consent = { policy: 'automatic', tellsDeclined: false } as const;
    expect(disclose([accepted(), unseen('acked', 1)], consent, 'entitled').withheld).toBe(
      'recipient-hides',
    );
    expect(disclose([accepted(), archived(1)], consent, 'entitled').withheld).toBe(
      'recipient-hides',
    );
  });
});

const TRACKED = { key: keyOf('m1'), record: EMPTY_RECORD, told: [] };
const CIRCUMSTANCES = {
  rules: AUTOMATIC,
  readUpTo: undefined,
  completeUpTo: T0 + 60 * SECOND,
  now: 0,
  unsent: [],
  sender: {},
  recipient: {},
  mentions: {},
};

function judged(...facts: readonly Fact[]) {
  return judge(TRACKED, facts, CIRCUMSTANCES);
}

function unseen(kind: FactKind, after: Stamp, resource?: string): Fact {
  const details = resource === undefined ? {} : { resource };
  return { ...fact(kind, after, details), unseen: true } as Fact;
}

/** Held for a session that hides and is away. */
function keptUnseen(after: Stamp, where: 'stream' | 'archive'): Fact {
  return { ...unseen('kept', after, 'phone'), where } as Fact;
}

/** Sent to a session that hides, and in the archive. */
function archived(after: Stamp): Fact {
  return { ...unseen('sent', after), archived: true } as Fact;
}
