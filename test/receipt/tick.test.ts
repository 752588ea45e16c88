import { describe, expect, test } from 'vitest';
import type { Fact, FactKind } from '../../src/message/fact.ts';
import type { Policy } from '../../src/message/policy.ts';
import { factsReadUpTo, type ReadUpTo } from '../../src/message/status.ts';
import {
  isAnsweredByClient,
  type TickDecision,
  type TickMatter,
  tickOf,
} from '../../src/receipt/tick.ts';
import { accepted, DAY, fact, keyOf, lifeOf, RULES, SECOND, T0 } from '../support/facts.ts';

const TOKEN = { token: 'kX2c' } as const;
const ON_DEVICE = [accepted(0, TOKEN), fact('sent', 1), fact('acked', 2 * SECOND)];
const LATER = T0 + DAY;

describe('automatic', () => {
  test('under automatic an acknowledgement orders a tick, with the token of the server', () => {
    expect(decided(ON_DEVICE)).toEqual({
      kind: 'order',
      tick: { key: keyOf('m1'), token: 'kX2c', because: 'acked' },
    });
  });

  test('a tick waits until the client had its time to answer, to the microsecond', () => {
    const until = T0 + 2 * SECOND + RULES.grace;
    for (const completeUpTo of [T0, until - 1])
      expect(decided(ON_DEVICE, { completeUpTo })).toEqual({ kind: 'wait', until });
    expect(decided(ON_DEVICE, { completeUpTo: until }).kind).toBe('order');
  });

  test('a tick waits from the first acknowledgement on', () => {
    const again = [...ON_DEVICE, fact('acked', 4 * SECOND)];
    expect(decided(again, { completeUpTo: T0 + 7 * SECOND }).kind).toBe('order');
  });

  test('a tick does not wait where there is no grace', () => {
    expect(decided(ON_DEVICE, { completeUpTo: T0 + 2 * SECOND, grace: 0 }).kind).toBe('order');
  });

  test('a tick has the newest token when the message was sent again', () => {
    const facts = [...ON_DEVICE, accepted(3 * SECOND, { token: 'new' }), accepted(4 * SECOND)];
    expect(decided(facts)).toMatchObject({ kind: 'order', tick: { token: 'new' } });
  });
});

describe('what only the server knows', () => {
  test.each(['relayed', 'sent', 'stored', 'failed', 'lost', 'expired'] as const)(
    'there is no tick after %s',
    (kind) => {
      expect(said(decided([accepted(0, TOKEN), fact(kind, 1)]))).toBe('none not-on-a-device');
    },
  );

  test('there is no tick from a session without acknowledgements', () => {
    const facts = [accepted(0, TOKEN), fact('sent', 1, { unacknowledged: true })];
    expect(said(decided(facts))).toBe('none not-on-a-device');
  });
});

describe('answers of the client', () => {
  test.each(['received', 'displayed'] as const)(
    'there is no tick after the client answered: %s',
    (kind) => {
      const facts = [...ON_DEVICE, fact(kind, 3 * SECOND)];
      for (const completeUpTo of [T0, LATER])
        expect(said(decided(facts, { completeUpTo }))).toBe('none client-answered');
      expect(said(decided([...facts, fact('approved', DAY)]))).toBe('none client-answered');
    },
  );

  test('there is no second tick when the client answers after the order', () => {
    const facts = [...ON_DEVICE, fact('received', 9 * SECOND)];
    expect(said(decided(facts, { wasTicked: true }))).toBe('none client-answered');
  });

  test('there is no tick beside the marker of a later message, which covers this one', () => {
    const readUpTo = { position: T0 + 1, at: T0 + 9 * SECOND };
    expect(said(decided(ON_DEVICE, { readUpTo }))).toBe('none client-answered');
  });

  test('there is a tick beside the marker of an earlier message, which does not cover this one', () => {
    const readUpTo = { position: T0 - 1, at: T0 + 9 * SECOND };
    expect(decided(ON_DEVICE, { readUpTo }).kind).toBe('order');
  });

  test('there is a tick beside an answer that was stopped: the sender did not get it', () => {
    const facts = [...ON_DEVICE, fact('received', 3 * SECOND, { withheld: true })];
    expect(decided(facts).kind).toBe('order');
    expect(isAnsweredByClient(lifeOf(...facts))).toBe(false);
  });
});

