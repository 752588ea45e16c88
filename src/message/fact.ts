import type { Side } from './key.ts';
import type { Policy } from './policy.ts';
import type { Stamp } from './time.ts';

interface Seen {
  /** Orders the facts. Time passes by it, but it may not be the time of day. */
  readonly at: Stamp;
  /** What the server's clock said, where it differs: for people. */
  readonly time?: Stamp;
  readonly side: Side;
}

/** The server took the message for routing. */
export interface Accepted extends Seen {
  readonly kind: 'accepted';
  readonly type: 'chat' | 'normal';
  /** May the sender see the recipient's presence? Absent where the server cannot know. */
  readonly maySee?: boolean;
  /**
   * The recipient's policy for this sender when the message came; absent if it was `client` or if
   * this server does not know it.
   */
  readonly policy?: Policy;
  /** The module expects it back in an order to deliver a tick for the recipient. */
  readonly token?: string;
  /** The sender as the recipient's server writes it, if it spells the domain in another way. */
  readonly writtenSender?: string;
  /** XEP-0359 §2.2, where it differs from the id. */
  readonly originId?: string;
  /** The sender's client asked for XEP-0333 markers, so it shows them by itself. */
  readonly markable?: true;
  /** The statuses that the sender named in `<report/>`. */
  readonly report?: readonly string[];
  /** For how many seconds silence is fine to the sender, by `<report/>`. */
  readonly within?: number;
  /** The status that the sender waits for until then, if `<report/>` named one. */
  readonly until?: string;
}

/** A session of the recipient that hides its presence from the sender did it. */
interface AtHiddenSession {
  readonly unseen?: true;
}

export interface Stored extends Seen, AtHiddenSession {
  readonly kind: 'stored';
  /** `offline`, `archive`, or a word of a newer module. */
  readonly where: string;
  /** The session whose end put the message into the store. Another session may have the message. */
  readonly resource?: string;
}

/** What that store held of the message before then is there no more. */
export interface Gone extends Seen {
  readonly kind: 'gone';
  readonly where: string;
  /** The login at which this was found is shown to the sender. */
  readonly shown?: true;
}

/** The server keeps it for a session that has lost its connection and may resume (XEP-0198 §5). */
export interface Kept extends Seen, AtHiddenSession {
  readonly kind: 'kept';
  readonly resource?: string;
  /** `stream`: only the session's own queue holds it, which ends with the server. */
  readonly where: 'stream' | 'archive';
  /** The node of the server whose sessions these are, where it has a name. */
  readonly node?: string;
}

export interface Failed extends Seen {
  readonly kind: 'failed';
  /** RFC 6120 §8.3.3. */
  readonly condition: string;
  /** RFC 6120 §8.3.2. */
  readonly type?: string;
  /** The server's own error message was written to a session of the sender. */
  readonly handed?: true;
}

/** Something that happened at one session of the recipient. */
export interface AtSession extends Seen, AtHiddenSession {
  readonly kind: 'sent' | 'acked' | 'lost';
  readonly resource?: string;
  /** On `sent`: that session has no XEP-0198, so its stream will never acknowledge the message. */
  readonly unacknowledged?: true;
  /** On `sent` to a session that hides: the recipient's archive has the message too. */
  readonly archived?: true;
}

export interface Answered extends Seen, AtHiddenSession {
  readonly kind: 'received' | 'displayed';
  /** The recipient's policy stopped the answer: the sender did not get it. */
  readonly withheld?: true;
}

export interface Plain extends Seen {
  readonly kind: 'relayed' | 'approved' | 'declined' | 'expired';
}

/**
 * What a server saw happen to a message; what holds for each kind stands in kinds.ts. Facts are
 * stored: kinds and names are never changed, only added.
 */
export type Fact = Accepted | Stored | Gone | Kept | Failed | AtSession | Answered | Plain;
export type FactKind = Fact['kind'];

/**
 * Whether it is an answer that the recipient's policy stopped. It proves that the message arrived,
 * but the sender did not get it.
 */
export function isWithheld(fact: Fact): boolean {
  return (fact.kind === 'received' || fact.kind === 'displayed') && fact.withheld === true;
}

/**
 * Whether it shows what a session did that hides its presence from the sender. It is never told.
 */
export function isUnseen(fact: Fact): boolean {
  return 'unseen' in fact && fact.unseen === true;
}

/** A total order, by stamp first. Only facts that are the same in everything are equal. */
export function compareFacts(a: Fact, b: Fact): number {
  if (a === b) return 0;
  return a.at - b.at || compareTexts(JSON.stringify(a), JSON.stringify(b));
}

function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
