import type { Policy } from '../message/policy.ts';
import type { Status } from '../message/status.ts';
import type { Stamp } from '../message/time.ts';

/** Whose presence-revealing statuses are told: to those who may see the presence anyway, to the own domain, to all. */
export type Disclosure = 'subscribers' | 'domain' | 'everyone';

/** What holds for recipients who chose nothing. */
export interface PolicyRules {
  readonly default: Policy;
  /** Then nobody can choose another one. */
  readonly locked: boolean;
  /** Is a sender told of a recipient's no? */
  readonly tellDeclined: boolean;
}

/** What the operator decided, the same for every message. */
export interface Rules {
  /** The user domains; only their users get receipts. */
  readonly domains: readonly string[];
  /** The statuses that are told unasked. */
  readonly statuses: readonly Status[];
  /** How long the recipient's client has for its own answer, before we tell less certain news. */
  readonly grace: Stamp;
  /** After so long without any news a message is called expired. */
  readonly expireAfter: Stamp;
  readonly policy: PolicyRules;
  readonly disclosure: Disclosure;
}
