import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Fact } from '../../src/message/fact.ts';
import type { BareJid } from '../../src/message/jid.ts';
import { POLICIES } from '../../src/message/policy.ts';
import type { Mentions } from '../../src/receipt/mentions.ts';
import { whyQuiet } from '../../src/receipt/why.ts';
import { LANGUAGE_OF } from '../../src/user/text/languages.ts';
import { whyText } from '../../src/user/text/why-text.ts';
import {
  accepted,
  anyDetailedFact,
  anyStamp,
  DAY,
  fact,
  keyOf,
  RULES,
  SECOND,
  T0,
} from '../support/facts.ts';

const HIDDEN = { unseen: true } as const;

interface Situation {
  readonly policy: (typeof POLICIES)[number];
  readonly completeUpTo: number;
  readonly hasWords: boolean;
  readonly mentions?: Mentions;
  readonly language: keyof typeof LANGUAGE_OF;
}

const SITUATIONS = fc.record({
  policy: fc.constantFrom(...POLICIES),
  completeUpTo: anyStamp(400).map((after) => T0 + after),
  hasWords: fc.boolean(),
  mentions: fc.record({ sent: anyStamp(400), stored: anyStamp(400) }).map(({ sent, stored }) => ({
    sent: T0 + sent,
    stored: T0 + stored,
  })),
  language: fc.constantFrom('en', 'zh', 'de'),
} as const);

/** What the bot says, and how much is known. */
function asked(facts: readonly Fact[], situation: Situation) {
  const { policy, completeUpTo, hasWords, language, mentions = {} } = situation;
  const why = whyQuiet(
    { key: keyOf('m1', undefined, 'bob@example.org' as BareJid), record: { facts }, told: [] },
    {
      rules: RULES,
      readUpTo: undefined,
      recipient: { policy },
      sender: { text: hasWords },
      mentions,
      completeUpTo,
    },
  );
  return {
    status: why?.known.status,
    words: whyText(why, LANGUAGE_OF[language], completeUpTo / 1000),
  };
}

const HAPPENED = fc.array(
  anyDetailedFact({ hours: 3, sides: ['both'] }).filter(({ kind }) => kind !== 'accepted'),
  { maxLength: 6 },
);

test.each([true, false])(
  'whatever happened, a sender who may know nothing of it is answered in the same bytes (sees presence: %s)',
  (maySee) => {
    fc.assert(
      fc.property(HAPPENED, SITUATIONS, (happened, situation) => {
        const message = accepted(0, { maySee });
        const { status, words } = asked([message, ...happened], situation);
        fc.pre(status === 'accepted' || status === 'expired');
        fc.pre(!happened.some(({ kind }) => kind === 'expired'));
        expect(words).toBe(asked([message], situation).words);
      }),
    );
  },
);

test('refused, unanswered, hidden, blocked and unknown are answered in the same bytes', () => {
  const situations = fc.record({
    completeUpTo: fc.integer({ min: SECOND, max: 30 * DAY }).map((after) => T0 + after),
    hasWords: fc.boolean(),
    language: fc.constantFrom('en', 'zh', 'de'),
  } as const);
  fc.assert(
    fc.property(situations, (situation) => {
      const answers = [
        asked([accepted(0, { policy: 'refuse' }), fact('sent', 1)], {
          ...situation,
          policy: 'refuse',
        }),
        asked([accepted(0, { policy: 'refuse' }), fact('stored', 1), fact('acked', 2)], {
          ...situation,
          policy: 'refuse',
        }),
        asked([accepted(), fact('received', 1, { withheld: true })], {
          ...situation,
          policy: 'manual',
        }),
        asked([accepted(), fact('acked', 1, { resource: 'phone' })], {
          ...situation,
          policy: 'manual',
        }),
        asked([accepted(), { ...fact('sent', 1), ...HIDDEN } as Fact], {
          ...situation,
          policy: 'client',
        }),
        asked([accepted()], { ...situation, policy: 'client' }),
      ];
      expect(new Set(answers.map(({ words }) => words)).size).toBe(1);
    }),
  );
});