describe('the recipient’s decision', () => {
  test.each(['client', 'manual', 'refuse'] as const)(
    'under %s an acknowledgement of the stream is no tick',
    (policy) => {
      expect(said(decided(ON_DEVICE, { policy }))).toBe('none recipient-decides');
    },
  );

  test.each(['automatic', 'client', 'manual'] as const)('a yes is a tick under %s', (policy) => {
    const approved = [...ON_DEVICE, fact('approved', 3 * SECOND)];
    expect(decided(approved, { policy, completeUpTo: T0 })).toEqual({
      kind: 'order',
      tick: { key: keyOf('m1'), token: 'kX2c', because: 'approved' },
    });
  });

  test('a yes is no tick once the recipient refuses all', () => {
    const approved = [...ON_DEVICE, fact('approved', 3 * SECOND)];
    expect(said(decided(approved, { policy: 'refuse' }))).toBe('none recipient-decides');
  });

  test('a yes is a tick days later as well', () => {
    const facts = [
      ...ON_DEVICE,
      fact('received', 3, { withheld: true }),
      fact('approved', 5 * DAY),
    ];
    expect(decided(facts, { policy: 'manual', completeUpTo: T0 + 5 * DAY }).kind).toBe('order');
  });

  test('a yes is a tick though the message went to a session without acknowledgements', () => {
    const facts = [
      accepted(0, TOKEN),
      fact('sent', 1, { unacknowledged: true }),
      fact('approved', DAY),
    ];
    expect(decided(facts, { policy: 'manual' }).kind).toBe('order');
  });

  test('a no is no tick', () => {
    const facts = [...ON_DEVICE, fact('declined', 3 * SECOND)];
    expect(said(decided(facts, { policy: 'manual' }))).toBe('none recipient-decides');
  });
});

describe('strangers', () => {
  test('a stranger gets no tick from the stream: it would tell that somebody is online', () => {
    for (const completeUpTo of [T0, LATER])
      expect(said(decided(ON_DEVICE, { entitlement: 'stranger', completeUpTo }))).toBe(
        'none presence-not-shared',
      );
  });

  test.each<Policy>(['automatic', 'manual'])(
    'a stranger gets a tick where the recipient said yes, under %s',
    (policy) => {
      const approved = [...ON_DEVICE, fact('approved', DAY)];
      expect(decided(approved, { entitlement: 'stranger', policy }).kind).toBe('order');
    },
  );
});

describe('servers that cannot', () => {
  const stages: readonly FactKind[] = ['acked', 'approved'];

  test.each(stages)('there is no tick where the server gave no token: %s', (kind) => {
    expect(said(decided([accepted(), fact('acked', 1), fact(kind, 2)]))).toBe('none server-cannot');
  });
});

test('a tick that was ordered is not ordered again', () => {
  for (const facts of [ON_DEVICE, [...ON_DEVICE, fact('approved', DAY)]])
    expect(said(decided(facts, { wasTicked: true }))).toBe('none ticked');
});

interface Circumstances extends Partial<Omit<TickMatter, 'key' | 'life' | 'consent'>> {
  readonly policy?: Policy;
  readonly readUpTo?: ReadUpTo;
}

function decided(facts: readonly Fact[], circumstances: Circumstances = {}): TickDecision {
  const { policy = 'automatic', readUpTo, ...others } = circumstances;
  const life = lifeOf(...facts);
  return tickOf({
    key: keyOf('m1'),
    life: { ...life, facts: factsReadUpTo(life, readUpTo) },
    consent: { policy, tellsDeclined: false },
    entitlement: 'entitled',
    wasTicked: false,
    completeUpTo: LATER,
    grace: RULES.grace,
    ...others,
  });
}

function said(decision: TickDecision): string {
  return decision.kind === 'none' ? `none ${decision.because}` : decision.kind;
}
