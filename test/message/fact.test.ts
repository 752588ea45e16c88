import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareFacts } from '../../src/message/fact.ts';
import { anyFact } from '../support/facts.ts';

test('facts have one total order, in which facts that differ are never equal', () => {
  const few = anyFact({ hours: 1, kinds: ['accepted', 'sent'] });
  fc.assert(
    fc.property(few, few, (a, b) => {
      expect(Math.sign(compareFacts(a, b)) + Math.sign(compareFacts(b, a))).toBe(0);
      expect(compareFacts(a, b) === 0).toBe(JSON.stringify(a) === JSON.stringify(b));
      if (a.at !== b.at) expect(Math.sign(compareFacts(a, b))).toBe(Math.sign(a.at - b.at));
    }),
  );
});
