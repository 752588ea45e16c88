import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Fact, FactKind } from '../../src/message/fact.ts';
import { withoutDoubtful } from '../../src/message/sessions.ts';
import {
  factsReadUpTo,
  isStatus,
  proofsOf,
  RANK,
  STATUSES,
  type Status,
  statusOf,
} from '../../src/message/status.ts';
import { accepted, anyFact, fact, lifeOf, T0 } from '../support/facts.ts';

const FACT_OF: Readonly<Record<Status, FactKind>> = {
  accepted: 'accepted',
  relayed: 'relayed',
  sent: 'sent',
  stored: 'stored',
  failed: 'failed',
  lost: 'lost',
  expired: 'expired',
  delivered: 'acked',
  displayed: 'displayed',
  declined: 'declined',
  confirmed: 'approved',
};

/** What the status is when the one on the left came first and the one on top later. */
const THEN = `
            accepted  relayed   sent      stored    failed    lost      expired   delivered displayed declined  confirmed
  accepted  accepted  relayed   sent      stored    failed    lost      expired   delivered displayed declined  confirmed
  relayed   relayed   relayed   sent      stored    failed    lost      expired   delivered displayed declined  confirmed
  sent      sent      sent      sent      stored    failed    lost      expired   delivered displayed declined  confirmed
  stored    stored    stored    sent      stored    failed    lost      expired   delivered displayed declined  confirmed
  failed    failed    failed    sent      stored    failed    lost      expired   delivered displayed declined  confirmed
  lost      lost      lost      sent      stored    failed    lost      expired   delivered displayed declined  confirmed
  expired   expired   expired   sent      stored    failed    lost      expired   delivered displayed declined  confirmed
  delivered delivered delivered delivered delivered delivered delivered delivered delivered displayed declined  confirmed
  displayed displayed displayed displayed displayed displayed displayed displayed displayed displayed declined  confirmed
  declined  declined  declined  declined  declined  declined  declined  declined  declined  declined  declined  confirmed
  confirmed confirmed confirmed confirmed confirmed confirmed confirmed confirmed confirmed confirmed confirmed confirmed`;

const [COLUMNS = [], ...ROWS] = THEN.trim()
  .split('\n')
  .map((row) => row.trim().split(/ +/));

describe.each(ROWS.map(([first = '', ...cells]) => [first, cells] as const))(
  'a message that was %s',
  (first, cells) => {
    const pairs = COLUMNS.map((then, index) => [then, cells[index]] as const);
    test.each(pairs)('and for which %s was reported too has the status %s', (then, status) => {
      const facts = [fact(factOf(first), 1), fact(factOf(then), 2)];
      expect(statusOf(facts)).toBe(status);
      expect(statusOf(facts.toReversed())).toBe(status);
    });
  },
);

test('the table names every status', () => {
  expect(COLUMNS).toEqual([...STATUSES]);
  expect(ROWS.map(([first]) => first)).toEqual([...STATUSES]);
});

test('no facts have no status', () => {
  expect(statusOf([])).toBeUndefined();
});

test('only our own words are statuses', () => {
  expect([...STATUSES, 'read', 'toString', ''].filter(isStatus)).toEqual([...STATUSES]);
});

