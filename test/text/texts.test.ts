import { beforeEach, expect, describe as group, test, vi } from 'vitest';
import type { Reply } from '../../src/commands/reply.ts';
import type { BareJid } from '../../src/message/jid.ts';
import type { Receipt } from '../../src/receipt/receipt.ts';
import type { Question } from '../../src/store/question-store.ts';
import { describe } from '../../src/text/describe.ts';
import { en } from '../../src/text/en.ts';
import { askingText } from '../../src/text/question-text.ts';
import { replyText } from '../../src/text/reply-text.ts';
import { zh } from '../../src/text/zh.ts';
import { DAY, keyOf, MINUTE, T0 } from '../support/facts.ts';

beforeEach(() => {
  vi.stubEnv('TZ', 'UTC');
  return () => vi.unstubAllEnvs();
});

const NOW = T0 / 1000;

function receipt(messageAt = T0 - 18 * MINUTE): Receipt {
  return { key: keyOf('m1'), status: 'stored', evidence: 'server', at: T0, messageAt };
}

function question(number: number, changed: Partial<Question> = {}): Question {
  const at = T0 - 18 * MINUTE;
  const sender = 'alice@example.org' as BareJid;
  return { number, sender, messages: 1, shown: 1, from: at, to: at, ...changed };
}

const MANY = question(2, {
  sender: 'carol@example.org' as BareJid,
  messages: 3,
  from: T0 - 10 * MINUTE,
  to: T0 - 5 * MINUTE,
});

group('a receipt in words', () => {
  test.each([
    ['of today', T0 - 18 * MINUTE, 'Stored: your message of 10:42 to bob@example.org'],
    ['of yesterday', T0 - DAY, 'Stored: your message of 21 Nov, 11:00 to bob@example.org'],
    ['of last year', T0 - 365 * DAY, 'Stored: your message of 22 Nov 2025, 11:00 to'],
  ])('%s says when the message was sent', (_, messageAt, text) => {
    expect(describe({ receipts: [receipt(messageAt)] }, en, NOW)).toContain(text);
  });

  test('is by the local clock of the server', () => {
    vi.stubEnv('TZ', 'Asia/Shanghai');
    expect(describe({ receipts: [receipt()] }, zh, NOW)).toBe(
      '已暂存：您 18:42 发给 bob@example.org 的消息已存在服务器上，等对方上线后送达。',
    );
  });

  test('what is more than ten is counted', () => {
    const lines = describe({ receipts: Array(12).fill(receipt()) }, en, NOW).split('\n');
    expect(lines).toHaveLength(10);
    expect(lines.at(-1)).toBe('… and 3 more.');
    expect(describe({ receipts: Array(10).fill(receipt()) }, en, NOW)).not.toContain('more');
  });

  test('what was too much to be kept is counted with them', () => {
    const lastOf = (count: number) =>
      describe({ receipts: Array(count).fill(receipt()), more: 200 }, en, NOW)
        .split('\n')
        .at(-1);
    expect(lastOf(1)).toBe('… and 200 more.');
    expect(lastOf(12)).toBe('… and 203 more.');
  });
});

group('a question', () => {
  test('alone needs no number', () => {
    expect(askingText({ questions: [question(7)], waiting: 1 }, en, NOW)).toBe(
      'alice@example.org asks whether you received the message of 10:42.\nAnswer yes, no or later.',
    );
  });

  test('about several messages says from when to when', () => {
    expect(askingText({ questions: [MANY], waiting: 1 }, en, NOW)).toContain(
      'carol@example.org asks whether you received 3 messages of 10:50 to 10:55.',
    );
  });

  test('among several has its number, and so has the answer', () => {
    expect(askingText({ questions: [question(1), MANY], waiting: 2 }, en, NOW)).toBe(
      [
        'These senders ask whether you received their messages:',
        '1. alice@example.org, message of 10:42',
        '2. carol@example.org, 3 messages of 10:50 to 10:55',
        'Answer for instance: yes 1, no 2, or later all.',
      ].join('\n'),
    );
  });

  test('says how many others wait', () => {
    expect(askingText({ questions: [question(4)], waiting: 6 }, en, NOW)).toBe(
      [
        'These senders ask whether you received their messages:',
        '4. alice@example.org, message of 10:42',
        '… and 5 more, say “questions”.',
        'Answer for instance: yes 4, no 4, or later all.',
      ].join('\n'),
    );
  });

  test('in Chinese', () => {
    expect(askingText({ questions: [question(1), MANY], waiting: 2 }, zh, NOW)).toBe(
      [
        '以下各位想知道您是否收到了他们的消息：',
        '1. alice@example.org，10:42 的消息',
        '2. carol@example.org，10:50 至 10:55 的 3 条消息',
        '请这样回复：是 1，否 2，或 稍后 全部。',
      ].join('\n'),
    );
  });
});

