import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FACT_KINDS } from '../../src/message/kinds.ts';
import { POLICIES } from '../../src/message/policy.ts';
import { RANK } from '../../src/message/status.ts';
import { currentStatusOf } from '../../src/receipt/current-status.ts';
import type { Judgement } from '../../src/receipt/judgement.ts';
import type { Rules } from '../../src/receipt/rules.ts';
import { anyDetailedFact, anyTelling, RULES } from '../support/facts.ts';
import { History, type Moment } from './history.ts';

/** The sender is told nothing unasked. */
const QUIET: Rules = { ...RULES, statuses: [], disclosure: 'everyone' };

const anyStory = fc
  .array(anyDetailedFact({ hours: 1, kinds: FACT_KINDS }), { minLength: 1, maxLength: 8 })
  .chain((facts) =>
    fc.tuple(
      anyTelling(facts),
      fc.array(fc.constantFrom(...POLICIES), { minLength: 1, maxLength: 8 }),
    ),
  );

test('who wants no receipts, and asks after each fact, is never answered less than before, whatever the recipient chooses', () => {
  fc.assert(
    fc.property(anyStory, ([pieces, policies]) => {
      const answers: number[] = [];
      const look = ({ tracked }: Judgement, { recipient, completeUpTo }: Moment) => {
        const context = { rules: QUIET, readUpTo: undefined, recipient, completeUpTo };
        const answer = currentStatusOf(tracked, context);
        if (answer !== undefined) answers.push(RANK[answer.status]);
      };
      new History(QUIET, { policies, look }).tell(pieces).letTimePass();
      expect(answers).toEqual(answers.toSorted((a, b) => a - b));
    }),
  );
});
