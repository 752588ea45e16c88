import type { BareJid } from '../../../src/message/jid.ts';
import { keyText, type MessageKey } from '../../../src/message/key.ts';
import type { Millis, Stamp } from '../../../src/message/time.ts';
import type { Pruned, UpkeepPort } from '../../../src/store/adapter.ts';
import {
  lastMentionedAt,
  MENTIONED_AHEAD,
  type Mentioned,
  type Pair,
  type StoredMessage,
} from '../../../src/store/message-port.ts';
import { SPARED_FOR } from '../../../src/store/spared.ts';
import type { PruneLimits, Removed } from '../../../src/store/upkeep-store.ts';
import type { KeptWatch } from '../../../src/store/watch-store.ts';
import type { Tables } from './database.ts';
import { removeReceipts } from './receipts.ts';

const CHUNK = 200;
const DAY = 86_400_000;

/** Rows that go by so many at most. */
class Chunk {
  rows = 0;

  /** Is there room for one more? */
  readonly take = (): boolean => {
    if (this.rows === CHUNK) return false;
    this.rows += 1;
    return true;
  };

  get removed(): Removed {
    return { count: this.rows, isMore: this.rows === CHUNK };
  }
}

export function upkeepIn(tables: Tables): UpkeepPort {
  return {
    clock: () => tables.clock.get('own'),
    keepClock: (kept) => tables.clock.set('own', kept),
    gaps: () => tables.gaps.rows(),
    noteGap: (domain, upTo) =>
      tables.gaps.set(domain, [domain, Math.max(upTo, tables.gaps.get(domain)?.[1] ?? 0)]),
    forget: (account, at) => forget(tables, account, at),
    prune: (limits) => prune(tables, limits),
    backlog: () => ({
      receipts: tables.receipts.rows().filter(({ due }) => due !== undefined).length,
      ticks: tables.ticks.rows().length,
      questions: tables.questions.rows().length,
    }),
  };
}

function forget(tables: Tables, account: BareJid, at: Stamp): Removed {
  const chunk = new Chunk();
  const isOf = ({ sender, recipient }: Pair) => sender === account || recipient === account;
  const known = tables.forgotten.get(account)?.at ?? 0;
  tables.forgotten.set(account, { account, at: Math.max(at, known) });
  tables.messages.remove((row) => isOf(row.tracked.key) && seenAt(row) <= at && chunk.take());
  removeReceipts(
    tables,
    ({ receipt }) => isOf(receipt.key) && receipt.messageAt <= at && chunk.take(),
  );
  tables.aliases.remove(
    ({ alias, id }) =>
      isOf(alias) && !tables.messages.has(keyText({ ...alias, id })) && chunk.take(),
  );
  tables.marks.remove((mark) => isOf(mark) && mark.readUpTo.position <= at && chunk.take());
  tables.mentioned.remove(
    (pair) => isOf(pair) && mentionedAt(pair) <= at + MENTIONED_AHEAD && chunk.take(),
  );
  tables.numbers.remove((row) => row.recipient === account && row.at <= at / 1000 && chunk.take());
  tables.ticks.remove(({ tick, due }) => isOf(tick.key) && due <= at / 1000 && chunk.take());
  tables.watches.remove(({ key, position }) => isOf(key) && position <= at && chunk.take());
  tables.asked.remove(({ key, position }) => isOf(key) && position <= at && chunk.take());
  const asked = tables.asked.rows();
  tables.questions.remove(
    ({ sender, recipient, number }) =>
      isOf({ sender, recipient }) &&
      !asked.some((row) => row.key.recipient === recipient && row.number === number) &&
      chunk.take(),
  );
  tables.contacts.remove(
    ({ contact, firstSeen }) =>
      contact.account === account && firstSeen <= at / 1000 && chunk.take(),
  );
  return chunk.removed;
}

function mentionedAt({ mentions }: Mentioned): Stamp {
  return lastMentionedAt(mentions) ?? 0;
}

/** Where it stands or, if it is not known to be accepted, its first fact. */
function seenAt({ position, tracked }: StoredMessage): Stamp {
  return position ?? tracked.record.facts[0]?.at ?? 0;
}

function prune(tables: Tables, limits: PruneLimits): Pruned {
  const { now, before, othersBefore = before, questionsBefore } = limits;
  const chunk = new Chunk();
  const messages = removeMessages(tables, limits, chunk);
  const unasked = tables.asked
    .rows()
    .filter(({ joined }) => joined < questionsBefore && chunk.take());
  tables.receipts.remove(({ taken = Infinity }) => taken < now - DAY && chunk.take());
  const isPairWatched = (pair: Pair) => watchedIn(tables, before).some((key) => isPair(pair, key));
  tables.aliases.remove(
    ({ alias, usedAt }) => usedAt < before && !isPairWatched(alias) && chunk.take(),
  );
  tables.marks.remove(
    (mark) => mark.readUpTo.at < before * 1000 && !isPairWatched(mark) && chunk.take(),
  );
  const lately = (now - 2 * DAY) * 1000;
  tables.mentioned.remove((pair) => mentionedAt(pair) < lately && chunk.take());
  tables.forgotten.remove(({ at }) => at < othersBefore * 1000 && chunk.take());
  tables.ticks.remove(({ due }) => due < othersBefore && chunk.take());
  tables.numbers.remove(({ at }) => at < questionsBefore && chunk.take());
  tables.watches.remove(
    (watch) => watch.position < before * 1000 && !isSpared(watch, before) && chunk.take(),
  );
  return { ...chunk.removed, unasked: [...messages, ...unasked.map(({ key }) => key)] };
}

function removeMessages(
  tables: Tables,
  { before, unacceptedBefore, maxUnaccepted }: PruneLimits,
  chunk: Chunk,
): readonly MessageKey[] {
  // An id that came again keeps its row: it is as old as its newest message.
  const ages = tables.messages.rows().map(({ position, firstSeen, tracked }) => {
    return { key: tracked.key, position, firstSeen: Math.max(firstSeen, (position ?? 0) / 1000) };
  });
  const unaccepted = ages
    .filter(({ position }) => position === undefined)
    .toSorted((a, b) => b.firstSeen - a.firstSeen);
  const going = new Set([
    ...ages.filter(({ key, firstSeen }) => firstSeen < before && !isWatched(tables, key, before)),
    ...unaccepted.filter(({ firstSeen }) => firstSeen < unacceptedBefore),
    ...unaccepted.slice(maxUnaccepted),
  ]);
  const keys = [...going].map(({ key }) => key).filter(chunk.take);
  for (const key of keys) tables.messages.delete(keyText(key));
  return keys;
}

export function isWatched(tables: Tables, key: MessageKey, before: Millis): boolean {
  return watchedIn(tables, before).some((watched) => keyText(watched) === keyText(key));
}

function watchedIn(tables: Tables, before: Millis): readonly MessageKey[] {
  const watches = tables.watches.rows().filter((watch) => isSpared(watch, before));
  return watches.map(({ key }) => key);
}

function isSpared({ state, deadline }: KeptWatch, before: Millis): boolean {
  return (state === 'open' || state === 'overdue') && deadline >= (before - SPARED_FOR) * 1000;
}

function isPair(one: Pair, other: Pair): boolean {
  return one.sender === other.sender && one.recipient === other.recipient;
}
