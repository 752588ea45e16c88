/** What becomes of a message, for a certain load. */
export interface Profile {
  readonly itemsPerIq: number;
  readonly factsPerItem: number;
  /** One item of the feed, about the message of that number. */
  readonly item: (number: number, at: number) => string;
}

export interface Key {
  readonly id: string;
  readonly sender: string;
  readonly recipient: string;
}

const USERS = 1000;
const ACCEPTED = 'type=chat may-see=yes token=kX2cWmZb0bqk';

/** Of so many items one is about a message that came long before. */
const OLD_NEWS_EVERY = 5;

/** The same number gives the same message, in every process; neighbours have nothing in common. */
export function keyOf(number: number): Key {
  const word = (salt: number) => scatter(number * 4 + salt);
  return {
    id: `${hex(word(0))}-${hex(word(1))}-${hex(word(2))}-${hex(word(3))}`,
    sender: `user${word(1) % USERS}@bench.test`,
    recipient: `user${word(2) % USERS}@bench.test`,
  };
}

export const PROFILES = {
  single: { itemsPerIq: 1, factsPerItem: 1, item: accepted },
  batched: { itemsPerIq: 100, factsPerItem: 1, item: accepted },
  coalesced: { itemsPerIq: 100, factsPerItem: 3, item: acked },
  told: { itemsPerIq: 100, factsPerItem: 2, item: stored },
  mixed: { itemsPerIq: 100, factsPerItem: 3, item: ackedOrOld },
} as const satisfies Readonly<Record<string, Profile>>;

export type ProfileName = keyof typeof PROFILES;

/** Numbers of messages that `mixed` takes for old: the store must have been filled with them. */
export const OLD = { first: 1_000_000_000, count: 10_000 } as const;

function accepted(number: number, at: number): string {
  return `${line(number)}\taccepted ${at} ${ACCEPTED}`;
}

function acked(number: number, at: number): string {
  return `${accepted(number, at)}\tsent ${at + 1} resource=phone\tacked ${at + 2} resource=phone`;
}

/** The sender is told at once. */
function stored(number: number, at: number): string {
  return `${accepted(number, at)}\tstored ${at + 1} where=offline`;
}

function ackedOrOld(number: number, at: number): string {
  if (number % OLD_NEWS_EVERY > 0) return acked(number, at);
  const old = OLD.first + (scatter(number) % OLD.count);
  return `${line(old)}\tsent ${at} resource=pc\tacked ${at + 1} resource=pc\treceived ${at + 2}`;
}

function line(number: number): string {
  const { id, sender, recipient } = keyOf(number);
  return `message\t${id}\t${sender}\t${recipient}`;
}

function hex(word: number): string {
  return word.toString(16).padStart(8, '0');
}

// The finalizer of MurmurHash3: every bit of the number decides over every bit of the result.
function scatter(number: number): number {
  let word = number | 0;
  word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
  return (word ^ (word >>> 16)) >>> 0;
}
