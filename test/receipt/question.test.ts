import { describe, expect, test } from 'vitest';
import type { Fact } from '../../src/message/fact.ts';
import type { Policy } from '../../src/message/policy.ts';
import { factsReadUpTo, type ReadUpTo } from '../../src/message/status.ts';
import { questionOf } from '../../src/receipt/question.ts';
import { accepted, DAY, fact, lifeOf, T0 } from '../support/facts.ts';

const STOPPED = { withheld: true } as const;

describe('asked', () => {
  const reached: Readonly<Record<string, Fact>> = {
    'a stream acknowledged the message': fact('acked', 2),
    'an answer of the client was stopped': fact('received', 2, STOPPED),
    'a displayed marker of the client was stopped': fact('displayed', 2, STOPPED),
    'the message was written to a session that acknowledges nothing': fact('sent', 2, {
      unacknowledged: true,
    }),
  };

  test.each(Object.entries(reached))('the recipient is asked when %s', (_, arrival) => {
    expect(decided([accepted(), arrival])).toBe('ask');
  });

  test('the recipient is asked although another device has nothing yet', () => {
    const facts = [accepted(), fact('sent', 1), fact('sent', 2, { unacknowledged: true })];
    expect(decided([...facts, fact('stored', 3)])).toBe('ask');
  });

  test('the recipient is asked however late the message reaches a device', () => {
    expect(decided([accepted(), fact('stored', 1), fact('acked', 3 * DAY)])).toBe('ask');
    expect(decided([accepted(), fact('expired', 1), fact('acked', 30 * DAY)])).toBe('ask');
  });
});

describe('not asked yet', () => {
  test.each(['relayed', 'sent', 'stored', 'failed', 'lost', 'expired'] as const)(
    'nobody is asked about a message that is only %s',
    (kind) => {
      expect(decided([accepted(), fact(kind, 1)])).toBe('not-on-a-device');
    },
  );

  test('nobody is asked about a message that was only accepted, as a blocked one is', () => {
    expect(decided([accepted()])).toBe('not-on-a-device');
  });
});

describe('not asked any more', () => {
  test.each(['approved', 'declined'] as const)('nobody is asked once a message is %s', (kind) => {
    expect(decided([accepted(), fact('acked', 1), fact(kind, 2)])).toBe('answered');
    expect(decided([accepted(), fact(kind, 2)])).toBe('answered');
  });

  test.each(['received', 'displayed'] as const)(
    'nobody is asked when the sender has the answer of the client: %s',
    (kind) => {
      expect(decided([accepted(), fact('acked', 1), fact(kind, 2)])).toBe('client-answered');
    },
  );

  test('nobody is asked when the marker of a later message covers this one', () => {
    const readUpTo = { position: T0 + 1, at: T0 + 3 };
    expect(decided([accepted(), fact('acked', 1)], { readUpTo })).toBe('client-answered');
  });
});

test('nobody is asked about a message that has a tick already', () => {
  const facts = [accepted(), fact('acked', 1), fact('received', 2, { withheld: true })];
  expect(decided(facts, { wasTicked: true })).toBe('ticked');
});

test.each(['client', 'automatic', 'refuse'] as const)('under %s nobody is asked', (policy) => {
  for (const facts of [[accepted()], [accepted(), fact('acked', 1)]])
    expect(decided(facts, { policy })).toBe('not-manual');
});

function decided(
  facts: readonly Fact[],
  {
    policy = 'manual',
    readUpTo,
    wasTicked = false,
  }: { policy?: Policy; readUpTo?: ReadUpTo; wasTicked?: boolean } = {},
): string {
  const life = lifeOf(...facts);
  const covered = { ...life, facts: factsReadUpTo(life, readUpTo) };
  const decision = questionOf(
    covered,
    { policy, tellsDeclined: false },
    { asker: 'entitled', wasTicked },
  );
  return decision.kind === 'ask' ? 'ask' : decision.because;
}
