import type { BareJid } from '../../message/jid.ts';
import type { MessageKey } from '../../message/key.ts';
import type { Stamp } from '../../message/time.ts';
import type { Preferences } from '../../receipt/preferences.ts';
import {
  type Alias,
  type CoveredRange,
  distinctPairs,
  type Loaded,
  type LoadedMessage,
  type Mark,
  type Pair,
  type Wanted,
} from '../message-port.ts';
import type { MarkRows } from './marks.ts';
import type { MentionRows } from './mentions.ts';
import type { MessageRows, NumberedMessage } from './messages.ts';
import type { PreferenceRows } from './preferences.ts';
import type { ReceiptRows } from './receipts.ts';

/** What is looked up to judge messages. */
export interface JudgedRows {
  readonly messages: MessageRows;
  readonly marks: MarkRows;
  readonly mentions: MentionRows;
  readonly preferences: PreferenceRows;
  readonly receipts: ReceiptRows;
}

export function loadMessages(rows: JudgedRows, { messages: ids, named }: Wanted): Loaded {
  const messages: LoadedMessage[] = [];
  const aliases: Alias[] = [];
  for (const key of ids) loadOne(rows, key, messages);
  for (const key of named)
    if (!loadOne(rows, key, messages)) loadAliased(rows, key, { messages, aliases });
  return { messages, aliases, ...loadPairs(rows, distinctPairs([...ids, ...named])) };
}

export function loadCovered(
  rows: JudgedRows,
  ranges: readonly CoveredRange[],
): readonly LoadedMessage[] {
  return ranges.flatMap((range) =>
    rows.messages.between(range).map((message) => withUnsent(rows, message)),
  );
}

/** Loads a message, if it is there. Answers whether it is. */
function loadOne(rows: JudgedRows, key: MessageKey, into: LoadedMessage[]): boolean {
  const message = rows.messages.get(key);
  if (message === undefined) return false;
  into.push(withUnsent(rows, message));
  return true;
}

function loadAliased(
  rows: JudgedRows,
  alias: MessageKey,
  { messages, aliases }: { messages: LoadedMessage[]; aliases: Alias[] },
): void {
  const id = rows.messages.idOf(alias);
  if (id === undefined) return;
  aliases.push({ alias, id });
  loadOne(rows, { ...alias, id }, messages);
}

function withUnsent(
  { receipts }: JudgedRows,
  { number, tracked, position, wake, firstSeen }: NumberedMessage,
): LoadedMessage {
  const unsent = tracked.told.length === 0 ? [] : receipts.unsent(number);
  return { tracked, position, wake, firstSeen, unsent };
}

function loadPairs(
  { marks, mentions, preferences }: JudgedRows,
  pairs: readonly Pair[],
): Pick<Loaded, 'marks' | 'mentioned' | 'preferences' | 'forgotten'> {
  const isAnyForgotten = marks.isAnyForgotten();
  const isAnyPreference = preferences.isAny();
  const accounts =
    isAnyForgotten || isAnyPreference
      ? new Set(pairs.flatMap(({ sender, recipient }) => [sender, recipient]))
      : [];
  if (isAnyPreference) preferences.refresh();
  return {
    marks: pairs.flatMap((pair) => markOf(marks, pair)),
    mentioned: mentions.of(pairs),
    preferences: isAnyPreference ? chosenBy(preferences, accounts) : new Map(),
    forgotten: isAnyForgotten ? forgottenOf(marks, accounts) : new Map(),
  };
}

function markOf(marks: MarkRows, { sender, recipient }: Pair): readonly Mark[] {
  const readUpTo = marks.readUpTo({ sender, recipient });
  return readUpTo === undefined ? [] : [{ sender, recipient, readUpTo }];
}

function chosenBy(
  rows: PreferenceRows,
  accounts: Iterable<BareJid>,
): ReadonlyMap<BareJid, Preferences> {
  const preferences = new Map<BareJid, Preferences>();
  for (const account of accounts) preferences.set(account, rows.recall(account));
  return preferences;
}

function forgottenOf(marks: MarkRows, accounts: Iterable<BareJid>): ReadonlyMap<BareJid, Stamp> {
  const forgotten = new Map<BareJid, Stamp>();
  for (const account of accounts) {
    const at = marks.forgottenAt(account);
    if (at !== undefined) forgotten.set(account, at);
  }
  return forgotten;
}
