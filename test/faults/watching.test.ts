import { describe, expect, test } from 'vitest';
import type { Kept, Matter } from './finding.ts';
import type { Story } from './ledger.ts';
import { personOf } from './people.ts';
import { judge } from './verdict.ts';
import { lineIn } from './words.ts';
import { WordsBook } from './words-book.ts';

const SENT_AT = 1_000_000;
const DEADLINE = SENT_AT + 5000;
const KNOWN: Kept = { status: 'sent', told: [], inWords: [] };

/** A message to somebody whose client answers nothing. */
function watched(changes: Partial<Story> = {}): Story {
  return {
    id: 'm1',
    to: personOf('erin'),
    reports: false,
    watch: { seconds: 5 },
    writtenAt: [SENT_AT],
    takenAt: SENT_AT + 5,
    sightings: [{ device: 'erin/phone', at: SENT_AT + 10 }],
    ticks: [],
    receipts: [{ status: 'sent', stanza: 'r1', at: SENT_AT + 500 }],
    notices: [],
    bouncedAt: [],
    toldAt: [],
    ...changes,
  };
}

function seen(at: number): Partial<Story> {
  return { sightings: [{ device: 'bob/phone', at, knownAt: at + 10 }], to: personOf('bob') };
}

function notice({ at = DEADLINE + 900, stanza = 'watch-1', to = 'erin' } = {}) {
  return { text: `No sign so far that ${personOf(to).jid} got it`, stanza, at };
}

function said(story: Story, more: Partial<Matter> = {}): readonly string[] {
  const arrived = story.to.name === 'bob' && story.sightings.length > 0;
  const kept: Kept = arrived ? { ...KNOWN, status: 'delivered' } : KNOWN;
  const world = { server: 'prosody', stops: [], restores: [], isAway: false } as const;
  return judge({ story, kept, ...world, ...more }).map(({ sort, says }) => `${sort}: ${says}`);
}

describe('a message that is watched', () => {
  test('is as it should be with one notice after the deadline', () => {
    expect(said(watched({ notices: [notice()] }))).toEqual([]);
  });

  test('is as it should be without one, if it was answered in time', () => {
    expect(said(watched(seen(SENT_AT + 100)))).toEqual([]);
  });

  test.each([
    ['just at the deadline', DEADLINE],
    ['later, before the daemon could judge it', DEADLINE + 3000],
  ])('may have a notice or none, if it was answered %s', (_, at) => {
    const late = watched(seen(at));
    expect(said(late)).toEqual([]);
    expect(said({ ...late, notices: [notice({ to: 'bob' })] })).toEqual([]);
  });

  test('is lost if nothing came in time, and no notice', () => {
    const missing = ['lost: nothing came in time, and no notice'];
    expect(said(watched())).toEqual(missing);
    expect(said(watched(seen(DEADLINE + 16_000)))).toEqual(missing);
    expect(
      said(watched({ ...seen(SENT_AT + 100), watch: { seconds: 5, until: 'displayed' } })),
    ).toEqual(missing);
  });

  test('is duplicated by a notice under another id, and repeated by one under the same', () => {
    const notices = [notice(), notice(), notice({ stanza: 'watch-2' })];
    expect(said(watched({ notices }))).toEqual([
      'duplicated: told that nothing came under 2 ids',
      'repeated: told that nothing came again under the same id',
    ]);
  });

  test('is wrong if its notice comes too early, or after an answer, or names somebody else', () => {
    const [early] = said(watched({ notices: [notice({ at: DEADLINE - 1000 })] }));
    expect(early).toBe('wrong: a notice 1000 ms before the deadline');
    const answered = watched({ ...seen(SENT_AT + 100), notices: [notice({ to: 'bob' })] });
    expect(said(answered)).toEqual([
      'wrong: a notice, and the sign that its sender waits for came in time',
    ]);
    expect(said(watched({ notices: [notice({ to: 'bob' })] }))[0]).toContain('somebody else');
  });

  test('has no notice if it is not watched', () => {
    const { watch, ...plain } = watched({ notices: [notice()] });
    expect(watch).toBeDefined();
    expect(said(plain)).toContain('wrong: a notice, and it is not watched');
  });

  test('may have a notice too many after a restore, and no notice after a kill', () => {
    const between = [{ backedUpAt: SENT_AT - 60_000, restoredAt: SENT_AT + 60_000 }];
    const answered = watched({ ...seen(SENT_AT + 100), notices: [notice({ to: 'bob' })] });
    expect(said(answered, { restores: between })[0]).toContain('taken with the store: ');
    const kill = { at: DEADLINE + 300, how: 'killed', asleep: [] } as const;
    expect(said(watched(), { stops: [kill] })[0]).toContain('taken with the server: ');
    expect(said(watched(), { stops: [{ ...kill, at: DEADLINE + 60_000 }] })[0]).toContain('lost: ');
  });
});

describe('words', () => {
  test.each([
    [
      'Sent: your message of 10:42 UTC went out to erin@storm.test – no confirmation yet.',
      'sent',
      1,
    ],
    [
      'Stored: 3 of your messages to bob@storm.test (10:42 UTC to 10:43 UTC) still wait.',
      'stored',
      3,
    ],
  ])('%s', (line, status, count) => {
    expect(lineIn(line)).toMatchObject({ status, count });
  });

  test('that say nothing of a message are strange', () => {
    expect(lineIn('… and 3 more.')).toBeUndefined();
  });

  test.each([
    [2, 2, []],
    [2, 1, ['lost: words: sent erin, 1 too few']],
    [1, 3, ['duplicated: words: sent erin, 2 too many']],
  ])('of which %i were told and %i were heard', (told, heard, found) => {
    const book = new WordsBook();
    const balance = {
      told: new Map([['sent erin', told]]),
      heard: new Map([['sent erin', heard]]),
      isExcused: false,
    };
    const findings = () => book.compare(balance).map(({ sort, says }) => `${sort}: ${says}`);
    expect(findings()).toEqual(found);
    book.close(balance);
    expect(findings()).toEqual([]);
  });

  test('that were missing, and come late, are not too many', () => {
    const book = new WordsBook();
    const told = new Map([['sent erin', 1]]);
    book.close({ told, heard: new Map() });
    expect(book.compare({ told, heard: told, isExcused: false })).toEqual([]);
  });

  test.each([
    ['bob', ['stored'], ['stored'], undefined],
    ['bob', ['delivered'], ['delivered'], 'the client shows'],
    ['bob', [], ['lost'], 'told no program so'],
    ['gina', ['stored'], ['stored'], 'of somebody who refuses'],
  ] as const)('about %s: programs are told %j, people %j', (name, told, inWords, found) => {
    const { watch, ...story } = watched({ to: personOf(name), receipts: [] });
    expect(watch).toBeDefined();
    const lines = said(story, { kept: { status: 'sent', told, inWords } });
    const aboutWords = lines.filter((line) => line.startsWith('wrong: said'));
    if (found === undefined) expect(aboutWords).toEqual([]);
    else expect(aboutWords[0]).toContain(found);
  });
});
