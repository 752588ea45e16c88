import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Accepted, Answered, AtSession, Fact } from '../../src/message/fact.ts';
import { type Life, livesOf } from '../../src/message/life.ts';
import { addFacts, EMPTY_RECORD } from '../../src/message/record.ts';
import { statusOf } from '../../src/message/status.ts';
import { accepted, anyDetailedFact, anyFact, anyTelling, fact, HOUR } from '../support/facts.ts';

const fewHours = fc.array(anyDetailedFact({ hours: 6 }), { maxLength: 15 });
const manyHours = fc.array(anyFact({ hours: 60, kinds: ['accepted', 'sent', 'stored'] }), {
  maxLength: 80,
  size: 'max',
});

test('a record does not depend on order, pieces and repetition of the facts', () => {
  const story = fewHours.chain((facts) => fc.tuple(fc.constant(facts), anyTelling(facts)));
  fc.assert(
    fc.property(story, ([facts, pieces]) => {
      expect(told(pieces)).toEqual(told([facts]));
    }),
  );
});

test('a record of an id that is used for days does not depend on the order of the facts', () => {
  const story = manyHours.chain((facts) => fc.tuple(fc.constant(facts), anyTelling(facts)));
  fc.assert(
    fc.property(story, ([facts, pieces]) => {
      expect(told(pieces)).toEqual(told([facts]));
    }),
    { numRuns: 300 },
  );
});

test('two records of one message that were kept apart merge into the same record', () => {
  fc.assert(
    fc.property(fewHours, fewHours, fewHours, (a, b, c) => {
      const left = addFacts(told([a, b]), told([c]).facts);
      const right = addFacts(told([a]), told([b, c]).facts);
      expect(left).toEqual(right);
      expect(addFacts(told([b]), told([a]).facts)).toEqual(told([a, b]));
    }),
  );
});

test('facts that are known already give the very same record back', () => {
  fc.assert(
    fc.property(manyHours, (facts) => {
      const record = told([facts]);
      expect(addFacts(record, facts)).toBe(record);
      expect(addFacts(record, record.facts)).toBe(record);
    }),
    { numRuns: 300 },
  );
});

test('a record that was thinned out has the same messages and statuses as all facts', () => {
  fc.assert(
    fc.property(fc.array(anyFact({ hours: 6 }), { maxLength: 40, size: 'max' }), (facts) => {
      const all = livesOf({ facts: facts.toSorted((a, b) => a.at - b.at) });
      const kept = livesOf(told([facts]));
      expect(kept.map(({ startedAt }) => startedAt)).toEqual(all.map((life) => life.startedAt));
      expect(kept.map((life) => statusOf(life.facts))).toEqual(
        all.map((life) => statusOf(life.facts)),
      );
    }),
  );
});

test('a record that was thinned out keeps every policy, every stopped and every delivered answer', () => {
  const often = ['accepted', 'sent', 'received', 'displayed'] as const;
  const busy = fc.array(anyDetailedFact({ hours: 2, kinds: often }), {
    maxLength: 30,
    size: 'max',
  });
  fc.assert(
    fc.property(busy, (facts) => {
      const all = livesOf({ facts: facts.toSorted((a, b) => a.at - b.at) });
      const kept = livesOf(told([facts]));
      expect(kept.map(naturesOf)).toEqual(all.map(naturesOf));
    }),
  );
});

test('a record stays small, however often its id is used', () => {
  const facts = Array.from({ length: 5000 }, (_, index) => accepted(index * (HOUR / 4)));
  expect(told([facts]).facts.length).toBeLessThanOrEqual(2 * 16);
});

test('a record stays small, however many sessions a recipient has', () => {
  const facts = Array.from({ length: 5000 }, (_, n) =>
    fact('sent', n, { resource: `client-${n}` }),
  );
  expect(told([facts]).facts.length).toBeLessThanOrEqual(2 * 16);
});

test('a record keeps the facts of the first and of the newest hours', () => {
  const record = told([Array.from({ length: 100 }, (_, hour) => accepted(hour * HOUR))]);
  const hours = record.facts.map(({ at }) => (at - accepted().at) / HOUR);
  expect(hours).toEqual([0, ...Array.from({ length: 15 }, (_, index) => 85 + index)]);
});

test('many later facts do not push out when a message was accepted', () => {
  const later = Array.from({ length: 40 }, (_, hour) => fact('sent', (hour + 101) * HOUR));
  const lives = livesOf(told([[accepted(), accepted(100 * HOUR), ...later]]));
  expect(lives.map(({ startedAt }) => startedAt)).toEqual([accepted().at, accepted(100 * HOUR).at]);
});

/** What bears on the recipient's say, whatever the stamp. */
function naturesOf({ facts }: Life): readonly string[] {
  const natures = facts.map((fact) => {
    const { policy, withheld, unacknowledged } = fact as Partial<Accepted & Answered & AtSession>;
    return JSON.stringify([fact.kind, fact.side, policy, withheld, unacknowledged]);
  });
  return [...new Set(natures)].toSorted();
}

function told(pieces: readonly (readonly Fact[])[]) {
  return pieces.reduce(addFacts, EMPTY_RECORD);
}
