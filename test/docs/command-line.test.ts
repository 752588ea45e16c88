import { expect, test } from 'vitest';
import { EXAMPLES, examplesOf, leavesOf } from '../../src/operator/cli/examples.ts';
import { manual } from '../../src/operator/cli/manual.ts';
import { makeProgram } from '../../src/operator/cli/program.ts';
import { readPage } from './pages.ts';

test('docs/command-line.md is what the commands say of themselves (npm run manual writes it)', () => {
  expect(readPage('docs/command-line.md')).toBe(manual());
});

test('every command has an example, and every example a command', () => {
  const commands = leavesOf(makeProgram({})).map(({ words }) => words);
  expect(Object.keys(EXAMPLES).toSorted()).toEqual(commands.toSorted());
});

test.each(Object.keys(EXAMPLES))('the examples of %s show that command', (words) => {
  const examples = examplesOf(words);
  expect(examples.length).toBeGreaterThan(0);
  for (const example of examples) expect(`${example} `).toContain(`xmpp-receipts ${words} `);
});
