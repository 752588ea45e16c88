import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareFacts, type Fact } from '../../src/message/fact.ts';
import { FACT_KINDS, KINDS } from '../../src/message/kinds.ts';
import { POLICIES, type Policy } from '../../src/message/policy.ts';
import type { Stamp } from '../../src/message/time.ts';
import { currentStatusOf } from '../../src/receipt/current-status.ts';
import { disclose } from '../../src/receipt/disclose.ts';
import type { Receipt } from '../../src/receipt/receipt.ts';
import type { Disclosure, Rules } from '../../src/receipt/rules.ts';
import { type Why, whyQuiet } from '../../src/receipt/why.ts';
import { anyDetailedFact, anyStamp, DAY, fact, keyOf, RULES, T0 } from '../support/facts.ts';
import { History } from './history.ts';

/** What the recipient's other sessions, the sender's server and the recipient say. */
const ELSEWHERE = FACT_KINDS.filter((kind) => !['stored', 'lost', 'expired'].includes(kind));

/** That a store was emptied, as it is found when that session comes. */
const FOUND_EMPTIED = ['offline', 'archive'].flatMap((where) => [
  { where },
  { where, shown: true as const },
]);

/** A session that hides from the sender, what it does with the message, and what else happens. */
interface Story {
  readonly others: readonly Fact[];
  readonly hidden: readonly Fact[];
  /** The session ends, and the server stores what it had. */
  readonly end: readonly Fact[];
  readonly isArchived: boolean;
}

interface Surroundings {
  readonly rules: Rules;
  readonly policies: readonly Policy[];
  readonly sending: readonly boolean[];
  readonly completeUpTo: readonly Stamp[];
}

test('whatever the facts, all that is told of a recipient who hides is told of one who is offline', () => {
  const told = anyStory().chain((story) =>
    fc.tuple(fc.constant(story), inPieces(factsOf(story)), anySurroundings()),
  );
  fc.assert(
    fc.property(told, ([story, pieces, surroundings]) => {
      const offline = pieces.map((facts) => facts.flatMap((it) => asOffline(it, story)));
      expect(seenBySender(pieces, surroundings)).toEqual(seenBySender(offline, surroundings));
    }),
  );
});

test('whatever the facts, what may be told of a recipient who hides is what may be told of one who is offline', () => {
  const consents = fc.record({
    policy: fc.constantFrom(...POLICIES),
    tellsDeclined: fc.boolean(),
  });
  const entitlements = fc.constantFrom('entitled', 'stranger');
  fc.assert(
    fc.property(anyStory(), consents, entitlements, (story, consent, entitlement) => {
      const facts = factsOf(story);
      const offline = facts.flatMap((it) => asOffline(it, story));
      const { proofs } = disclose(facts, consent, entitlement);
      expect(proofs).toEqual(disclose(offline, consent, entitlement).proofs);
    }),
  );
});

test('whoever asks while facts still come is not answered what no receipt may say yet', () => {
  const moments = fc.record({
    at: anyMoment(),
    apart: anyMoment(),
    first: fc.constantFrom(sentUnseen, keptUnseen),
    disclosure: fc.constantFrom<Disclosure>('subscribers', 'everyone'),
    policy: fc.constantFrom(...POLICIES),
  });
  fc.assert(
    fc.property(moments, ({ at, apart, first, disclosure, policy }) => {
      const message = fact('accepted', 0, { maySee: true });
      const seen = { ...fact('sent', at + apart), resource: 'phone' } as Fact;
      const both = [message, first(at, true), seen].toSorted(compareFacts);
      const answers = (facts: readonly Fact[]) =>
        answersAsFactsCome(facts, { rules: { ...RULES, disclosure }, policy });
      const isHidden = ({ status }: Receipt) => status === 'stored';
      expect(answers(both).some(isHidden)).toBe(false);
      expect(answers(both).at(-1)).toEqual(answers([message, seen]).at(-1));
    }),
  );
});

test('whatever the facts, nothing shows that a store was emptied to a sender to whom the login is not shown', () => {
  const stored = fc.constantFrom('offline', 'archive').map((where) => fact('stored', 1, { where }));
  const unshown = fc
    .tuple(fc.constantFrom('offline', 'archive'), anyStamp(1))
    .map(([where, after]) => fact('gone', after, { where }));
  const seen = fc.array(anyDetailedFact({ hours: 1, kinds: ELSEWHERE }), { maxLength: 6 });
  const parts = fc.tuple(seen, stored, fc.array(unshown, { minLength: 1, maxLength: 2 }));
  const told = parts.chain(([others, kept, emptied]) => {
    const facts = [...others.filter(({ kind }) => kind !== 'gone'), kept, ...emptied];
    return fc.tuple(inPieces(facts.toSorted(compareFacts)), anySurroundings());
  });
  fc.assert(
    fc.property(told, ([pieces, surroundings]) => {
      const offline = pieces.map((facts) => facts.filter(({ kind }) => kind !== 'gone'));
      expect(seenBySender(pieces, surroundings)).toEqual(seenBySender(offline, surroundings));
    }),
  );
});

/** In the order in which a server reports them. */
function factsOf({ others, hidden, end }: Story): readonly Fact[] {
  return [...others, ...hidden, ...end].toSorted(compareFacts);
}

function inPieces(facts: readonly Fact[]): fc.Arbitrary<readonly (readonly Fact[])[]> {
  return fc.array(fc.nat(facts.length), { maxLength: 5 }).map((cuts) => {
    const ends = [...cuts.toSorted((a, b) => a - b), facts.length];
    return ends.map((end, index) => facts.slice(index === 0 ? 0 : ends[index - 1], end));
  });
}

