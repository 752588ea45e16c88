import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Fact, isWithheld } from '../../src/message/fact.ts';
import { FACT_KINDS } from '../../src/message/kinds.ts';
import { POLICIES, type Policy, strictest } from '../../src/message/policy.ts';
import { RANK } from '../../src/message/status.ts';
import type { Stamp } from '../../src/message/time.ts';
import type { Judgement } from '../../src/receipt/judgement.ts';
import type { Receipt } from '../../src/receipt/receipt.ts';
import type { Rules } from '../../src/receipt/rules.ts';
import { anyDetailedFact, anyTelling, DAY, RULES, T0 } from '../support/facts.ts';
import { History, type Moment } from './history.ts';

/** What a sender may be told at most, in words that owe nothing to the program. */
const MAY_TELL: Readonly<Record<Policy, (receipt: Receipt) => boolean>> = {
  refuse: ({ status }) => ['failed', 'declined'].includes(status),
  manual: ({ status }) =>
    ['relayed', 'sent', 'stored', 'failed', 'declined', 'confirmed'].includes(status),
  client: ({ evidence }) => evidence !== 'stream',
  automatic: () => true,
};

/** Answers and their stops come often. */
const OFTEN = [...FACT_KINDS, 'accepted', 'acked', 'received', 'displayed'] as const;

/** One message as several servers saw it, told in any order and repeatedly, while the recipient changes their mind. */
interface Story {
  readonly rules: Rules;
  readonly pieces: readonly (readonly Fact[])[];
  readonly policies: readonly Policy[];
  readonly sending: readonly boolean[];
  readonly completeUpTo: readonly Stamp[];
}

test('nothing is told that the strictest policy, of when the message came and of now, does not allow', () => {
  everyStory(({ receipts }, moment, { rules }) => {
    const policy = strictestAt(moment, rules);
    for (const receipt of receipts) {
      const isAllowed = MAY_TELL[policy](receipt);
      expect({ policy, ...receipt, isAllowed }).toMatchObject({ isAllowed: true });
      if (receipt.status === 'declined') expect(rules.policy.tellDeclined).toBe(true);
      if (receipt.status === 'displayed')
        expect(kindsOf(moment.heard.filter(isLetThrough))).toContain('displayed');
    }
  });
});

test('a tick is ordered once at most, however often the message is judged', () => {
  fc.assert(
    fc.property(anyStory(), (story) => {
      expect(lived(story).ticks.length).toBeLessThanOrEqual(1);
    }),
  );
});

test('a tick is ordered only for what is on a device or approved, if nobody refuses, and beside no answer', () => {
  everyStory(({ tick }, moment, { rules }) => {
    if (tick.kind !== 'order') return;
    const { because, token } = tick.tick;
    const policy = strictestAt(moment, rules);
    expect(kindsOf(moment.heard)).toContain(because);
    expect(because === 'acked' ? ['automatic'] : ['automatic', 'client', 'manual']).toContain(
      policy,
    );
    expect(moment.heard.filter(isLetThrough)).toEqual([]);
    expect(moment.heard).toContainEqual(expect.objectContaining({ kind: 'accepted', token }));
  });
});

test('the tick comes and the question is open in the end, where nothing speaks against it', () => {
  fc.assert(
    fc.property(anyStory(), ({ rules, ...story }) => {
      const history = lived({ ...story, rules: { ...rules, disclosure: 'everyone' } });
      if (history.moment === undefined || !kindsOf(history.moment.heard).includes('accepted'))
        return;
      const policy = strictestAt(history.moment, rules);
      const { heard } = history.moment;
      const isAsked = policy === 'manual' && history.ticks.length === 0 && isToBeAsked(heard);
      expect(history.tracked.asked !== undefined).toBe(isAsked);
      const hasToken = heard.some((fact) => fact.kind === 'accepted' && fact.token !== undefined);
      if (hasToken && isToBeTicked(heard, policy)) expect(history.ticks).toHaveLength(1);
    }),
  );
});

test('a sender who may not see the presence gets a tick only by a yes', () => {
  const strangers = anyStory().map(({ pieces, rules, ...story }) => ({
    ...story,
    rules: { ...rules, disclosure: 'subscribers' } as const,
    pieces: pieces.map((facts) =>
      facts.map((fact) => (fact.kind === 'accepted' ? { ...fact, maySee: false } : fact)),
    ),
  }));
  fc.assert(
    fc.property(strangers, (story) => {
      for (const { because } of lived(story).ticks) expect(because).toBe('approved');
    }),
  );
});

