import { describe, expect, test } from 'vitest';
import type { Fact } from '../../src/message/fact.ts';
import type { BareJid } from '../../src/message/jid.ts';
import type { Status } from '../../src/message/status.ts';
import { decide } from '../../src/receipt/decide.ts';
import type { Decision } from '../../src/receipt/decision.ts';
import { disclosedTo } from '../../src/receipt/disclose.ts';
import type { Rules } from '../../src/receipt/rules.ts';
import { accepted, fact, keyOf, lifeOf, MINUTE, RULES, SECOND, T0 } from '../support/facts.ts';

const AUTOMATIC = { ...RULES.policy, default: 'automatic' } as const;

describe('what is certain', () => {
  test.each(['stored', 'failed', 'lost', 'expired'] as const)('%s is told at once', (kind) => {
    expect(said(decided([accepted(), fact(kind, 1)]))).toBe(`tell ${kind}`);
  });

  test('what the recipient confirmed is told at once', () => {
    expect(said(decided([accepted(), fact('approved', 1)]))).toBe('tell confirmed');
  });

  test('displayed is told at once to a client that does not ask for markers', () => {
    expect(said(decided([accepted(), fact('displayed', 1)]))).toBe('tell displayed');
  });
});

describe('the time to answer', () => {
  const sent = [accepted(), fact('sent', SECOND)];
  const acked = [...sent, fact('acked', 2 * SECOND)];

  test.each(['relayed', 'sent'] as const)('%s is told when the grace is over', (kind) => {
    const facts = [accepted(), fact(kind, SECOND)];
    expect(decided(facts, { completeUpTo: T0 + 6 * SECOND - 1 })).toMatchObject({
      kind: 'wait',
      until: T0 + 6 * SECOND,
    });
    expect(said(decided(facts, { completeUpTo: T0 + 6 * SECOND }))).toBe(`tell ${kind}`);
  });

  test.each(['received', 'displayed'] as const)(
    'a stranger whose client got the answer %s is not told relayed',
    (answer) => {
      const facts = [accepted(0, { maySee: false }), fact('relayed', 1), fact(answer, 2)];
      expect(decided(facts, { completeUpTo: T0 + MINUTE })).toEqual({
        kind: 'hold',
        because: 'client-answered',
      });
    },
  );

  test('a stranger is told relayed where the policy stopped the answer', () => {
    const facts = [
      accepted(0, { maySee: false }),
      fact('relayed', 1),
      fact('received', 2, { withheld: true }),
    ];
    expect(said(decided(facts, { completeUpTo: T0 + MINUTE }))).toBe('tell relayed');
  });

  test('sent is not told after an answer that came before the policy became manual', () => {
    const rules = { policy: { ...RULES.policy, default: 'manual' } } as const;
    const facts = [...sent, fact('received', 2 * SECOND)];
    expect(decided(facts, { rules, completeUpTo: T0 + MINUTE })).toEqual({
      kind: 'hold',
      because: 'client-answered',
    });
  });

  test('delivered by the stream is told when the grace is over, under automatic', () => {
    const rules = { policy: AUTOMATIC };
    expect(decided(acked, { rules, completeUpTo: T0 + 7 * SECOND - 1 })).toMatchObject({
      kind: 'wait',
      until: T0 + 7 * SECOND,
    });
    expect(said(decided(acked, { rules, completeUpTo: T0 + 7 * SECOND }))).toBe('tell delivered');
  });

  test('delivered by the stream is not told under the policy client', () => {
    expect(said(decided(acked, { completeUpTo: T0 + MINUTE }))).toBe('tell sent');
  });
});

describe('reasons to tell nothing', () => {
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

  test.each(Object.entries(cases))('a reason to tell nothing is %s', (because, decision) => {
    expect(decision).toEqual({ kind: 'hold', because });
  });

  test('failed is told when the server took its own error back, as the stream died', () => {
    const facts = [accepted(), fact('failed', 1, { handed: true }), fact('failed', 2)];
    expect(decided(facts)).toMatchObject({ kind: 'tell', proofs: [{ status: 'failed' }] });
  });

  test('stored is not told to a stranger: it says whether somebody is online', () => {
    expect(decided([accepted(0, { maySee: false }), fact('stored', 1)])).toEqual({
      kind: 'hold',
      because: 'nothing-to-tell',
    });
  });

  test('a status is not told that is less than was told before', () => {
    const facts = [
      accepted(),
      fact('relayed', 1),
      fact('stored', 2),
      accepted(3, { maySee: false }),
    ];
    expect(decided(facts, { told: ['stored'] })).toEqual({ kind: 'hold', because: 'already-told' });
  });

  test('the reason is the client’s own answer, also where the status was told before', () => {
    const decision = decided([accepted(), fact('received', 1)], { told: ['delivered'] });
    expect(decision).toEqual({ kind: 'hold', because: 'client-answered' });
  });
});