/**
 * What happens if the hidden session is not there: the message is stored in its stead where there
 * is an archive, unless another session has it.
 */
function asOffline(it: Fact, { others, hidden, end, isArchived }: Story): readonly Fact[] {
  if (end.includes(it) || it.kind === 'gone') return [];
  if (!hidden.includes(it)) return [it];
  const isElsewhere = others.some(({ kind, at }) => KINDS[kind].letsIn && at <= it.at);
  if (!['sent', 'kept'].includes(it.kind) || !isArchived || isElsewhere) return [];
  if (hidden.indexOf(it) > 0) return [];
  return [{ kind: 'stored', at: it.at, side: it.side, where: 'archive' }];
}

/** Every receipt and tick, and the answer to a query after each judgement. */
function seenBySender(pieces: readonly (readonly Fact[])[], { rules, ...options }: Surroundings) {
  const answers: (Receipt | undefined)[] = [];
  const reasons: (Why | undefined)[] = [];
  const history = new History(rules, {
    ...options,
    look: ({ tracked, mentions }, { recipient, completeUpTo }) => {
      const context = { rules, readUpTo: undefined, recipient, present: T0, completeUpTo };
      answers.push(currentStatusOf(tracked, context));
      reasons.push(whyQuiet(tracked, { ...context, sender: {}, mentions }));
    },
  });
  const { sent, ticks } = history.tell(pieces).letTimePass();
  return { sent, ticks, answers, reasons };
}

/** Within the time in which other sessions may still be heard of. */
function anyMoment(): fc.Arbitrary<Stamp> {
  return fc.integer({ min: 1, max: 199_999 });
}

/** The answer after each fact, where everything up to the next one is known to be here. */
function answersAsFactsCome(
  facts: readonly Fact[],
  { rules, policy }: { readonly rules: Rules; readonly policy: Policy },
): readonly Receipt[] {
  return facts.flatMap((last, index) => {
    const tracked = { key: keyOf('m1'), record: { facts: facts.slice(0, index + 1) }, told: [] };
    const completeUpTo = (facts[index + 1]?.at ?? last.at + DAY) - 1;
    const context = {
      rules,
      readUpTo: undefined,
      recipient: { policy },
      present: T0,
      completeUpTo,
    };
    return currentStatusOf(tracked, context) ?? [];
  });
}

function anyStory(): fc.Arbitrary<Story> {
  const others = fc.array(anyDetailedFact({ hours: 1, kinds: ELSEWHERE }), {
    minLength: 1,
    maxLength: 6,
  });
  return fc.record({ others, at: anyStamp(1), isArchived: fc.boolean() }).chain((known) =>
    fc.record({
      // No two facts of a server have one stamp.
      others: fc.constant(known.others.filter(({ at }) => at !== T0 + known.at)),
      isArchived: fc.constant(known.isArchived),
      hidden: fc
        .tuple(fc.constantFrom(sentUnseen, keptUnseen), anyDoings(known.at, known.isArchived))
        .map(([first, doings]) => [
          first(known.at, known.isArchived),
          ...doings.filter(({ at }) => at > T0 + known.at),
        ]),
      end: fc
        .tuple(fc.constantFrom([], [fact('stored', known.at + 1)]), anyEmptying(known.at))
        .map(([stored, gone]) => [...stored, ...gone]),
    }),
  );
}

function anyEmptying(from: Stamp): fc.Arbitrary<readonly Fact[]> {
  const gone = fc
    .tuple(fc.constantFrom(...FOUND_EMPTIED), anyStamp(1))
    .map(([details, after]) => fact('gone', from + after, details) as Fact);
  return fc.array(gone, { maxLength: 2 });
}

function sentUnseen(at: Stamp, isArchived: boolean): Fact {
  const details = { resource: 'hidden', unseen: true, ...(isArchived && { archived: true }) };
  return { ...fact('sent', at), ...details } as Fact;
}

/** The session is away, and the server keeps the message for it. */
function keptUnseen(at: Stamp, isArchived: boolean): Fact {
  const where = isArchived ? 'archive' : 'stream';
  return { ...fact('kept', at), resource: 'hidden', where, unseen: true } as Fact;
}

function anyDoings(from: Stamp, isArchived: boolean): fc.Arbitrary<readonly Fact[]> {
  const details = {
    kept: { resource: 'hidden', where: isArchived ? 'archive' : 'stream' },
    acked: {},
    lost: {},
    received: { withheld: true },
    displayed: { withheld: true },
  };
  const doing = fc
    .tuple(fc.constantFrom('kept', 'acked', 'lost', 'received', 'displayed'), anyStamp(1))
    .map(
      ([kind, after]) =>
        ({ ...fact(kind, from + after), ...details[kind], unseen: true }) as unknown as Fact,
    );
  return fc.array(doing, { maxLength: 4 });
}

function anySurroundings(): fc.Arbitrary<Surroundings> {
  return fc.record({
    rules: fc
      .record({
        disclosure: fc.constantFrom<Disclosure>('subscribers', 'everyone'),
        tells: fc.boolean(),
        words: fc.boolean(),
      })
      .map(({ disclosure, tells, words }) => ({
        ...RULES,
        disclosure,
        policy: { ...RULES.policy, tellDeclined: tells },
        words: { ...RULES.words, byDefault: words },
      })),
    policies: fc.array(fc.constantFrom(...POLICIES), { minLength: 1, maxLength: 4 }),
    sending: fc.array(fc.boolean(), { maxLength: 8 }),
    completeUpTo: fc.array(fc.constantFrom(0, T0 + DAY), { maxLength: 4 }),
  });
}
