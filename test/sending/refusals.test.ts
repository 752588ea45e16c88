import { pino } from 'pino';
import { expect, test } from 'vitest';
import type { BareJid } from '../../src/message/jid.ts';
import { Refusals } from '../../src/sending/refusals.ts';
import { ALICE, BOB } from '../support/facts.ts';

const DAY = 24 * 3_600_000;

test('words are tried again after a day, and also when the clock was set back by a year', () => {
  let now = 0;
  const log = pino({ level: 'silent' });
  const refusals = new Refusals({ component: 'receipts.example.org', log, now: () => now });
  expect(refusals.isNews(ALICE, 'policy-violation')).toBe(true);
  refusals.note(ALICE, 'policy-violation');
  expect(refusals.isNews(ALICE, 'policy-violation')).toBe(false);
  expect(refusals.areWordsRefusedBy(ALICE)).toBe(true);
  expect(refusals.areWordsRefusedBy(BOB)).toBe(false);
  now = DAY - 1;
  expect(refusals.areWordsRefusedBy(ALICE)).toBe(true);
  now = DAY;
  expect(refusals.areWordsRefusedBy(ALICE)).toBe(false);
  refusals.note(ALICE, 'policy-violation');
  expect(refusals.areWordsRefusedBy(ALICE)).toBe(true);
  now = -365 * DAY;
  expect(refusals.areWordsRefusedBy(ALICE)).toBe(false);
});

test('an error that names no rule says nothing about words', () => {
  const log = pino({ level: 'silent' });
  const refusals = new Refusals({ component: 'receipts.example.org', log, now: () => 0 });
  for (const condition of ['service-unavailable', 'recipient-unavailable', 'undefined-condition']) {
    expect(refusals.isNews(ALICE, condition)).toBe(false);
    refusals.note(ALICE, condition);
    expect(refusals.areWordsRefusedBy(ALICE)).toBe(false);
  }
});

test('of the users whose server refuses words the last ten thousand are known', () => {
  const log = pino({ level: 'silent' });
  const refusals = new Refusals({ component: 'receipts.example.org', log, now: () => 0 });
  const userOf = (n: number) => `u${n}@example.org` as BareJid;
  for (let n = 0; n <= 10_000; n += 1) refusals.note(userOf(n), 'policy-violation');
  expect(refusals.areWordsRefusedBy(userOf(0))).toBe(false);
  expect(refusals.areWordsRefusedBy(userOf(1))).toBe(true);
  expect(refusals.areWordsRefusedBy(userOf(10_000))).toBe(true);
});
