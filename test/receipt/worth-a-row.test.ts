import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Fact } from '../../src/message/fact.ts';
import { FACT_KINDS } from '../../src/message/kinds.ts';
import { POLICIES, type Policy } from '../../src/message/policy.ts';
import type { Status } from '../../src/message/status.ts';
import { isFor } from '../../src/receipt/audience.ts';
import type { Receipt } from '../../src/receipt/receipt.ts';
import type { Rules } from '../../src/receipt/rules.ts';
import { accepted, anyDetailedFact, anyTelling, fact, MINUTE, RULES } from '../support/facts.ts';
import { History } from './history.ts';

/** All that may be told comes in words too. */
const rulesUnder = (policy: Policy): Rules => ({
  ...RULES,
  words: { ...RULES.words, byDefault: true, statuses: RULES.statuses },
  policy: { ...RULES.policy, default: policy, tellDeclined: true },
});

/** A message whose answers the server can send for the recipient. */
const TRACKED = accepted(0, { policy: 'automatic', token: 'one' });
const MANUAL = accepted(0, { policy: 'manual', token: 'one' });
const WITHOUT_TOKEN = accepted(0, { policy: 'automatic' });

const at = (kind: Fact['kind'], minute: number, details = {}) =>
  fact(kind, minute * MINUTE, details);

test.each<[string, Policy, readonly Fact[], readonly Status[], readonly Status[]]>([
  ['nothing on the way', 'client', [TRACKED, at('stored', 1)], ['stored', 'expired'], ['expired']],
  [
    'the loss of what was stored',
    'client',
    [TRACKED, at('stored', 1), at('gone', 2, { shown: true })],
    ['stored', 'lost'],
    ['lost'],
  ],
  [
    'nothing of what a tick shows',
    'automatic',
    [TRACKED, at('stored', 1), at('acked', 2)],
    ['stored', 'delivered'],
    [],
  ],
  [
    'that a message is delivered, where the server gives no tick',
    'automatic',
    [WITHOUT_TOKEN, at('stored', 1), at('acked', 2)],
    ['stored', 'delivered'],
    ['delivered'],
  ],
  [
    'that it was shown, by a client that did not say received',
    'client',
    [TRACKED, at('stored', 1), at('displayed', 2)],
    ['stored', 'displayed'],
    ['displayed'],
  ],
  [
    'nothing of what was shown after the client said received',
    'client',
    [TRACKED, at('stored', 1), at('received', 2), at('displayed', 3)],
    ['stored', 'displayed'],
    [],
  ],
  [
    'nothing of a yes, which has its tick',
    'manual',
    [MANUAL, at('stored', 1), at('sent', 2), at('approved', 3)],
    ['stored', 'sent', 'confirmed'],
    [],
  ],
  [
    'a no',
    'manual',
    [MANUAL, at('stored', 1), at('sent', 2), at('declined', 3)],
    ['stored', 'sent', 'declined'],
    ['declined'],
  ],
  [
    'the first of two bad ends',
    'client',
    [TRACKED, at('sent', 1), at('failed', 2), at('stored', 3), at('gone', 4, { shown: true })],
    ['sent', 'failed', 'stored', 'lost'],
    ['failed'],
  ],
  [
    'the bad end alone, where it turns out well',
    'client',
    [TRACKED, at('sent', 1), at('lost', 2), at('displayed', 3)],
    ['sent', 'lost', 'displayed'],
    ['lost'],
  ],
])('an archive keeps %s', (_, policy, facts, told, kept) => {
  const history = new History(rulesUnder(policy), { sending: [true] });
  for (const news of facts) {
    history.tell([[news]]);
    history.lookAt(news.at + MINUTE / 2);
  }
  const { sent } = history.letTimePass();
  expect(statuses(sent.filter((receipt) => isFor(receipt, 'programs')))).toEqual(told);
  expect(statuses(sent.filter(isKept))).toEqual(kept);
});

const anyStory = fc
  .array(anyDetailedFact({ hours: 1, kinds: FACT_KINDS }), { minLength: 1, maxLength: 8 })
  .chain((facts) =>
    fc.tuple(
      anyTelling(facts),
      fc.constantFrom(...POLICIES).map(rulesUnder),
      fc.array(fc.boolean(), { maxLength: 8 }),
    ),
  );

test('an archive keeps one row with words about a message at most, whatever happens to it', () => {
  fc.assert(
    fc.property(anyStory, ([pieces, rules, sending]) => {
      const { sent } = new History(rules, { sending }).tell(pieces).letTimePass();
      expect(sent.filter(isKept).length).toBeLessThanOrEqual(1);
    }),
  );
});

test('an archive keeps a row or a tick of each message that the sender knows the end of', () => {
  fc.assert(
    fc.property(anyStory, ([pieces, rules, sending]) => {
      const { sent, ticks } = new History(rules, { sending }).tell(pieces).letTimePass();
      const isAnswered = pieces.flat().some(({ kind }) => kind === 'received');
      fc.pre(sent.some(({ status }) => !ON_THE_WAY.includes(status)));
      expect(sent.filter(isKept).length + ticks.length > 0 || isAnswered).toBe(true);
    }),
  );
});

const ON_THE_WAY: readonly Status[] = ['relayed', 'sent', 'stored'];

/** A receipt for programs has no words, and no row. */
const isKept = (receipt: Receipt) => isFor(receipt, 'people') && receipt.unarchived !== true;

const statuses = (receipts: readonly Receipt[]) => receipts.map(({ status }) => status);
