import type { Tick } from '../receipt/tick.ts';
import { escapeField } from './feed-text.ts';
import { NS } from './namespaces.ts';
import { childOfResult, type Element, element } from './xml.ts';

// docs/protocol.md §2.4: the order to deliver `<received/>` on behalf of recipients.

export function deliverElement(lines: readonly string[]): Element {
  return element('deliver', { xmlns: NS.feed }, lines.join('\n'));
}

export function deliverLine({ key, token, because }: Tick): string {
  return [key.id, key.sender, key.recipient, token, because].map(escapeField).join('\t');
}

/** What the module did with the lines of an order. */
export interface Delivered {
  readonly delivered: number;
  readonly forbidden: number;
}

export function readDelivered(result: Element): Delivered | undefined {
  const attrs = childOfResult(result, 'deliver', NS.feed)?.attrs;
  if (attrs === undefined) return undefined;
  return {
    delivered: Number(attrs['delivered'] ?? 0) || 0,
    forbidden: Number(attrs['forbidden'] ?? 0) || 0,
  };
}
