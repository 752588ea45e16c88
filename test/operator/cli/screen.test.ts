import { expect, test } from 'vitest';
import { screenOf } from '../../../src/operator/cli/screen.ts';

const HEAD = ['SENDER', 'ID'];
const ROWS = [
  ['alice@example.org', 'm1'],
  ['bob@example.org', 'm22'],
];

test('a terminal shows columns under a bold line', () => {
  const screen = screenOf({ isTTY: true }, { TERM: 'xterm' });
  expect(screen.table(HEAD, ROWS).split('\n')).toEqual([
    '\u001b[1mSENDER             ID\u001b[0m',
    'alice@example.org  m1',
    'bob@example.org    m22',
  ]);
});

test('a program gets a line for each row, with a tab between two cells, and nothing else', () => {
  const screen = screenOf({}, { TERM: 'xterm' });
  expect(screen.table(HEAD, ROWS)).toBe('alice@example.org\tm1\nbob@example.org\tm22');
  expect(screen.paint('red', 'no')).toBe('no');
});

test.each([
  ['NO_COLOR is set', { NO_COLOR: '1', TERM: 'xterm' }],
  ['the terminal has none', { TERM: 'dumb' }],
])('a terminal gets no colors where %s', (_, environment) => {
  const screen = screenOf({ isTTY: true }, environment);
  expect(screen.paint('red', 'no')).toBe('no');
  expect(screen.table(HEAD, ROWS)).not.toContain('\u001b');
});

test('an empty NO_COLOR is as good as none', () => {
  const screen = screenOf({ isTTY: true }, { NO_COLOR: '', TERM: 'xterm' });
  expect(screen.paint('green', 'yes')).toBe('\u001b[32myes\u001b[0m');
});
