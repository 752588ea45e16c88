import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Fact, Gone } from '../../src/message/fact.ts';
import { isHeldIn } from '../../src/message/held.ts';
import { statusOf } from '../../src/message/status.ts';
import { accepted, anyFact, fact } from '../support/facts.ts';

const offline = { where: 'offline' };
const archive = { where: 'archive' };
const gone = (after: number, where: string) => fact('gone', after, { where }) as Gone;

describe('stored becomes lost', () => {
  test.each<[string, readonly Fact[], string]>([
    ['when its only store is emptied', [fact('stored', 1), gone(2, 'offline')], 'lost'],
    [
      'not while another store holds it',
      [fact('stored', 1, archive), fact('stored', 2, offline), gone(3, 'offline')],
      'stored',
    ],
    [
      'when the last of two stores is emptied',
      [
        fact('stored', 1, archive),
        fact('stored', 2, offline),
        gone(3, 'offline'),
        gone(4, 'archive'),
      ],
      'lost',
    ],
    [
      'not by a store that was emptied before it was put there again',
      [fact('stored', 1), gone(2, 'offline'), fact('stored', 3)],
      'stored',
    ],
    [
      'not while a store of an unknown name holds it',
      [fact('stored', 1), fact('stored', 2, { where: 'elsewhere' }), gone(3, 'offline')],
      'stored',
    ],
    ['not if it was handed out', [fact('stored', 1), fact('sent', 2), gone(3, 'offline')], 'sent'],
    [
      'when it came back from the one device that it was sent to',
      [fact('sent', 1, { resource: 'phone' }), fact('stored', 2), gone(3, 'offline')],
      'lost',
    ],
    [
      'not if another device may have it',
      [
        fact('sent', 1, { resource: 'phone' }),
        fact('sent', 2, { resource: 'pc' }),
        fact('stored', 3),
        gone(4, 'offline'),
      ],
      'stored',
    ],
    [
      'not if a device without acknowledgements may have it',
      [fact('sent', 1, { unacknowledged: true }), fact('stored', 2), gone(3, 'offline')],
      'stored',
    ],
    [
      'not while the archive holds what is kept for a session',
      [fact('stored', 1), fact('kept', 2, { where: 'archive' }), gone(3, 'offline')],
      'stored',
    ],
    [
      'not while a session that is away may have it in its queue',
      [fact('stored', 1), fact('kept', 2), gone(3, 'offline')],
      'stored',
    ],
    [
      'when the session has ended with it, and the archive is emptied',
      [
        fact('sent', 1, { resource: 'phone' }),
        fact('kept', 2, { resource: 'phone', ...archive }),
        fact('stored', 3, { resource: 'phone', ...archive }),
        gone(4, 'archive'),
      ],
      'lost',
    ],
    [
      'not if a device has it',
      [fact('acked', 1), fact('stored', 2), gone(3, 'offline')],
      'delivered',
    ],
  ])('stored becomes lost %s', (_, facts, status) => {
    expect(statusOf([accepted(), ...facts])).toBe(status);
  });

  test('lost is left again when the message turns up on a device', () => {
    const facts = [accepted(), fact('stored', 1), gone(2, 'offline'), fact('sent', 3)];
    expect(statusOf(facts)).toBe('sent');
  });
});

describe('that a store was emptied', () => {
  test.each<[string, readonly Fact[], boolean]>([
    ['is news of a message that it held', [fact('stored', 1)], true],
    ['is no news of a message that came later', [fact('stored', 9)], false],
    ['is no news of a message in another store', [fact('stored', 1, archive)], false],
    ['is no news of a message that was handed out', [fact('stored', 1), fact('sent', 2)], false],
    ['is no news twice', [fact('stored', 1), gone(2, 'offline')], false],
  ])('that a store was emptied %s', (_, facts, expected) => {
    expect(isHeldIn([accepted(), ...facts], gone(5, 'offline'))).toBe(expected);
  });
});

test('whatever happened, a message is not lost by a store that never held it', () => {
  fc.assert(
    fc.property(fc.array(anyFact({ hours: 2 })), (facts) => {
      const others = facts.filter(({ kind }) => kind !== 'gone');
      expect(statusOf([...others, gone(1, 'elsewhere')])).toBe(statusOf(others));
    }),
  );
});
