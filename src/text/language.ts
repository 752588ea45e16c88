import type { Status } from '../message/status.ts';

/** What a text speaks of. */
export interface Wording {
  /** When the message was sent, as people write it. */
  readonly time: string;
  readonly recipient: string;
  readonly condition: string;
}

/** All that we say to people, in one language. */
export interface Language {
  /** RFC 5646, for `xml:lang`. */
  readonly lang: string;
  readonly statuses: Readonly<Record<Status, (wording: Wording) => string>>;
  readonly more: (count: number) => string;
}