const REPLIES: readonly (readonly [string, Reply, string])[] = [
  [
    'a policy with an exception',
    {
      kind: 'policy',
      policy: 'manual',
      isOwn: true,
      exceptions: { 'spam.example': 'refuse', 'bob@example.org': 'automatic' },
      isLocked: false,
      tellsDeclined: false,
      change: 'kept',
    },
    [
      'Saved. It will hold as soon as the server has it; it cannot be reached just now.',
      'Your policy is manual: senders learn that a message arrived only when I ask you and you say yes.',
      'With these exceptions:',
      'bob@example.org: automatic',
      'spam.example: refuse',
      'If you decline (say no, or refuse), the sender is not told.',
    ].join('\n'),
  ],
  [
    'a policy that is locked',
    {
      kind: 'policy',
      policy: 'client',
      isOwn: false,
      exceptions: { 'bob@example.org': 'manual' },
      isLocked: true,
      tellsDeclined: true,
    },
    [
      'Your policy is client: your app answers senders, as it does without us.',
      'It is the same for everybody here and cannot be changed.',
      'If you decline (say no, or refuse), the sender is told.',
    ].join('\n'),
  ],
  ['no question', { kind: 'questions', questions: [] }, 'No question waits for you.'],
  [
    'a yes',
    { kind: 'answered', answer: 'yes', questions: [question(1)], isNoTold: false },
    'Thank you. alice@example.org will learn that you received the message of 10:42.',
  ],
  [
    'a no to several',
    { kind: 'answered', answer: 'no', questions: [question(1), MANY], isNoTold: false },
    [
      'All right. These senders get no receipt:',
      '1. alice@example.org, message of 10:42',
      '2. carol@example.org, 3 messages of 10:50 to 10:55',
    ].join('\n'),
  ],
  [
    'an answer that names none of several',
    { kind: 'which', questions: [question(1), MANY] },
    [
      'Several questions wait for you. Please say which one you mean:',
      '1. alice@example.org, message of 10:42',
      '2. carol@example.org, 3 messages of 10:50 to 10:55',
      'Answer for instance: yes 1, no 2, or later all.',
    ].join('\n'),
  ],
  [
    'a number that there is not',
    { kind: 'no-such-question', number: 9, questions: [question(1)] },
    [
      'There is no question 9.',
      'alice@example.org asks whether you received the message of 10:42.',
      'Answer yes, no or later.',
    ].join('\n'),
  ],
  [
    'no message',
    { kind: 'status', receipts: [] },
    'I know of no such message of yours that asked for a receipt. Older ones are forgotten after a while.',
  ],
  [
    'the receipts wanted',
    {
      kind: 'receipts',
      statuses: ['stored', 'failed'],
      isOwn: false,
      text: true,
      language: 'zh',
      isChanged: true,
    },
    [
      'Done.',
      'You get receipts when a message is: stored, failed.',
      'You have not chosen these yourself; they are the default here.',
      'They come in words as well.',
      'I write to you in 中文.',
    ].join('\n'),
  ],
  [
    'no receipts wanted',
    {
      kind: 'receipts',
      statuses: [],
      isOwn: true,
      text: false,
      language: 'en',
      isChanged: false,
    },
    [
      'You get no receipts.',
      'They come without words, for apps that show them by themselves.',
      'I write to you in English.',
    ].join('\n'),
  ],
  [
    'statistics',
    {
      kind: 'statistics',
      counts: { items: 3 },
      backlog: { receipts: 1, ticks: 0, questions: 2 },
    },
    [
      'Waiting:',
      'receipts to send: 1',
      'ticks to deliver: 0',
      'questions: 2',
      'Since the start:',
      'items: 3',
    ].join('\n'),
  ],
  [
    'a refusal',
    { kind: 'refused', because: 'admins-only' },
    'Only the administrators can see that.',
  ],
];

group('a reply', () => {
  test.each(REPLIES)('says %s in words', (_, reply, text) => {
    expect(replyText(reply, en, NOW)).toBe(text);
  });

  test.each(REPLIES)('says %s in Chinese as well', (_, reply) => {
    expect(replyText(reply, zh, NOW)).toMatch(/\p{Script=Han}/u);
  });

  test('shows statistics only to those who may have them', () => {
    expect(replyText({ kind: 'help', isAdmin: true }, en, NOW)).toContain('statistics');
    expect(replyText({ kind: 'help', isAdmin: false }, en, NOW)).not.toContain('statistics');
  });
});
