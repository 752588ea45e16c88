import { beforeEach, describe, expect, test, vi } from 'vitest';
import { en } from '../../../src/user/text/en/index.ts';
import { askingText } from '../../../src/user/text/question-text.ts';
import { zh } from '../../../src/user/text/zh/index.ts';
import { MANY, NOW, question } from './samples.ts';

beforeEach(() => {
  vi.stubEnv('TZ', 'UTC');
  return () => vi.unstubAllEnvs();
});

describe('a question', () => {
  test('that is the only one has no number', () => {
    expect(askingText({ questions: [question(7)], waiting: 1 }, en, NOW)).toBe(
      'alice@example.org asks whether you received the message of 10:42 UTC.\nAnswer yes, no or later.',
    );
  });

  test('about several messages says when the first and the last were sent', () => {
    expect(askingText({ questions: [MANY], waiting: 1 }, en, NOW)).toContain(
      'carol@example.org asks whether you received 3 messages of 10:50 UTC to 10:55 UTC.',
    );
  });

  test('among several has a number, which the example of an answer shows', () => {
    expect(askingText({ questions: [question(1), MANY], waiting: 2 }, en, NOW)).toBe(
      [
        'These senders ask whether you received their messages:',
        '1. alice@example.org, message of 10:42 UTC',
        '2. carol@example.org, 3 messages of 10:50 UTC to 10:55 UTC',
        'Answer for instance “yes alice”, “no carol” or “later all”.',
      ].join('\n'),
    );
  });

  test('of several senders offers an answer for good, where there can be one', () => {
    const asking = { questions: [question(1), MANY], waiting: 2, offersForGood: true };
    expect(askingText(asking, en, NOW).split('\n').slice(-2)).toEqual([
      'Answer for instance “yes alice”, “no carol” or “later all”.',
      'For good: “always for alice” or “never for carol”.',
    ]);
  });

  test('of one sender who asks twice offers one for all that this sender asks', () => {
    const asking = { questions: [question(1), question(2)], waiting: 2, offersForGood: true };
    expect(askingText(asking, en, NOW).split('\n').slice(-2)).toEqual([
      'Answer for instance “yes 1”, “no 2” or “later all”.',
      'For good: “yes, always” or “no, never”.',
    ]);
  });

  test('of one sender offers none while others wait who are not named', () => {
    const asking = { questions: [question(1), question(2)], waiting: 3, offersForGood: true };
    expect(askingText(asking, en, NOW)).not.toContain('For good');
  });

  test('says how many others wait', () => {
    expect(askingText({ questions: [question(4)], waiting: 6 }, en, NOW)).toBe(
      [
        'These senders ask whether you received their messages:',
        '4. alice@example.org, message of 10:42 UTC',
        '… and 5 more, say “questions”.',
        'Answer for instance “yes 4”, “no 4” or “later all”.',
      ].join('\n'),
    );
  });

  test('is written in Chinese as well', () => {
    expect(askingText({ questions: [question(1), MANY], waiting: 2 }, zh, NOW)).toBe(
      [
        '以下各位想知道您是否收到了他们的消息：',
        '1. alice@example.org，10:42 UTC 的消息',
        '2. carol@example.org，10:50 UTC 至 10:55 UTC 的 3 条消息',
        '请这样回复：“是 alice”、“否 carol”，或“稍后 全部”。',
      ].join('\n'),
    );
  });
});
