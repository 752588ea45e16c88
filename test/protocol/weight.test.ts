import { describe, expect, test } from 'vitest';
import { firstWithin } from '../../src/message/first-within.ts';
import { weightOf } from '../../src/protocol/weight.ts';

test('a text weighs what it takes in XML', () => {
  expect(weightOf('abc')).toBe(3);
  expect(weightOf('消息')).toBe(6);
  expect(weightOf('<&"\'>')).toBe('&lt;&amp;&quot;&apos;&gt;'.length);
});

describe('the first items within a weight', () => {
  const firstOf = (...texts: readonly string[]) => firstWithin(texts, 10, weightOf);

  test('the first items within a weight are as many as fit', () => {
    expect(firstOf('aaaa', 'bbbbbb', 'c')).toEqual(['aaaa', 'bbbbbb']);
    expect(firstOf('aaaa', 'bbbbbbb')).toEqual(['aaaa']);
    expect(firstOf('&', '&')).toEqual(['&', '&']);
    expect(firstOf('&', '&', '&')).toEqual(['&', '&']);
  });

  test('the first items within a weight are one at least, so that a long one is sent at all', () => {
    expect(firstOf('a'.repeat(20), 'b')).toEqual(['a'.repeat(20)]);
  });

  test('the first items within a weight are all if they fit, and none if there is none', () => {
    expect(firstOf('a', 'b')).toEqual(['a', 'b']);
    expect(firstOf()).toEqual([]);
  });
});