test('more facts never lower the status', () => {
  const anyFacts = fc.array(anyFact({ hours: 3 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(anyFacts, anyFacts, (facts, news) => {
      const before = rankOf(statusOf(facts));
      expect(rankOf(statusOf([...facts, ...news]))).toBeGreaterThanOrEqual(before);
    }),
  );
});

test('of equal rank the latest fact counts that news do not contradict', () => {
  const anyFacts = fc.array(anyFact({ hours: 3 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(anyFacts, anyFacts, (facts, news) => {
      const before = proofsOf(facts).at(-1);
      const all = [...facts, ...news];
      const after = proofsOf(all).at(-1);
      if (before === undefined || !withoutDoubtful(all).includes(before.fact)) return;
      if (after?.status !== before.status && rankOf(after?.status) === rankOf(before.status))
        expect(after?.at).toBeGreaterThanOrEqual(before.at);
    }),
  );
});

test('what facts prove does not depend on the order in which they arrive', () => {
  const shuffled = fc
    .uniqueArray(anyFact({ hours: 2 }), {
      maxLength: 10,
      selector: ({ kind, at }) => `${kind}${at}`,
    })
    .chain((facts) =>
      fc.tuple(fc.constant(facts), fc.shuffledSubarray(facts, { minLength: facts.length })),
    );
  fc.assert(
    fc.property(shuffled, ([facts, again]) => {
      expect(proofsOf(again)).toEqual(proofsOf(facts));
    }),
  );
});

describe('evidence', () => {
  test.each<[FactKind, string]>([
    ['accepted', 'server'],
    ['relayed', 'server'],
    ['sent', 'server'],
    ['stored', 'server'],
    ['failed', 'server'],
    ['lost', 'server'],
    ['expired', 'server'],
    ['acked', 'stream'],
    ['received', 'client'],
    ['displayed', 'client'],
    ['approved', 'person'],
  ])('the evidence of %s is the %s', (kind, evidence) => {
    expect(proofsOf([fact(kind, 1)]).at(-1)?.evidence).toBe(evidence);
  });

  test("the client's answer counts more than the stream's acknowledgement, in either order", () => {
    const acked = fact('acked', 1);
    const received = fact('received', 2);
    expect(proofsOf([acked, received])).toEqual(proofsOf([received, acked]));
    expect(proofsOf([acked, received]).at(-1)).toMatchObject({ evidence: 'client', at: T0 + 2 });
  });

  test('of several devices that answered the first one counts', () => {
    expect(proofsOf([fact('received', 3), fact('received', 2)]).at(-1)?.at).toBe(T0 + 2);
  });

  test('of several failures the latest counts', () => {
    const [first, last] = [fact('failed', 1), fact('failed', 2, { condition: 'gone' })];
    expect(proofsOf([last, first]).at(-1)?.fact).toBe(last);
  });
});

describe('displayed markers', () => {
  const marker = { position: T0 + 10, at: T0 + 20 };

  test('a displayed marker covers an earlier message that was delivered', () => {
    expect(statusOf(factsReadUpTo(lifeOf(accepted(), fact('acked', 1)), marker))).toBe('displayed');
  });

  test('a displayed marker covers the message that it names', () => {
    const life = lifeOf(accepted(10), fact('received', 11));
    expect(statusOf(factsReadUpTo(life, marker))).toBe('displayed');
  });

  test('a displayed marker does not cover a message that was never delivered', () => {
    const life = lifeOf(accepted(), fact('stored', 1));
    expect(factsReadUpTo(life, marker)).toBe(life.facts);
  });

  test('a displayed marker does not cover a message that came after it', () => {
    const life = lifeOf(accepted(11), fact('acked', 12));
    expect(factsReadUpTo(life, marker)).toBe(life.facts);
  });

  test('without a displayed marker nothing is covered', () => {
    const life = lifeOf(accepted(), fact('acked', 1));
    expect(factsReadUpTo(life, undefined)).toBe(life.facts);
  });
});

test('a message that one device lost is not lost while another may have it', () => {
  const phone = { resource: 'phone' };
  const desktop = { resource: 'desktop' };
  const both = [accepted(), fact('sent', 1, phone), fact('sent', 2, desktop)];
  expect(statusOf([...both, fact('lost', 3, phone)])).toBe('sent');
  expect(statusOf([...both, fact('lost', 3, phone), fact('lost', 4, desktop)])).toBe('lost');
});

function factOf(status: string): Fact['kind'] {
  return FACT_OF[status as Status];
}

function rankOf(status: Status | undefined): number {
  return status === undefined ? -1 : RANK[status];
}
