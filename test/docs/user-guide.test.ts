import { expect, test } from 'vitest';
import { parse } from '../../src/user/bot/parse.ts';
import { readPage } from './pages.ts';

/** What a reader is told to write to the bot. */
const WRITTEN = [...readPage('docs/user-guide.md').matchAll(/`((?:policy|text) [^`]+|help)`/g)].map(
  ([, words = '']) => words,
);

test('docs/user-guide.md says what can be written to the bot', () => {
  expect(WRITTEN.length).toBeGreaterThan(5);
});

test.each(WRITTEN)('the bot understands what docs/user-guide.md says: %s', (words) => {
  const command = parse(words);
  expect(['help', 'set-policy', 'set-exception', 'set-text']).toContain(command.kind);
});