describe('<report/>', () => {
  test('a status that <report/> names is told at once, also one that the client learns anyway', () => {
    const report = { report: ['sent', 'delivered', 'displayed'], markable: true } as const;
    expect(said(decided([accepted(0, report), fact('sent', 1)]))).toBe('tell sent');
    expect(said(decided([accepted(0, report), fact('received', 1)]))).toBe('tell delivered');
    expect(said(decided([accepted(0, report), fact('displayed', 1)]))).toBe('tell displayed');
  });

  test('a status that <report/> names is told whatever the operator configured', () => {
    const decision = decided([accepted(0, { report: ['stored'] }), fact('stored', 1)], {
      rules: { statuses: [] },
    });
    expect(said(decision)).toBe('tell stored');
  });

  test('a status that <report/> names is told although more is known that it does not name', () => {
    const facts = [accepted(0, { report: ['stored'] }), fact('stored', 1), fact('received', 2)];
    expect(said(decided(facts))).toBe('tell stored');
  });

  test.each([[[]], [['failed']], [['no-such-status']]])(
    'no status is told that <report/> does not name: %j',
    (report) => {
      expect(said(decided([accepted(0, { report }), fact('stored', 1)]))).toBe(
        'hold not-asked-for',
      );
    },
  );

  test('a status that <report/> names is told once', () => {
    const facts = [accepted(0, { report: ['stored'] }), fact('stored', 1)];
    expect(said(decided(facts, { told: ['stored'] }))).toBe('hold already-told');
  });

  test('the statuses of several <report/> add up when the message is sent again', () => {
    const facts = [accepted(0, { report: ['failed'] }), accepted(1, { report: ['stored'] })];
    expect(said(decided([...facts, fact('stored', 2)]))).toBe('tell stored');
  });

  test('a status that <report/> names is not told to strangers either', () => {
    const facts = [accepted(0, { report: ['stored'], maySee: false }), fact('stored', 1)];
    expect(said(decided(facts))).toBe('hold not-asked-for');
  });
});

describe('on a server with several nodes', () => {
  const lost = [accepted(0), fact('stored', 1, { where: 'offline' }), fact('lost', SECOND)];
  const hasSeveralNodes = true;

  test('a loss waits until all nodes have told what came before it', () => {
    const early = { hasSeveralNodes, completeUpTo: T0 + SECOND - 1 };
    expect(decided(lost, early)).toMatchObject({ kind: 'wait', until: T0 + SECOND });
    const inTime = { hasSeveralNodes, completeUpTo: T0 + SECOND };
    expect(said(decided(lost, inTime))).toBe('tell lost');
  });

  test('with one node it is told at once', () => {
    expect(said(decided(lost, { completeUpTo: T0 }))).toBe('tell lost');
  });
});

interface Circumstances {
  readonly sender?: BareJid;
  readonly told?: readonly Status[];
  readonly completeUpTo?: number;
  readonly hasSeveralNodes?: boolean;
  readonly rules?: Partial<Rules>;
}

function decided(facts: readonly Fact[], circumstances: Circumstances = {}): Decision {
  const { sender, told = [], completeUpTo = T0, hasSeveralNodes, rules: changed } = circumstances;
  const key = keyOf('m1', sender);
  const life = lifeOf(...facts);
  const rules = { ...RULES, ...changed };
  const disclosed = disclosedTo(key, life, { rules, readUpTo: undefined, recipient: {} });
  const before = told.map((status) => ({ status, at: T0 }));
  const matter = { key, life, disclosed, told: before, completeUpTo, hasSeveralNodes };
  return decide({ ...matter, rules, sender: {} });
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
