import type { BareJid } from '../message/jid.ts';
import type { Policy } from '../message/policy.ts';
import type { Preferences } from '../receipt/preferences.ts';
import type { Rules } from '../receipt/rules.ts';
import { escapeField } from './feed-text.ts';
import { NS } from './namespaces.ts';
import { childOfResult, type Element, element } from './xml.ts';

// docs/protocol.md §2.3: what each recipient allows, for the server module to enforce.

/** Where these lines belong: a part of the whole, or changes to a version. */
export type Step =
  | { readonly kind: 'part'; readonly part: number; readonly isLast: boolean }
  | { readonly kind: 'changes'; readonly since: string };

export interface PolicyPage {
  readonly step: Step;
  /** What the module holds when it has taken this or, of a whole, all parts. */
  readonly version: string;
  readonly lines: readonly string[];
  readonly rules: Pick<Rules, 'policy' | 'disclosure'>;
}

/** Bytes of text in one stanza, of the 512 KB that end a component's stream on Prosody. */
export const MAX_PAGE_BYTES = 60 * 1024;

export function policiesElement({ step, version, lines, rules }: PolicyPage): Element {
  const { policy, disclosure } = rules;
  const place =
    step.kind === 'part' ? { part: step.part, last: yesOrNo(step.isLast) } : { since: step.since };
  const settings = { default: policy.default, locked: yesOrNo(policy.locked), disclosure };
  return element('policies', { xmlns: NS.feed, ...place, version, ...settings }, lines.join('\n'));
}

/** The version that the module says it holds, in its result. */
export function versionIn(result: Element): string | undefined {
  return childOfResult(result, 'policies', NS.feed)?.attrs['version'];
}

/** What one account allows, in one line. */
export function policyLine(account: BareJid, { policy, exceptions = {} }: Preferences): string {
  const fields = Object.entries(exceptions).map(([peer, its]) => exceptionField(peer, its));
  return [escapeField(account), policy ?? 'default', ...fields].join('\t');
}

function exceptionField(peer: string, policy: Policy): string {
  return `${policy} ${escapeField(peer)}`;
}

function yesOrNo(is: boolean): 'yes' | 'no' {
  return is ? 'yes' : 'no';
}
