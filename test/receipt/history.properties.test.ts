import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Fact, FactKind } from '../../src/message/fact.ts';
import { FACT_KINDS } from '../../src/message/kinds.ts';
import { newestLife } from '../../src/message/life.ts';
import { POLICIES } from '../../src/message/policy.ts';
import { RANK } from '../../src/message/status.ts';
import { disclosedTo } from '../../src/receipt/disclose.ts';
import type { Judgement } from '../../src/receipt/judgement.ts';
import type { Rules } from '../../src/receipt/rules.ts';
import { anyFact, anyTelling, RULES } from '../support/facts.ts';
import { History } from './history.ts';

/** What servers report; the rest we make ourselves. */
const REPORTED = FACT_KINDS.filter((kind) => !['expired', 'approved', 'declined'].includes(kind));
const OPEN: readonly FactKind[] = ['accepted', 'relayed', 'sent', 'stored', 'acked'];

const anyRules: fc.Arbitrary<Rules> = fc
  .record({
    policy: fc.constantFrom(...POLICIES).map((policy) => ({ ...RULES.policy, default: policy })),
    disclosure: fc.constantFrom('subscribers', 'everyone'),
    words: fc.boolean().map((byDefault) => ({ ...RULES.words, byDefault })),
  })
  .map((changed) => ({ ...RULES, ...changed }));

const oneLife = anyFacts(1, REPORTED);
const severalLives = fc.oneof(anyFacts(6, REPORTED), anyFacts(6, OPEN));

test('the same is known in the end, in whatever order and however often the facts come', () => {
  const story = severalLives.chain((facts) =>
    fc.tuple(anyTelling(facts), anyTelling(facts), anyRules),
  );
  fc.assert(
    fc.property(story, ([one, other, rules]) => {
      const first = new History(rules).tell(one).letTimePass();
      const second = new History(rules).tell(other).letTimePass();
      expect(second.tracked.record).toEqual(first.tracked.record);
      expect(second.status).toBe(first.status);
    }),
  );
});

test('no receipt tells what must not be disclosed', () => {
  const story = severalLives.chain((facts) => fc.tuple(anyTelling(facts), anyRules, anySending()));
  fc.assert(
    fc.property(story, ([pieces, rules, sending]) => {
      const look = ({ tracked, receipts }: Judgement) => {
        const life = newestLife(tracked.record);
        for (const { status, at } of receipts) {
          const context = { rules, readUpTo: undefined, recipient: {} };
          const { proofs } = disclosedTo(tracked.key, life ?? { startedAt: 0, facts: [] }, context);
          expect(proofs).toContainEqual(expect.objectContaining({ status, at }));
        }
      };
      new History(rules, { sending, look }).tell(pieces).letTimePass();
    }),
  );
});

test('no status of a message is told twice to an audience, and none after a further one', () => {
  const story = oneLife.chain((facts) => fc.tuple(anyTelling(facts), anyRules, anySending()));
  fc.assert(
    fc.property(story, ([pieces, rules, sending]) => {
      const { sent } = new History(rules, { sending }).tell(pieces).letTimePass();
      const told = sent.map(({ status, audience }) => `${status} to ${audience}`);
      expect(new Set(told).size).toBe(told.length);
      const ranks = sent.map(({ status }) => RANK[status]);
      expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
    }),
  );
});

test('the status that was told last is the true one', () => {
  const story = oneLife.chain((facts) => fc.tuple(anyTelling(facts), anySending()));
  fc.assert(
    fc.property(story, ([pieces, sending]) => {
      const rules: Rules = {
        ...RULES,
        policy: { ...RULES.policy, default: 'automatic' },
        disclosure: 'everyone',
      };
      const history = new History(rules, { sending }).tell(pieces).letTimePass();
      // Where the client tells it itself, or nothing is to be told, there is nothing to compare.
      fc.pre(isToldInTheEnd(history));
      expect(history.sent.map(({ status }) => status)).toContain(history.status);
    }),
  );
});

test('a stranger is told nothing but relayed and failed', () => {
  const strangers = severalLives.map((facts) =>
    facts.map((fact) => (fact.kind === 'accepted' ? { ...fact, maySee: false } : fact)),
  );
  const story = strangers.chain((facts) => fc.tuple(anyTelling(facts), anyRules, anySending()));
  fc.assert(
    fc.property(story, ([pieces, rules, sending]) => {
      const { sent } = new History({ ...rules, disclosure: 'subscribers' }, { sending })
        .tell(pieces)
        .letTimePass();
      for (const { status } of sent) expect(['relayed', 'failed']).toContain(status);
    }),
  );
});

function isToldInTheEnd({ last }: History): boolean {
  const decision = last?.decision;
  return decision?.kind === 'hold' && decision.because === 'already-told';
}

function anyFacts(hours: number, kinds: readonly FactKind[]): fc.Arbitrary<readonly Fact[]> {
  return fc.array(anyFact({ hours, kinds }), { minLength: 1, maxLength: 8 });
}

/** After which judgements the outbox gets round to sending. */
function anySending(): fc.Arbitrary<readonly boolean[]> {
  return fc.array(fc.boolean(), { maxLength: 8 });
}
