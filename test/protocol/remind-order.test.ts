import { expect, test } from 'vitest';
import type { BareJid } from '../../src/message/jid.ts';
import { mayRemindElement, readMayRemind } from '../../src/protocol/remind-order.ts';
import { NO_REMINDER } from '../../src/receipt/reminder.ts';
import { parseOne as parse } from '../support/xml.ts';

const said = (type: string, words: string) =>
  parse(`<iq type='${type}'><may-remind xmlns='xmpp-receipts:feed:1'${words}</may-remind></iq>`);

test('sender and recipient are one line, escaped as facts are', () => {
  const recipient = 'b%b@example.org' as BareJid;
  const order = mayRemindElement({ sender: 'a%20@example.org', recipient });
  expect(order.getText()).toBe('a%2520@example.org\tb%25b@example.org');
});

test('only a plain yes of the module is a yes', () => {
  expect(readMayRemind(said('result', '>yes'))).toBe('yes');
  for (const words of ['>Yes', '> yes ', '>', '>no', '>yes, but', `><why/>`])
    expect(readMayRemind(said('result', words))).toBe('not-told');
  expect(readMayRemind(said('error', '>yes'))).toBe('not-told');
  expect(readMayRemind(parse(`<iq type='result'/>`))).toBe('not-told');
});

test('a no has its reason, if that is one that we know', () => {
  for (const reason of NO_REMINDER)
    expect(readMayRemind(said('result', ` because='${reason}'>no`))).toBe(reason);
  expect(readMayRemind(said('result', ` because='moon-is-full'>no`))).toBe('not-told');
});