test('a question is open only under manual, and neither after the answer nor beside the client’s', () => {
  everyStory(({ tracked, question }, moment, { rules }) => {
    expect(tracked.asked !== undefined).toBe(question.kind === 'ask');
    if (question.kind !== 'ask') return;
    expect(strictestAt(moment, rules)).toBe('manual');
    expect(kindsOf(moment.heard)).not.toContain('approved');
    expect(kindsOf(moment.heard)).not.toContain('declined');
    expect(moment.heard.filter(isLetThrough)).toEqual([]);
  });
});

test('no status of a message is told twice, and none after a further one but failed after declined', () => {
  fc.assert(
    fc.property(anyStory(), (story) => {
      const statuses = lived(story).sent.map(({ status }) => status);
      expect(new Set(statuses).size).toBe(statuses.length);
      const ranks = statuses
        .filter((status) => status !== 'declined')
        .map((status) => RANK[status]);
      expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
    }),
  );
});

test('the status is the same in the end in whatever order the facts come', () => {
  fc.assert(
    fc.property(anyStoryToldTwice(), ({ story, other }) => {
      expect(lived({ ...story, pieces: other }).status).toBe(lived(story).status);
    }),
  );
});

test('the order of facts does not change what is asked, while the policy stays the same', () => {
  // A tick that is given before all is told closes the question: here no silence counts until then.
  const toldTwice = anyStoryToldTwice().map(({ story, other }) => ({
    story: { ...story, completeUpTo: [] },
    other,
  }));
  fc.assert(
    fc.property(toldTwice, ({ story, other }) => {
      const again = lived({ ...story, pieces: other });
      expect(again.last?.question).toEqual(lived(story).last?.question);
    }),
  );
});

function anyStoryToldTwice() {
  return anyStory().chain((story) =>
    fc.record({
      story: fc.constant({ ...story, policies: story.policies.slice(0, 1) }),
      other: anyTelling(story.pieces.flat()),
    }),
  );
}

/** Looks at each judgement of many stories. */
function everyStory(look: (judgement: Judgement, moment: Moment, story: Story) => void): void {
  fc.assert(
    fc.property(anyStory(), (story) => {
      lived(story, (judgement, moment) => look(judgement, moment, story));
    }),
  );
}

function lived(
  { rules, pieces, ...story }: Story,
  look?: (judgement: Judgement, moment: Moment) => void,
): History {
  const options = { ...story, ...(look === undefined ? {} : { look }) };
  return new History(rules, options).tell(pieces).letTimePass();
}

function anyStory(): fc.Arbitrary<Story> {
  return fc.record({
    rules: anyRules(),
    pieces: fc
      .array(anyDetailedFact({ hours: 1, kinds: OFTEN }), { minLength: 1, maxLength: 9 })
      .chain(anyTelling),
    policies: fc.array(fc.constantFrom(...POLICIES), { minLength: 1, maxLength: 4 }),
    sending: fc.array(fc.boolean(), { maxLength: 8 }),
    completeUpTo: fc.array(fc.constantFrom(0, T0 + DAY), { maxLength: 4 }),
  });
}

function anyRules(): fc.Arbitrary<Rules> {
  return fc
    .record({
      disclosure: fc.constantFrom('subscribers', 'everyone'),
      tellDeclined: fc.boolean(),
      locked: fc.constantFrom(undefined, ...POLICIES),
    })
    .map(({ disclosure, tellDeclined, locked }) => ({
      ...RULES,
      disclosure,
      policy: { default: locked ?? 'client', locked: locked !== undefined, tellDeclined },
    }));
}

function strictestAt({ heard, recipient }: Moment, { policy }: Rules): Policy {
  const now = policy.locked ? policy.default : (recipient.policy ?? policy.default);
  return heard.reduce(
    (before, fact) =>
      fact.kind === 'accepted' ? strictest(before, fact.policy ?? before) : before,
    now,
  );
}

function isToBeAsked(heard: readonly Fact[]): boolean {
  const isAnswered = heard.some(
    (fact) => ['approved', 'declined'].includes(fact.kind) || isLetThrough(fact),
  );
  const hasArrived = heard.some(
    (fact) =>
      fact.kind === 'acked' || isWithheld(fact) || (fact.kind === 'sent' && fact.unacknowledged),
  );
  return hasArrived && !isAnswered;
}

function isToBeTicked(heard: readonly Fact[], policy: Policy): boolean {
  if (heard.some(isLetThrough) || policy === 'refuse') return false;
  const kinds = kindsOf(heard);
  return kinds.includes('approved') || (policy === 'automatic' && kinds.includes('acked'));
}

function isLetThrough(fact: Fact): boolean {
  return (fact.kind === 'received' || fact.kind === 'displayed') && !isWithheld(fact);
}

function kindsOf(facts: readonly Fact[]): readonly string[] {
  return facts.map(({ kind }) => kind);
}
