import { type BareJid, domainOf } from '../message/jid.ts';
import { isPolicy, type Policy } from '../message/policy.ts';
import { unescaped } from './field.ts';
import { NS } from './namespaces.ts';
import { childOfResult, type Element, element } from './xml.ts';

// docs/protocol.md §2.3: which policies a server enforces, asked in parts.

export function enforcedQuery(part: number): Element {
  return element('policies', { xmlns: NS.feed, part });
}

export interface EnforcedPart {
  readonly lines: readonly string[];
  readonly isLast: boolean;
  /** The version that they are of; empty if the module cannot tell. */
  readonly version: string;
}

export function readEnforcedPart(result: Element): EnforcedPart | undefined {
  const policies = childOfResult(result, 'policies', NS.feed);
  if (policies === undefined) return undefined;
  const { last, version = '' } = policies.attrs;
  const lines = policies.getText().split('\n');
  return { lines: lines.filter((line) => line !== ''), isLast: last !== 'no', version };
}

export interface AccountPolicies {
  readonly account: BareJid;
  readonly policies: {
    readonly policy?: Policy;
    readonly exceptions?: Readonly<Record<string, Policy>>;
  };
}

/** `undefined`: the line of a module that knows more than we do, or of another domain. */
export function readPolicyLine(line: string, domain: string): AccountPolicies | undefined {
  const [account = '', own, ...fields] = line.split('\t');
  const jid = unescaped(account) as BareJid;
  const exceptions = fields.map(readException);
  if (!jid.includes('@') || domainOf(jid) !== domain) return undefined;
  if ((own !== 'default' && !isPolicy(own)) || !exceptions.every(isReadable)) return undefined;
  const chosen = isPolicy(own) ? { policy: own } : {};
  const excepted = fields.length === 0 ? {} : { exceptions: Object.fromEntries(exceptions) };
  return { account: jid, policies: { ...chosen, ...excepted } };
}

type Exception = readonly [peer: string, policy: Policy];

function readException(field: string): Exception | undefined {
  const [policy, peer] = field.split(' ');
  return isPolicy(policy) && peer ? [unescaped(peer), policy] : undefined;
}

function isReadable(exception: Exception | undefined): exception is Exception {
  return exception !== undefined;
}
