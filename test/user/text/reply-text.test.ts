import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Reply } from '../../../src/user/commands/reply.ts';
import { en } from '../../../src/user/text/en/index.ts';
import { replyText } from '../../../src/user/text/reply-text.ts';
import { zh } from '../../../src/user/text/zh/index.ts';
import { MANY, NOW, question } from './samples.ts';

beforeEach(() => {
  vi.stubEnv('TZ', 'UTC');
  return () => vi.unstubAllEnvs();
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
    'Thank you. alice@example.org will learn that you received the message of 10:42 UTC.',
  ],
  [
    'a no to several',
    { kind: 'answered', answer: 'no', questions: [question(1), MANY], isNoTold: false },
    [
      'All right. These senders get no receipt:',
      '1. alice@example.org, message of 10:42 UTC',
      '2. carol@example.org, 3 messages of 10:50 UTC to 10:55 UTC',
    ].join('\n'),
  ],
  [
    'an answer that names none of several',
    { kind: 'which', questions: [question(1), MANY] },
    [
      'Several questions wait for you. Please say which one you mean:',
      '1. alice@example.org, message of 10:42 UTC',
      '2. carol@example.org, 3 messages of 10:50 UTC to 10:55 UTC',
      'Answer for instance “yes alice”, “no carol” or “later all”.',
    ].join('\n'),
  ],
  [
    'a number that there is not',
    { kind: 'no-such-question', number: 9, questions: [question(1)] },
    [
      'There is no question 9.',
      'alice@example.org asks whether you received the message of 10:42 UTC.',
      'Answer yes, no or later.',
    ].join('\n'),
  ],
  [
    'no message',
    { kind: 'status', receipts: [], unseen: [] },
    'I know of no such message of yours that asked for a receipt. Older ones are forgotten after a while.',
  ],
  [
    'the receipts wanted',
    {
      kind: 'receipts',
      statuses: ['stored', 'failed'],
      isOwn: false,
      text: true,
      inWords: ['failed', 'lost'],
      language: 'zh',
      zone: { zone: 'Asia/Shanghai', by: 'user' },
      isChanged: true,
    },
    [
      'Done.',
      'You get receipts when a message is: stored, failed.',
      'You have not chosen these yourself; they are the default here.',
      'I also write to you when a message is: failed, lost – unless your app shows it.',
      'I write to you in 中文.',
      'I tell times in the zone Asia/Shanghai: now it is 11:00 UTC.',
    ].join('\n'),
  ],
  [
    'no receipts wanted',
    {
      kind: 'receipts',
      statuses: [],
      isOwn: true,
      text: false,
      inWords: ['failed'],
      language: 'en',
      zone: { zone: undefined, by: 'server' },
      isChanged: false,
    },
    [
      'You get no receipts.',
      'I write nothing to you about them: they are for apps that show them.',
      'I write to you in English.',
      'I do not know your time zone, and tell times as this server does: now it is 11:00 UTC. To choose yours, say for instance: zone Europe/Berlin',
    ].join('\n'),
  ],
  [
    'the zone that an app has said',
    { kind: 'zone', inUse: { zone: '+01:00', by: 'app' }, isChanged: false },
    'I tell times as your app does: now it is 11:00 UTC.',
  ],
  [
    'a zone that was chosen',
    { kind: 'zone', inUse: { zone: '-03:30', by: 'user' }, isChanged: true },
    'Done.\nI tell times in the zone UTC-03:30: now it is 11:00 UTC.',
  ],
  [
    'that there is no such zone, shortened',
    { kind: 'no-such-zone', found: 'x'.repeat(100) },
    `I know no time zone “${'x'.repeat(40)}”. Name a region and a city, such as Europe/Berlin, or how far it is from UTC, such as +05:30. With “zone default” I go by your app.`,
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

describe('a reply', () => {
  test.each(REPLIES)('says %s in words', (_, reply, text) => {
    expect(replyText(reply, en, NOW)).toBe(text);
  });

  test.each(REPLIES)('says %s in Chinese as well', (_, reply) => {
    expect(replyText(reply, zh, NOW)).toMatch(/\p{Script=Han}/u);
  });

  test('shows the command for statistics to administrators only', () => {
    for (const isAll of [true, false]) {
      const help = (isAdmin: boolean) => replyText({ kind: 'help', isAdmin, isAll }, en, NOW);
      expect(help(true)).toContain('statistics');
      expect(help(false)).not.toContain('statistics');
    }
  });
});
