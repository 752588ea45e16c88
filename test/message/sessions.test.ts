import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Fact } from '../../src/message/fact.ts';
import { addFacts, EMPTY_RECORD } from '../../src/message/record.ts';
import { lostByRestart } from '../../src/message/sessions.ts';
import { statusOf } from '../../src/message/status.ts';
import { accepted, anyFact, anyTelling, fact, T0 } from '../support/facts.ts';

const phone = { resource: 'phone' };
const laptop = { resource: 'laptop' };

describe('a message for sessions of which some are away', () => {
  test.each<[string, readonly Fact[], string]>([
    ['is stored for the only one, which is away', [fact('kept', 1, phone)], 'stored'],
    [
      'is stored when the session that got it goes away',
      [fact('sent', 1, phone), fact('kept', 2, phone)],
      'stored',
    ],
    [
      'is sent while another session is awake',
      [fact('sent', 1, laptop), fact('kept', 2, phone)],
      'sent',
    ],
    [
      'is sent while another session is awake, whichever fact comes first',
      [fact('kept', 1, phone), fact('sent', 2, laptop)],
      'sent',
    ],
    [
      'is sent when the session comes back',
      [fact('kept', 1, phone), fact('sent', 2, phone)],
      'sent',
    ],
    [
      'is stored when all that got it are away',
      [fact('sent', 1, laptop), fact('kept', 2, phone), fact('kept', 3, laptop)],
      'stored',
    ],
    [
      'is stored when the other one was lost',
      [fact('sent', 1, laptop), fact('kept', 2, phone), fact('lost', 3, laptop)],
      'stored',
    ],
    [
      'is sent while another session is awake, although one has ended with it',
      [fact('sent', 1, phone), fact('sent', 2, laptop), fact('stored', 3, phone)],
      'sent',
    ],
    [
      'is stored when the only session has ended with it',
      [fact('sent', 1, phone), fact('kept', 2, phone), fact('stored', 3, phone)],
      'stored',
    ],
    [
      'is stored where that is about no session',
      [fact('sent', 1, phone), fact('stored', 2)],
      'stored',
    ],
    [
      'is lost when all are lost, those that were away too',
      [fact('kept', 1, phone), fact('kept', 2, laptop), ...lostBoth()],
      'lost',
    ],
    [
      'is delivered when one of them acknowledges it',
      [fact('kept', 1, phone), fact('sent', 2, laptop), fact('acked', 3, laptop)],
      'delivered',
    ],
  ])('it %s', (_, facts, status) => {
    const all = [accepted(), ...facts];
    expect(statusOf(all)).toBe(status);
    expect(statusOf(all.toReversed())).toBe(status);
  });
});

const anyStory = fc
  .array(anyFact({ hours: 1, kinds: ['sent', 'kept', 'lost', 'acked', 'stored'] }), {
    minLength: 1,
    maxLength: 10,
  })
  .chain((facts) => fc.tuple(fc.constant(facts), anyTelling(facts)));

test('what sessions report gives one status, in whatever order, pieces and repetition it comes', () => {
  fc.assert(
    fc.property(anyStory, ([facts, pieces]) => {
      const record = pieces.reduce(addFacts, EMPTY_RECORD);
      expect(statusOf(record.facts)).toBe(statusOf(facts));
    }),
  );
});

test('a message waits for a session only while no session is awake that got it', () => {
  fc.assert(
    fc.property(anyStory, ([facts]) => {
      fc.pre(facts.every(({ kind }) => kind !== 'stored'));
      fc.pre(statusOf(facts) === 'stored');
      for (const { resource } of ['phone', 'laptop'].map((it) => ({ resource: it })))
        expect(lastOf(facts, resource)).not.toBe('sent');
    }),
  );
});

