import { beforeEach, describe, expect, test, vi } from 'vitest';
import { en } from '../../../src/user/text/en/index.ts';
import { receiptLines } from '../../../src/user/text/receipt-text.ts';
import { zh } from '../../../src/user/text/zh/index.ts';
import { DAY, MINUTE, T0 } from '../../support/facts.ts';
import { NOW, receipt } from './samples.ts';

beforeEach(() => {
  vi.stubEnv('TZ', 'UTC');
  return () => vi.unstubAllEnvs();
});

describe('a receipt in words', () => {
  test.each([
    ['of today', T0 - 18 * MINUTE, 'Stored: your message of 10:42 UTC to bob@example.org'],
    ['of yesterday', T0 - DAY, 'Stored: your message of 21 Nov, 11:00 UTC to bob@example.org'],
    ['of last year', T0 - 365 * DAY, 'Stored: your message of 22 Nov 2025, 11:00 UTC to'],
  ])('%s says when the message was sent', (_, messageAt, text) => {
    expect(receiptLines({ receipts: [receipt(messageAt)] }, en, NOW)).toContain(text);
  });

  test('has the time of our local clock', () => {
    vi.stubEnv('TZ', 'Asia/Shanghai');
    expect(receiptLines({ receipts: [receipt()] }, zh, NOW)).toBe(
      '已暂存：您 18:42 UTC+8 发给 bob@example.org 的消息已由服务器为对方保存。',
    );
  });

  test('of more than ten only the first nine are listed, and the others counted', () => {
    const lines = receiptLines({ receipts: Array(12).fill(receipt()) }, en, NOW).split('\n');
    expect(lines).toHaveLength(10);
    expect(lines.at(-1)).toBe('… and 3 more.');
    expect(receiptLines({ receipts: Array(10).fill(receipt()) }, en, NOW)).not.toContain('more');
  });

  test('receipts that were too many to be kept are counted with the lines that are left out', () => {
    const lastOf = (count: number) =>
      receiptLines({ receipts: Array(count).fill(receipt()), more: 200 }, en, NOW)
        .split('\n')
        .at(-1);
    expect(lastOf(1)).toBe('… and 200 more.');
    expect(lastOf(12)).toBe('… and 203 more.');
  });
});
