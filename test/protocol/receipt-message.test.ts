import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BareJid } from '../../src/message/jid.ts';
import { receiptMessage } from '../../src/protocol/receipt-message.ts';
import type { Receipt } from '../../src/receipt/receipt.ts';
import { ALICE, BOB, keyOf, T0 } from '../support/facts.ts';
import { parseOne as parse, treeOf } from '../support/xml.ts';

describe('a message with receipts', () => {
  const receipt: Receipt = {
    key: keyOf('m1'),
    status: 'failed',
    evidence: 'server',
    at: T0 + 999_999,
    messageAt: T0,
    condition: 'gone',
  };
  const envelope = {
    id: 'r-1',
    from: 'receipts@r.example.org',
    to: ALICE,
    receipts: [receipt],
    isArchived: true,
  };

  test('a message with receipts goes to the bare address of the sender', () => {
    const to = `${ALICE}/pc` as BareJid;
    expect(receiptMessage({ ...envelope, to, text: undefined }).attrs['to']).toBe(ALICE);
  });

  test('a message with receipts holds one element for each, in their order', () => {
    const receipts = [receipt, { ...receipt, key: keyOf('m2') }];
    const message = receiptMessage({ ...envelope, receipts, text: undefined });
    expect(message.getChildren('receipt').map(({ attrs }) => attrs['id'])).toEqual(['m1', 'm2']);
  });

  test('a message with receipts has no body and no language unless people are to read it', () => {
    const message = receiptMessage({ ...envelope, text: undefined });
    expect(treeOf(message)).toEqual(
      treeOf(
        parse(`
          <message type='chat' from='receipts@r.example.org' to='${ALICE}' id='r-1'>
            <receipt xmlns='xmpp-receipts:1' id='m1' recipient='${BOB}' status='failed'
                     evidence='server' at='2026-11-22T11:00:00Z' condition='gone'/>
            <store xmlns='urn:xmpp:hints'/>
          </message>`),
      ),
    );
  });

  test('a receipt writes any time as XEP-0082 has it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), (at) => {
        const message = receiptMessage({
          ...envelope,
          receipts: [{ ...receipt, at }],
          text: undefined,
        });
        const written = message.getChild('receipt')?.attrs['at'] ?? '';
        expect(written).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
        expect(Date.parse(written)).toBe(Math.floor(at / 1_000_000) * 1000);
      }),
    );
  });
});