describe('a restart of the server', () => {
  const later = T0 + 100;

  test.each<[string, readonly Fact[], readonly string[]]>([
    ['what only the session’s queue held', [fact('kept', 1, phone)], ['phone']],
    [
      'what several queues held',
      [fact('kept', 1, phone), fact('kept', 2, laptop)],
      ['phone', 'laptop'],
    ],
    ['nothing that the archive has', [inArchive(1)], []],
    ['nothing that the offline store has', [fact('stored', 1), fact('kept', 2, phone)], []],
    [
      'nothing that the offline store has, although it was found emptied',
      [fact('stored', 1), fact('kept', 2, phone), fact('gone', 3)],
      [],
    ],
    [
      'what was handed out of the offline store',
      [fact('stored', 1), fact('sent', 2, phone), fact('kept', 3, phone)],
      ['phone'],
    ],
    ['nothing that was sent again', [fact('kept', 1, phone), fact('sent', 2, phone)], []],
    ['nothing that was given back', [fact('kept', 1, phone), fact('stored', 2)], []],
    ['nothing that another session has', [fact('sent', 1, laptop), fact('kept', 2, phone)], []],
    ['nothing that was kept later', [fact('kept', 101, phone)], []],
    ['nothing that was only sent', [fact('sent', 1, phone)], []],
  ])('it loses %s', (_, facts, lost) => {
    const losses = lostByRestart([accepted(), ...facts], { at: later });
    expect(losses).toEqual(lost.map((resource) => ({ ...loss(), resource })));
    if (losses.length > 0) expect(statusOf([...facts, ...losses])).toBe('lost');
  });

  test('what it loses of a session that hides is unseen too', () => {
    const hidden = { ...fact('kept', 2, laptop), unseen: true } as Fact;
    expect(lostByRestart([accepted(), hidden], { at: later })).toEqual([
      { ...loss(), ...laptop, unseen: true },
    ]);
  });

  test('it loses what a session held that is seen, whatever one does that hides', () => {
    const hidden = { ...fact('sent', 2, laptop), unseen: true } as Fact;
    expect(lostByRestart([accepted(), fact('kept', 1, phone), hidden], { at: later })).toEqual([
      { ...loss(), ...phone },
    ]);
  });

  test('it loses nothing that the archive has of a session that hides', () => {
    const hidden = { ...fact('sent', 2, laptop), unseen: true, archived: true } as Fact;
    expect(lostByRestart([accepted(), fact('kept', 1, phone), hidden], { at: later })).toEqual([]);
  });

  test('of one node it loses what that node kept, and nothing of another one', () => {
    const facts = [accepted(), fact('kept', 1, { ...phone, node: 'one' })];
    expect(lostByRestart(facts, { at: later, node: 'two' })).toEqual([]);
    expect(lostByRestart(facts, { at: later, node: 'one' })).toEqual([{ ...loss(), ...phone }]);
    expect(lostByRestart(facts, { at: later })).toEqual([{ ...loss(), ...phone }]);
  });

  test('of one node it loses nothing that a session on another node got afterwards', () => {
    const kept = fact('kept', 1, { ...phone, node: 'one' });
    const facts = [accepted(), kept, fact('sent', 2, phone)];
    expect(lostByRestart(facts, { at: later, node: 'one' })).toEqual([]);
  });

  test('it loses the same when it is told of twice', () => {
    const facts = [accepted(), fact('kept', 1, phone)];
    const losses = lostByRestart(facts, { at: later });
    expect(lostByRestart([...facts, ...losses], { at: later })).toEqual([]);
  });

  function loss() {
    return { kind: 'lost', at: later, side: 'both' };
  }
});

function lostBoth(): readonly Fact[] {
  return [fact('lost', 3, phone), fact('lost', 4, laptop)];
}

function inArchive(after: number): Fact {
  return { ...fact('kept', after, phone), where: 'archive' } as Fact;
}

/** What the session did last, as far as it got the message. */
function lastOf(facts: readonly Fact[], resource: string): string | undefined {
  const own = facts
    .filter((it) => ['sent', 'kept', 'lost'].includes(it.kind) && 'resource' in it)
    .filter((it) => (it as { resource?: string }).resource === resource)
    .toSorted((a, b) => a.at - b.at || (a.kind === 'sent' ? -1 : 1));
  return own.at(-1)?.kind;
}
