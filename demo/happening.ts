import type { Fact } from '../src/message/fact.ts';
import type { MessageKey } from '../src/message/key.ts';
import type { Status } from '../src/message/status.ts';

/** One line of the timeline; `at` is in milliseconds since 1970. */
export type Happening = Act | Written | Seen | Told | Ticked | Said;

/** Somebody does something that is no message. */
export interface Act {
  readonly kind: 'act';
  readonly at: number;
  readonly who: string;
  readonly text: string;
}

/** The sender writes a message. */
export interface Written {
  readonly kind: 'message';
  readonly at: number;
  readonly key: MessageKey;
  readonly body: string;
  /** The statuses that the message asks for by `<report/>`. */
  readonly report: readonly Status[];
}

/** The daemon's record of a message has grown by a fact. */
export interface Seen {
  readonly kind: 'fact';
  readonly at: number;
  readonly key: MessageKey;
  readonly fact: Fact;
  /** It is about a later message and covers this one. */
  readonly isCovered: boolean;
}

/** A receipt has reached the sender's client. */
export interface Told {
  readonly kind: 'receipt';
  readonly at: number;
  readonly key: MessageKey;
  readonly status: Status;
  readonly condition: string | undefined;
  /** Since that happened which it tells. */
  readonly afterMs: number;
}

/** The sender's own client shows its tick for a message (XEP-0184). */
export interface Ticked {
  readonly kind: 'tick';
  readonly at: number;
  readonly key: MessageKey;
  /** Who sent the answer: the recipient's app, or the server on the recipient's behalf. */
  readonly by: 'app' | 'server';
}

/** A person and the bot talk. */
export interface Said {
  readonly kind: 'chat';
  readonly at: number;
  readonly from: string;
  readonly to: string;
  readonly body: string;
  /** What it means, where it is not English. */
  readonly meaning?: string | undefined;
}

/** What people call an account: the part before the `@`, as a name. */
export function nameOf(jid: string): string {
  return jid.slice(0, 1).toUpperCase() + jid.slice(1, jid.indexOf('@'));
}
