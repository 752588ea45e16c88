import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BareJid } from '../../src/message/jid.ts';
import { readHello } from '../../src/protocol/hello.ts';
import { conditionOf, errorOf, isRequest, resultOf } from '../../src/protocol/iq.ts';
import { receiptMessage } from '../../src/protocol/receipt-message.ts';
import type { Receipt } from '../../src/receipt/receipt.ts';
import { ALICE, BOB, keyOf, T0 } from '../support/facts.ts';
import { parseOne as parse, treeOf } from '../support/xml.ts';

describe('a hello', () => {
  test('of another version is read as far as it goes', () => {
    expect(readHello(parse(`<iq><hello xmlns='xmpp-receipts:feed:1' version='2'/></iq>`))).toEqual({
      version: '2',
      module: 'unknown',
      server: 'unknown',
      serverVersion: 'unknown',
      proves: [],
      enforces: [],
      policies: '',
      at: undefined,
      waiting: 0,
    });
  });

  test.each(['-1', 'soon', '1.5', '1e99'])('with the number %j has none', (number) => {
    const hello = `<iq><hello xmlns='xmpp-receipts:feed:1' at='${number}' waiting='${number}'/></iq>`;
    expect(readHello(parse(hello))).toMatchObject({ version: 'none', at: undefined, waiting: 0 });
  });

  test('is nothing without the element', () => {
    expect(readHello(parse(`<iq><hello xmlns='xmpp-receipts:feed:2'/></iq>`))).toBeUndefined();
  });
});

describe('answers', () => {
  const request = parse(`<iq type='get' id='q1' from='a@b/c' to='d'><x xmlns='y'/></iq>`);

  test('go back to where the question came from', () => {
    expect(treeOf(resultOf(request))).toEqual(
      treeOf(parse(`<iq type='result' id='q1' to='a@b/c' from='d'/>`)),
    );
  });

  test('may be errors, with a condition and a text or without', () => {
    const error = errorOf(request, { type: 'wait', condition: 'conflict', text: 'later' });
    expect(conditionOf(error)).toBe('conflict');
    expect(error.getChild('error')?.getChild('text')?.getText()).toBe('later');
    expect(String(errorOf(request, { type: 'auth', condition: 'forbidden' }))).not.toContain(
      'text',
    );
  });

  test.each([
    [`<error><text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>no</text></error>`],
    [`<error><gone xmlns='else'/></error>`],
    [`<error/>`],
    [''],
  ])('with the error %j have no condition that we know', (error) => {
    expect(conditionOf(parse(`<iq type='error'>${error}</iq>`))).toBe('undefined-condition');
  });

  test.each([
    ['<iq type="get"/>', true],
    ['<iq type="set"/>', true],
    ['<iq type="result"/>', false],
    ['<iq type="error"/>', false],
    ['<message type="get"/>', false],
  ])('%s waits for one: %s', (stanza, expected) => {
    expect(isRequest(parse(stanza))).toBe(expected);
  });
});

describe('a message with receipts', () => {
  const receipt: Receipt = {
    key: keyOf('m1'),
    status: 'failed',
    evidence: 'server',
    at: T0 + 999_999,
    messageAt: T0,
    condition: 'gone',
  };
  const envelope = { id: 'r-1', from: 'receipts@r.example.org', to: ALICE, receipts: [receipt] };

  test('goes to the bare address, whatever was written to', () => {
    const to = `${ALICE}/pc` as BareJid;
    expect(receiptMessage({ ...envelope, to, text: undefined }).attrs['to']).toBe(ALICE);
  });

  test('holds one element for each, in their order', () => {
    const receipts = [receipt, { ...receipt, key: keyOf('m2') }];
    const message = receiptMessage({ ...envelope, receipts, text: undefined });
    expect(message.getChildren('receipt').map(({ attrs }) => attrs['id'])).toEqual(['m1', 'm2']);
  });

  test('has neither body nor language unless people are to read it', () => {
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

  test('writes any instant of ours as XEP-0082 has it', () => {
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
