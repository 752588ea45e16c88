import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Fact } from '../../src/message/fact.ts';
import type { BareJid } from '../../src/message/jid.ts';
import { POLICIES, type Policy } from '../../src/message/policy.ts';
import type { ReadUpTo } from '../../src/message/status.ts';
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

interface Situation {
  readonly policy: Policy;
  readonly completeUpTo: number;
  /** The marker of a message. */
  readonly readUpTo?: ReadUpTo | undefined;
  readonly hasWords: boolean;
  readonly mentions?: Mentions;
  readonly language: keyof typeof LANGUAGE_OF;
}

const ANY_STAMP = anyStamp(400).map((after) => T0 + after);
const ANY_MARKER = fc.option(fc.record({ position: ANY_STAMP, at: ANY_STAMP }), { nil: undefined });

const SITUATIONS = fc.record({
  policy: fc.constantFrom(...POLICIES),
  completeUpTo: ANY_STAMP,
  readUpTo: ANY_MARKER,
  hasWords: fc.boolean(),
  mentions: fc.record({ sent: anyStamp(400), stored: anyStamp(400) }).map(({ sent, stored }) => ({
    sent: T0 + sent,
    stored: T0 + stored,
  })),
  language: fc.constantFrom('en', 'zh', 'de'),
} as const);

/** What the bot says, and how much is known. */
function asked(facts: readonly Fact[], situation: Situation) {
  const { policy, completeUpTo, readUpTo, hasWords, language, mentions = {} } = situation;
  const why = whyQuiet(
    { key: keyOf('m1', undefined, 'bob@example.org' as BareJid), record: { facts }, told: [] },
    {
      rules: RULES,
      readUpTo,
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

interface Cause {
  readonly policy: Policy;
  readonly facts: readonly Fact[];
}

const STOPPED = { withheld: true } as const;

/** Why the sender may know no more than that the server took the message. */
const CAUSES: Readonly<Record<string, Cause>> = {
  refused: { policy: 'refuse', facts: [accepted(0, { policy: 'refuse' }), fact('sent', 1)] },
  'refused, on a device': {
    policy: 'refuse',
    facts: [accepted(0, { policy: 'refuse' }), fact('stored', 1), fact('acked', 2)],
  },
  'refused, and the answer stopped': {
    policy: 'client',
    facts: [accepted(0, { policy: 'refuse' }), fact('sent', 1), fact('received', 2, STOPPED)],
  },
  'unanswered, and the answer stopped': {
    policy: 'manual',
    facts: [accepted(0, { policy: 'manual' }), fact('received', 1, STOPPED)],
  },
  'unanswered, on a device': {
    policy: 'manual',
    facts: [accepted(), fact('acked', 1, { resource: 'phone' })],
  },
  hidden: { policy: 'client', facts: [accepted(), hidden(fact('sent', 1))] },
  'hidden, on a device': {
    policy: 'automatic',
    facts: [accepted(), ...[fact('sent', 1), fact('acked', 2)].map(hidden)],
  },
  // The server drops what is blocked, and says no more of it, whatever the policy.
  blocked: { policy: 'automatic', facts: [accepted(0, { policy: 'automatic' })] },
  'blocked, and refused': { policy: 'refuse', facts: [accepted(0, { policy: 'refuse' })] },
  'blocked, and asked first': { policy: 'manual', facts: [accepted(0, { policy: 'manual' })] },
};

function hidden(it: Fact): Fact {
  return { ...it, unseen: true } as Fact;
}

test.each(Object.entries(CAUSES))(
  '%s is answered in the same bytes as what is unknown',
  (_, { policy, facts }) => {
    const situations = fc.record({
      completeUpTo: fc.integer({ min: SECOND, max: 30 * DAY }).map((after) => T0 + after),
      readUpTo: ANY_MARKER,
      hasWords: fc.boolean(),
      language: fc.constantFrom('en', 'zh', 'de'),
    } as const);
    fc.assert(
      fc.property(situations, (situation) => {
        const unknown = asked([accepted()], { ...situation, policy: 'client' });
        expect(asked(facts, { ...situation, policy }).words).toBe(unknown.words);
      }),
    );
  },
);
