import { expect, test } from 'vitest';
import { EXAMPLES, leavesOf } from '../../src/cli/examples.ts';
import { manual } from '../../src/cli/manual.ts';
import { makeProgram } from '../../src/cli/program.ts';
import { readPage } from './pages.ts';

test('docs/command-line.md is what the commands say of themselves (npm run manual writes it)', () => {
  expect(readPage('docs/command-line.md')).toBe(manual());
});

test('every command has an example, and every example a command', () => {
  const commands = leavesOf(makeProgram({})).map(({ words }) => words);
  expect(Object.keys(EXAMPLES).toSorted()).toEqual(commands.toSorted());
});

test.each(Object.entries(EXAMPLES))(
  'the example of %s begins with its command',
  (words, example) => {
    expect(example.startsWith(`xmpp-receipts ${words} `)).toBe(true);
  },
);
