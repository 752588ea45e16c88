import { type BareJid, domainOf } from '../message/jid.ts';
import type { Policy } from '../message/policy.ts';
import type { Status } from '../message/status.ts';
import type { Stamp } from '../message/time.ts';

/**
 * Who learns statuses that reveal presence: senders who may see the presence anyway, also all of
 * the same domain, or everyone.
 */
export type Disclosure = 'subscribers' | 'domain' | 'everyone';

/** The operator's choice for recipients who chose nothing. */
export interface PolicyRules {
  readonly default: Policy;
  /** If true, users cannot choose another policy. */
  readonly locked: boolean;
  /** No policy is looser, whatever a user chose; `undefined`: they may choose any. */
  readonly atMost?: Policy;
  /** Are senders told when a recipient says no? */
  readonly tellDeclined: boolean;
}

/** What senders who chose nothing are told in words. */
export interface WordsRules {
  readonly byDefault: boolean;
  readonly statuses: readonly Status[];
  /** A message that is stored is told of in words if it still waits after this time. */
  readonly storedAfter: Stamp;
}

/** What the operator decided, the same for every message. */
export interface Rules {
  /** The configured domains. Only their users get receipts. */
  readonly domains: readonly string[];
  /** The statuses that senders are told without asking for them. */
  readonly statuses: readonly Status[];
  readonly words: WordsRules;
  /**
   * How long we wait for the recipient's client to answer by itself before we tell what is less
   * certain.
   */
  readonly grace: Stamp;
  /** A message expires after this time without any new fact. */
  readonly expireAfter: Stamp;
  /** A message is forgotten after this time. */
  readonly keptFor: Stamp;
  readonly policy: PolicyRules;
  readonly disclosure: Disclosure;
}

/** Is this a user of the configured domains? */
export function isOurs(user: BareJid, { domains }: Pick<Rules, 'domains'>): boolean {
  return user.includes('@') && domains.includes(domainOf(user));
}
