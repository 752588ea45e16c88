import { describe, expect, test } from 'vitest';
import type { Status } from '../../src/message/status.ts';
import type { Receipt } from '../../src/receipt/receipt.ts';
import { composeReceipts } from '../../src/sending/compose.ts';
import { HostStores } from '../../src/sending/host-stores.ts';
import { ALICE, keyOf, T0 } from '../support/facts.ts';

const receipt = (status: Status, follows = false): Receipt => ({
  key: keyOf('m1'),
  status,
  evidence: 'server',
  at: T0,
  messageAt: T0,
  ...(follows && { follows }),
});

interface Case {
  readonly stores?: readonly string[];
  readonly text?: boolean;
}

/** The hint on the message with these receipts. */
function hintOn(
  receipts: readonly Receipt[],
  { stores = ['offline', 'archive'], text = false }: Case,
) {
  const hosts = new HostStores();
  hosts.meet('example.org', { stores });
  const parcel = { id: 'r-1', to: ALICE, receipts, more: 0, damaged: 0, tries: 0 };
  const message = composeReceipts(
    { ...parcel, preferences: {} },
    {
      component: 'receipts.example.org',
      language: 'en',
      text,
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

  test('the first words about a message are archived', () => {
    expect(hintOn([receipt('stored')], { text: true })).toBe('store');
  });

  test.each(['sent', 'delivered', 'displayed', 'confirmed'] as const)(
    'later words that say %s are not archived',
    (status) => {
      expect(hintOn([receipt(status, true)], { text: true })).toBe('no-permanent-store');
    },
  );

  test.each(['failed', 'lost', 'expired', 'declined'] as const)(
    'later words that say %s are archived, since they are bad news',
    (status) => {
      expect(hintOn([receipt(status, true)], { text: true })).toBe('store');
    },
  );

  test('words about several messages are archived if those about one of them are', () => {
    expect(hintOn([receipt('sent', true), receipt('stored')], { text: true })).toBe('store');
  });

  test('later words have <store/> where the archive is the only store', () => {
    expect(hintOn([receipt('sent', true)], { text: true, stores: ['archive'] })).toBe('store');
  });
});
