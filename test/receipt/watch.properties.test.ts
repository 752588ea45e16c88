import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Fact } from '../../src/message/fact.ts';
import { FACT_KINDS } from '../../src/message/kinds.ts';
import { POLICIES } from '../../src/message/policy.ts';
import type { Rules } from '../../src/receipt/rules.ts';
import { WATCH_GOALS } from '../../src/receipt/watch.ts';
import { anyDetailedFact, anyTelling, RULES } from '../support/facts.ts';
import { History } from './history.ts';

const anyRules = fc.record({ policy: fc.constantFrom(...POLICIES), words: fc.boolean() }).map(
  ({ policy, words }): Rules => ({
    ...RULES,
    policy: { ...RULES.policy, default: policy },
    words: { ...RULES.words, byDefault: words },
  }),
);

/** What a message names in its `<report/>` besides: the receipts that it asks for. */
const anyReport = fc.constantFrom(undefined, [], ['sent'], ['stored', 'displayed']);

/** One message, or several that had the same id. */
const anyStory = fc
  .tuple(fc.constantFrom(1, 6), anyReport)
  .chain(([hours, report]) =>
    fc.array(
      anyDetailedFact({ hours, kinds: FACT_KINDS }).map((it) => reporting(it, report)),
      { minLength: 1, maxLength: 10 },
    ),
  )
  .chain(anyTelling);

function reporting(told: Fact, report: readonly string[] | undefined): Fact {
  return told.kind === 'accepted' && report !== undefined ? { ...told, report } : told;
}

const anyPatience = fc.record(
  { within: fc.integer({ min: 1, max: 7200 }), until: fc.constantFrom(...WATCH_GOALS) },
  { requiredKeys: ['within'] },
);

test('`within` alone changes no receipt, no words, no tick and no question', () => {
  fc.assert(
    fc.property(anyStory, anyRules, anyPatience, (pieces, rules, patience) => {
      const watched = (fact: Fact): Fact =>
        fact.kind === 'accepted' ? { ...fact, ...patience } : fact;
      const without = seenIn(pieces, rules);
      expect(
        seenIn(
          pieces.map((news) => news.map(watched)),
          rules,
        ),
      ).toEqual(without);
    }),
    { numRuns: 1000 },
  );
});

/** All that others see of a message. */
function seenIn(pieces: readonly (readonly Fact[])[], rules: Rules) {
  const asked: unknown[] = [];
  const look = ({ question }: { readonly question: { readonly kind: string } }) =>
    asked.push(question.kind);
  const { sent, ticks } = new History(rules, { sending: [true, false], look })
    .tell(pieces)
    .letTimePass();
  return { sent, ticks, asked };
}
