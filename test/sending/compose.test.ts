import { describe, expect, test } from 'vitest';
import type { Status } from '../../src/message/status.ts';
import type { Receipt } from '../../src/receipt/receipt.ts';
import { composeReceipts } from '../../src/sending/compose.ts';
import { HostStores } from '../../src/sending/host-stores.ts';
import { ALICE, keyOf, RULES, T0 } from '../support/facts.ts';
import { ALL_KNOW_US, NO_ZONES } from '../support/introduced.ts';

const receipt = (status: Status, unarchived = false): Receipt => ({
  key: keyOf('m1'),
  status,
  evidence: 'server',
  at: T0,
  messageAt: T0,
  ...(unarchived && { unarchived }),
});

interface Case {
  readonly stores?: readonly string[];
  readonly text?: boolean;
  readonly more?: number;
}

/** The hint on the message with these receipts. */
function hintOn(
  receipts: readonly Receipt[],
  { stores = ['offline', 'archive'], text = false, more = 0 }: Case,
) {
  const hosts = new HostStores();
  hosts.meet('example.org', { stores });
  const parcel = { id: 'r-1', to: ALICE, receipts, more, damaged: 0, tries: 0 };
  const message = composeReceipts(
    { ...parcel, preferences: {} },
    {
      ...ALL_KNOW_US,
      ...NO_ZONES,
      component: 'receipts.example.org',
      language: 'en',
      rules: { words: { ...RULES.words, byDefault: text } },
      now: () => T0 / 1000,
      refusals: { areWordsRefusedBy: () => false },
      keepsForAbsent: (domain) => hosts.keepsForAbsent(domain),
    },
  );
  return message.getChildElements().find(({ attrs }) => attrs['xmlns'] === 'urn:xmpp:hints')?.name;
}

describe('which receipts the archive keeps', () => {
  test('a receipt without words is not archived where the host has an offline store', () => {
    expect(hintOn([receipt('stored')], {})).toBe('no-permanent-store');
  });

  test.each([[['archive']], [[]]])(
    'a receipt without words has <store/> on a host with %j',
    (stores) => {
      expect(hintOn([receipt('stored')], { stores })).toBe('store');
    },
  );

  test('words that are worth a row are archived', () => {
    expect(hintOn([receipt('lost')], { text: true })).toBe('store');
  });

  test('words that are not worth a row are not archived', () => {
    expect(hintOn([receipt('stored', true)], { text: true })).toBe('no-permanent-store');
  });

  test('words about several messages in an older parcel are archived if those about one of them are', () => {
    expect(hintOn([receipt('stored', true), receipt('lost')], { text: true })).toBe('store');
  });

  test('words that tell of further receipts as a number are archived', () => {
    expect(hintOn([receipt('stored', true)], { text: true, more: 5 })).toBe('store');
  });

  test('words that are not worth a row have <store/> where the archive is the only store', () => {
    expect(hintOn([receipt('sent', true)], { text: true, stores: ['archive'] })).toBe('store');
  });
});
