import { describe, expect, test } from 'vitest';
import { GERMAN } from './sentences/de.ts';
import { ENGLISH } from './sentences/en.ts';
import { outcomeOf } from './sentences/outcome.ts';
import { CHINESE } from './sentences/zh.ts';

describe.each([
  ['English', ENGLISH, 150],
  ['Chinese', CHINESE, 150],
  ['German', GERMAN, 150],
] as const)('sentences in %s', (_, sentences, least) => {
  test('are many, and none stands there twice', () => {
    const names = sentences.map(({ said, text }) => `${said}: ${text}`);
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThanOrEqual(least);
  });

  test('mean what people mean by them', () => {
    for (const sentence of sentences) {
      const name = `${sentence.said}: ${sentence.text}`;
      expect.soft(`${name} => ${outcomeOf(sentence)}`).toBe(`${name} => ${sentence.outcome}`);
    }
  });
});
