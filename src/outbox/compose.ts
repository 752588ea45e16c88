import type { Config } from '../config/config.ts';
import { receiptMessage } from '../protocol/receipt-message.ts';
import type { Element } from '../protocol/xml.ts';
import type { Parcel } from '../store/store.ts';
import { describe } from '../text/describe.ts';
import { en } from '../text/en.ts';
import { botOf } from './address.ts';

/** How receipts are put: as the operator wants them, for machines alone or also in words. */
export function composerOf({ component, receipts }: Config): (parcel: Parcel) => Element {
  const from = botOf(component.domain);
  return ({ id, to, receipts: told }) => {
    const text = receipts.text ? { lang: en.lang, body: describe(told, en) } : undefined;
    return receiptMessage({ id, from, to, receipts: told, text });
  };
}
