import { describe, expect, test } from 'vitest';
import type { Fact } from '../../src/message/fact.ts';
import type { BareJid } from '../../src/message/jid.ts';
import type { Status } from '../../src/message/status.ts';
import { type Decision, decide } from '../../src/receipt/decide.ts';
import { disclosedTo } from '../../src/receipt/disclose.ts';
import type { Rules } from '../../src/receipt/rules.ts';
import { accepted, fact, keyOf, lifeOf, MINUTE, RULES, SECOND, T0 } from '../support/facts.ts';

const AUTOMATIC = { ...RULES.policy, default: 'automatic' } as const;

describe('what is certain is told at once', () => {
  test.each(['relayed', 'stored', 'failed', 'lost', 'expired'] as const)('%s', (kind) => {
    expect(said(decided([accepted(), fact(kind, 1)]))).toBe(`tell ${kind}`);
  });

  test('what the recipient confirmed', () => {
    expect(said(decided([accepted(), fact('approved', 1)]))).toBe('tell confirmed');
  });

  test('displayed, to a client that does not ask for markers', () => {
    expect(said(decided([accepted(), fact('displayed', 1)]))).toBe('tell displayed');
  });
});

describe("the recipient's client has its time to answer", () => {
  const sent = [accepted(), fact('sent', SECOND)];
  const acked = [...sent, fact('acked', 2 * SECOND)];

  test('sent waits for the grace to be over', () => {
    expect(decided(sent, { completeUpTo: T0 + 6 * SECOND - 1 })).toMatchObject({
      kind: 'wait',
      until: T0 + 6 * SECOND,
    });
    expect(said(decided(sent, { completeUpTo: T0 + 6 * SECOND }))).toBe('tell sent');
  });

  test('what only the stream proves waits too, where it is told', () => {
    const rules = { policy: AUTOMATIC };
    expect(decided(acked, { rules, completeUpTo: T0 + 7 * SECOND - 1 })).toMatchObject({
      kind: 'wait',
      until: T0 + 7 * SECOND,
    });
    expect(said(decided(acked, { rules, completeUpTo: T0 + 7 * SECOND }))).toBe('tell delivered');
  });

  test('under the policy client no acknowledgement of a stream is told', () => {
    expect(said(decided(acked, { completeUpTo: T0 + MINUTE }))).toBe('tell sent');
  });
});

describe('nothing is told', () => {
  const stored = [accepted(), fact('stored', 1)];
  const cases: Readonly<Record<string, Decision>> = {
    'sender-is-elsewhere': decided(stored, { sender: 'x@example.net' as BareJid }),
    'nothing-to-tell': decided([accepted()]),
    'not-asked-for': decided(stored, { rules: { statuses: ['failed'] } }),
    'already-told': decided(stored, { told: ['stored'] }),
    'client-answered': decided([accepted(), fact('received', 1)]),
    'client-shows-it': decided([accepted(0, { markable: true }), fact('displayed', 1)]),
    'server-told': decided([accepted(), fact('failed', 1, { handed: true })]),
  };

  test.each(Object.entries(cases))('%s', (because, decision) => {
    expect(decision).toEqual({ kind: 'hold', because });
  });

  test('unless the server took the error back, since the stream it was written to died', () => {
    const facts = [accepted(), fact('failed', 1, { handed: true }), fact('failed', 2)];
    expect(decided(facts)).toMatchObject({ kind: 'tell', proofs: [{ status: 'failed' }] });
  });

  test('to a stranger of what tells whether somebody is online', () => {
    expect(decided([accepted(0, { maySee: false }), fact('stored', 1)])).toEqual({
      kind: 'hold',
      because: 'nothing-to-tell',
    });
  });

  test('that is less than was told before', () => {
    const facts = [
      accepted(),
      fact('relayed', 1),
      fact('stored', 2),
      accepted(3, { maySee: false }),
    ];
    expect(decided(facts, { told: ['stored'] })).toEqual({ kind: 'hold', because: 'already-told' });
  });

  test("though it was told before, the client's own answer is the reason", () => {
    const decision = decided([accepted(), fact('received', 1)], { told: ['delivered'] });
    expect(decision).toEqual({ kind: 'hold', because: 'client-answered' });
  });
});

describe('what <report/> named', () => {
  test('is told at once, also what the client learns anyway', () => {
    const report = { report: ['sent', 'delivered', 'displayed'], markable: true } as const;
    expect(said(decided([accepted(0, report), fact('sent', 1)]))).toBe('tell sent');
    expect(said(decided([accepted(0, report), fact('received', 1)]))).toBe('tell delivered');
    expect(said(decided([accepted(0, report), fact('displayed', 1)]))).toBe('tell displayed');
  });

  test('is told whatever the operator lets tell unasked', () => {
    const decision = decided([accepted(0, { report: ['stored'] }), fact('stored', 1)], {
      rules: { statuses: [] },
    });
    expect(said(decision)).toBe('tell stored');
  });

  test('is told though more is known that was not asked for', () => {
    const facts = [accepted(0, { report: ['stored'] }), fact('stored', 1), fact('received', 2)];
    expect(said(decided(facts))).toBe('tell stored');
  });

  test.each([[[]], [['failed']], [['no-such-status']]])('is all that is told: %j', (report) => {
    expect(said(decided([accepted(0, { report }), fact('stored', 1)]))).toBe('hold not-asked-for');
  });

  test('is told once', () => {
    const facts = [accepted(0, { report: ['stored'] }), fact('stored', 1)];
    expect(said(decided(facts, { told: ['stored'] }))).toBe('hold already-told');
  });

  test('adds up when the message is sent again', () => {
    const facts = [accepted(0, { report: ['failed'] }), accepted(1, { report: ['stored'] })];
    expect(said(decided([...facts, fact('stored', 2)]))).toBe('tell stored');
  });

  test('is not told to strangers either', () => {
    const facts = [accepted(0, { report: ['stored'], maySee: false }), fact('stored', 1)];
    expect(said(decided(facts))).toBe('hold not-asked-for');
  });
});

interface Circumstances {
  readonly sender?: BareJid;
  readonly told?: readonly Status[];
  readonly completeUpTo?: number;
  readonly rules?: Partial<Rules>;
}

function decided(facts: readonly Fact[], circumstances: Circumstances = {}): Decision {
  const { sender, told = [], completeUpTo = T0, rules: changed } = circumstances;
  const key = keyOf('m1', sender);
  const life = lifeOf(...facts);
  const rules = { ...RULES, ...changed };
  const disclosed = disclosedTo(key, life, { rules, readUpTo: undefined, recipient: {} });
  return decide({ key, life, disclosed, told, completeUpTo, rules, sender: {} });
}

function said(decision: Decision): string {
  switch (decision.kind) {
    case 'hold':
      return `hold ${decision.because}`;
    case 'wait':
      return `wait ${decision.proof.status}`;
    case 'tell':
      return `tell ${decision.proofs.map(({ status }) => status).join(' ')}`;
  }
}
