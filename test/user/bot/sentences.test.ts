import { describe, expect, test } from 'vitest';
import { ENGLISH } from './sentences/en.ts';
import { NOT_YET } from './sentences/not-yet.ts';
import { outcomeOf } from './sentences/outcome.ts';
import { CHINESE } from './sentences/zh.ts';

describe.each([
  ['English', ENGLISH, 150],
  ['Chinese', CHINESE, 150],
] as const)('sentences in %s', (_, sentences, least) => {
  test('are many, and none stands there twice', () => {
    const names = sentences.map(({ said, text }) => `${said}: ${text}`);
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThanOrEqual(least);
  });

  test('mean what people mean by them', () => {
    for (const sentence of sentences) {
      const name = `${sentence.said}: ${sentence.text}`;
      const meant = `${name} => ${outcomeOf(sentence)}`;
      if (NOT_YET.has(name)) expect(meant).not.toBe(`${name} => ${sentence.outcome}`);
      else expect.soft(meant).toBe(`${name} => ${sentence.outcome}`);
    }
  });
});
