import fc from 'fast-check';
import { expect, test } from 'vitest';
import { digitsIn, escaped, unescaped } from '../../src/protocol/field.ts';
import { escaped as escapedByTheTests } from '../support/feed-lines.ts';

test('any text comes back from its escapes as it was', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(unescaped(escaped(text))).toBe(text);
      expect(escaped(text)).toMatch(/^[^\0-\x20\x7f]*$/);
    }),
  );
});

test('an escape has upper-case digits; with others the text stays as it is', () => {
  expect(unescaped('a%0Ab')).toBe('a\nb');
  for (const text of ['a%0ab', 'a%7fb', 'a%', 'a%G0', 'a%FF']) expect(unescaped(text)).toBe(text);
});

test('escapes are those of the document', () => {
  expect(escaped('a b\t\n%\x7f消')).toBe('a%20b%09%0A%25%7F消');
  expect(escapedByTheTests('a b\t\n%\x7f消')).toBe('a%20b%09%0A%25%7F消');
});

test.each([
  ['0', 0],
  ['1795338025465001', 1795338025465001],
  ['9007199254740992', undefined],
  ['-1', undefined],
  ['1.5', undefined],
  ['', undefined],
])('the digits %j are the number %s', (text, number) => {
  expect(digitsIn(text)).toBe(number);
});
