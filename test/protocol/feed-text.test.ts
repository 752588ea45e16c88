import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Line, readLines } from '../../src/protocol/feed-text.ts';
import { MAX_KEY_BYTES } from '../../src/protocol/limits.ts';
import { keyOf } from '../support/facts.ts';
import { messageLine } from '../support/feed-lines.ts';

const DOMAIN = 'example.org';
const KEY = 'm1\talice@example.org\tbob@example.org';

describe('any text', () => {
  const anyText = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'grapheme' }),
    fc
      .array(
        fc.oneof(
          fc.constantFrom(
            'message',
            'gap',
            'deleted',
            '\t',
            '\n',
            ' ',
            '=',
            '%',
            '%0',
            '%ff',
            '%00',
          ),
          fc.constantFrom('accepted', 'sent', '1795338025465001', 'a@example.org', '__proto__'),
          fc.string({ unit: 'binary', maxLength: 3 }),
        ),
      )
      .map((parts) => parts.join('')),
  );

  test('any text is read without an exception', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const lines = readLines(text, DOMAIN);
        expect(lines.length).toBeLessThanOrEqual(text.split('\n').length);
      }),
    );
  });

  test('any text spoils only its own line', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const good = `message\t${KEY}\tsent 5`;
        const lines = readLines(`${good}\n${text}\n${good}`, DOMAIN);
        expect(lines.at(0)).toEqual(lines.at(-1));
        expect(lines.at(0)).toMatchObject({ kind: 'message', facts: [{ kind: 'sent', at: 5 }] });
      }),
    );
  });
});

describe('an id may be', () => {
  test.each([
    ['with a tab', 'a\tb'],
    ['with a line feed', 'a\nb'],
    ['with quotes', `"it's"`],
    ['with a space', 'a b'],
    ['with a percent sign', '100%'],
    ['with what looks like an escape', '%0A'],
    ['with what looks like XML', '<a b="c"/>&amp;'],
    ['Chinese', '消息一'],
    ['an emoji', '👩‍👩‍👧‍👦'],
    ['of 256 bytes', 'x'.repeat(256)],
    ['of 256 bytes in UTF-8', `${'消'.repeat(85)}x`],
    ['of 256 bytes once unescaped', '%'.repeat(256)],
  ])('an id may be: %s', (_, id) => {
    expect(readLines(messageLine(keyOf(id), []), DOMAIN)).toMatchObject([{ key: { id } }]);
  });

  test.each([
    ['257 bytes', 'x'.repeat(257)],
    ['257 bytes in UTF-8', `${'消'.repeat(85)}xx`],
    ['nothing', ''],
  ])('an id may not be: %s', (_, id) => {
    expect(read(messageLine(keyOf(id), []))).toEqual({
      kind: 'bad',
      because: 'id must have 1 to 256 bytes',
    });
  });

  test('an id may not be: with NUL, which no database holds', () => {
    expect(read('message\ta%00b\talice@example.org\tbob@example.org')).toEqual({
      kind: 'bad',
      because: 'no NUL may stand in an id or a nick',
    });
  });
});

describe('a message line that cannot be used has a reason', () => {
  test.each([
    ['without recipient', 'message\tm1\talice@example.org', /bare JIDs/],
    ['with a resource', 'message\tm1\talice@example.org/pc\tbob@example.org', /bare JIDs/],
    ['a deleted account with NUL', 'deleted\t5\tal%00ice@example.org', /deleted account/],
    ['with NUL in an address', 'message\tm1\tal%00ice@example.org\tbob@example.org', /bare JIDs/],
    ['of other domains', 'message\tm1\ta@example.net\tb@example.com', /of example\.org/],
    ['of a longer domain', 'message\tm1\ta@notexample.org\tb@example.com', /of example\.org/],
    ['of nobody', 'message', /id/],
  ])('a message line that cannot be used says why: %s', (_, line, because) => {
    expect(read(line)).toEqual({ kind: 'bad', because: expect.stringMatching(because) });
  });
});

describe('a gap', () => {
  test('a gap says how much was dropped, and up to when', () => {
    expect(read('gap\t5\t12')).toEqual({ kind: 'gap', at: 5, count: 12 });
  });

  test.each(['gap', 'gap\t5', 'gap\t5\t', 'gap\t5\t-1', 'gap\t5\t1.5', 'gap\tx\t1', 'gap\t5\tx'])(
    'a gap is not %j',
    (line) => {
      expect(read(line)).toMatchObject({ kind: 'bad' });
    },
  );
});

describe('a deleted account', () => {
  test('a deleted account is one of the server itself', () => {
    expect(read('deleted\t5\tal%20ice@example.org')).toEqual({
      kind: 'deleted',
      at: 5,
      account: 'al ice@example.org',
    });
  });

  test.each([
    'deleted\t5\tbob@example.net',
    'deleted\t5\tbob@notexample.org',
    'deleted\t5\texample.org',
    'deleted\t5',
    'deleted\tx\tbob@example.org',
  ])('a deleted account is not %j', (line) => {
    expect(read(line)).toMatchObject({ kind: 'bad' });
  });
});

test('a text without lines has no facts', () => {
  expect(readLines('', DOMAIN)).toEqual([]);
  expect(readLines('\n\n', DOMAIN)).toEqual([]);
});

test('a line of an unknown kind is ignored', () => {
  expect(read('weather\tsunny')).toEqual({ kind: 'unknown' });
});

function read(line: string): Line | undefined {
  return readLines(line, DOMAIN)[0];
}

test('the occupant of a room is the recipient, and the domain is the room’s', () => {
  const line = 'message\tm1\talice@example.org\troom@rooms.test\toccupant 0 nick=bo%20b\trelayed 7';
  expect(readLines(line, 'example.org')).toEqual([
    {
      kind: 'message',
      key: { id: 'm1', sender: 'alice@example.org', recipient: 'room@rooms.test/bo b' },
      facts: [{ kind: 'relayed', at: 7, side: 'sender' }],
    },
  ]);
});

describe('the longest that is tracked is what the index of a database holds', () => {
  const room = `message\tm1\talice@example.org\t${'r'.repeat(1023)}@rooms.example.org`;
  const lineOf = (nick: number) => `${room}\toccupant 0 nick=${'n'.repeat(nick)}`;
  const rest = MAX_KEY_BYTES - 'm1alice@example.org@rooms.example.org/'.length - 1023;

  test('sender, recipient and id may have 2300 bytes together, the nick in a room included', () => {
    expect(read(lineOf(rest))).toMatchObject({ kind: 'message' });
  });

  test('a message whose sender, recipient and id have more bytes is not tracked', () => {
    expect(read(lineOf(rest + 1))).toEqual({
      kind: 'bad',
      because: `sender, recipient and id must have at most ${MAX_KEY_BYTES} bytes together`,
    });
  });
});
