import { bareOf } from '../message/jid.ts';
import type { Receipt } from '../receipt/receipt.ts';
import { NS } from './namespaces.ts';
import { type Element, element } from './xml.ts';

/** docs/protocol.md §3.1: one report, in a receipt or in the answer to a query. */
export function receiptElement({
  key,
  status,
  evidence,
  at,
  time = at,
  condition,
}: Receipt): Element {
  return element('receipt', {
    xmlns: NS.receipts,
    id: key.id,
    recipient: key.recipient,
    status,
    evidence,
    at: dateTime(time),
    condition,
  });
}

export interface Envelope {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly receipts: readonly Receipt[];
  /** The number of receipts that were too many to be kept one by one. */
  readonly more?: number;
  /** The text for people; `undefined` for none. */
  readonly text: { readonly lang: string; readonly body: string } | undefined;
  /** Does the sender's archive keep it? If not, it still waits for a sender who is absent. */
  readonly isArchived: boolean;
}

/**
 * A message with receipts for one sender. It is of type chat and has a hint, so that a sender who
 * is absent gets it later.
 */
export function receiptMessage(envelope: Envelope): Element {
  const { id, from, to, receipts, more = 0, text, isArchived } = envelope;
  return element(
    'message',
    { type: 'chat', from, to: bareOf(to), id, 'xml:lang': text?.lang },
    ...receipts.map(receiptElement),
    ...(more === 0 ? [] : [element('more', { xmlns: NS.receipts, count: more })]),
    ...(text === undefined ? [] : readable(text.body)),
    // XEP-0334 §4.1, §4.4
    element(isArchived ? 'store' : 'no-permanent-store', { xmlns: NS.hints }),
  );
}

/** XEP-0428 §2.2: the body repeats in words what the element says. */
function readable(body: string): readonly Element[] {
  return [
    element('body', {}, body),
    element('fallback', { xmlns: NS.fallback, for: NS.receipts }, element('body', {})),
  ];
}

/** XEP-0082 §3.2, UTC, whole seconds. */
function dateTime(at: number): string {
  return new Date(Math.floor(at / 1000)).toISOString().replace(/\.\d{3}Z$/, 'Z');
}
