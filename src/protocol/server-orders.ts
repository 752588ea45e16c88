import { firstWithin } from '../message/first-within.ts';
import type { BareJid } from '../message/jid.ts';
import type { Policy } from '../message/policy.ts';
import type { Preferences } from '../receipt/preferences.ts';
import type { Rules } from '../receipt/rules.ts';
import { TICK_REFUSALS, type Tick, type TickRefusal } from '../receipt/tick.ts';
import { escaped } from './field.ts';
import { MAX_ITEMS_BYTES } from './limits.ts';
import { NS } from './namespaces.ts';
import { weightOf } from './weight.ts';
import { readNumber, wordsIn } from './words.ts';
import { childOfResult, type Element, element } from './xml.ts';

// docs/protocol.md §2.3: what each recipient allows, for the server module to enforce.

/** What the lines are: a part of all policies, or changes since a version. */
export type Step =
  | {
      readonly kind: 'part';
      readonly part: number;
      readonly isLast: boolean;
      /** The version that we have read and replace; empty: one that the module cannot name. */
      readonly instead: string;
    }
  | { readonly kind: 'changes'; readonly since: string };

export interface PolicyPage {
  readonly step: Step;
  /** The version that the module has after this page or, of all policies, after the last part. */
  readonly version: string;
  readonly lines: readonly string[];
  readonly rules: Pick<Rules, 'policy' | 'disclosure'>;
}

export function policiesElement({ step, version, lines, rules }: PolicyPage): Element {
  const { policy, disclosure } = rules;
  const place =
    step.kind === 'part'
      ? { part: step.part, last: yesOrNo(step.isLast), instead: step.instead }
      : { since: step.since };
  const settings = { default: policy.default, locked: yesOrNo(policy.locked), disclosure };
  return element('policies', { xmlns: NS.feed, ...place, version, ...settings }, lines.join('\n'));
}

/** The version that the module has, by its result. */
export function versionIn(result: Element): string | undefined {
  return childOfResult(result, 'policies', NS.feed)?.attrs['version'];
}

/** The choices of one account, in one line. */
export function policyLine(account: BareJid, { policy, exceptions = {} }: Preferences): string {
  const fields = Object.entries(exceptions).map(([peer, its]) => exceptionField(peer, its));
  return [escaped(account), policy ?? 'default', ...fields].join('\t');
}

function exceptionField(peer: string, policy: Policy): string {
  return `${policy} ${escaped(peer)}`;
}

function yesOrNo(is: boolean): 'yes' | 'no' {
  return is ? 'yes' : 'no';
}

// docs/protocol.md §2.4: the order to deliver `<received/>` on behalf of recipients.

export function deliverElement(lines: readonly string[]): Element {
  return element('deliver', { xmlns: NS.feed }, lines.join('\n'));
}

export function deliverLine({ key, token, writtenSender, because }: Tick): string {
  const sender = writtenSender ?? key.sender;
  return [key.id, sender, key.recipient, token, because].map(escaped).join('\t');
}

/** How many lines of an order the module delivered, and how many it did not, by the reason. */
export interface Delivered {
  readonly delivered: number;
  readonly forbidden: ReadonlyMap<TickRefusal, number>;
}

export function readDelivered(result: Element): Delivered | undefined {
  const attrs = childOfResult(result, 'deliver', NS.feed)?.attrs;
  if (attrs === undefined) return undefined;
  return {
    delivered: readNumber(attrs['delivered']) ?? 0,
    forbidden: readForbidden(readNumber(attrs['forbidden']) ?? 0, attrs['because']),
  };
}

/** Together they are never more than `forbidden`, whatever a module says. */
function readForbidden(forbidden: number, because: string | undefined): Delivered['forbidden'] {
  const counts = new Map(wordsIn(because).map((word) => word.split(':', 2) as [string, string]));
  const read = new Map<TickRefusal, number>();
  let left = forbidden;
  for (const reason of TICK_REFUSALS) {
    const count = Math.min(readNumber(counts.get(reason)) ?? 0, left);
    if (count > 0) read.set(reason, count);
    left -= count;
  }
  return left > 0 ? read.set('not-told', left) : read;
}

/** The first items that one stanza should hold, but at least one item. */
export function firstPage<Item>(
  items: readonly Item[],
  textOf: (item: Item) => string,
): readonly Item[] {
  return firstWithin(items, MAX_ITEMS_BYTES, (item) => weightOf(textOf(item)) + 1);
}
