import type { BareJid } from '../../../src/message/jid.ts';
import { keyText, type MessageKey } from '../../../src/message/key.ts';
import type { Stamp } from '../../../src/message/time.ts';
import type { Preferences } from '../../../src/receipt/preferences.ts';
import {
  type Alias,
  type CoveredRange,
  type Loaded,
  type LoadedMessage,
  type MessagePort,
  pairText,
  type StoredMessage,
} from '../../../src/store/message-port.ts';
import type { Tables } from './database.ts';
import { unsentOf } from './receipts.ts';

export function messagesIn(tables: Tables): MessagePort {
  return {
    load: ({ messages, named }) => {
      const aliases = named.flatMap((key) => aliasOf(tables, key));
      const keys = [...messages, ...named, ...aliases.map(({ alias, id }) => ({ ...alias, id }))];
      return {
        messages: keys.flatMap((key) => loadedOf(tables, tables.messages.get(keyText(key)))),
        aliases,
        ...ofPeople(tables, keys),
      };
    },
    loadCovered: (ranges) =>
      tables.messages
        .rows()
        .filter((message) => ranges.some((range) => isIn(message, range)))
        .flatMap((message) => loadedOf(tables, message)),
    latest: (sender, recipient, limit) =>
      tables.messages
        .rows()
        .filter(({ tracked: { key }, position }) => {
          const isTo = recipient === undefined || key.recipient === recipient;
          return key.sender === sender && isTo && position !== undefined;
        })
        .toSorted((a, b) => (b.position ?? 0) - (a.position ?? 0))
        .slice(0, limit)
        .map(({ tracked }) => tracked.key),
    newest: (about, limit) =>
      tables.messages
        .rows()
        .filter(({ tracked: { key }, position }) => {
          const isMeant = about === undefined || Object.values(key).includes(about);
          return position !== undefined && isMeant;
        })
        .toSorted((a, b) => (b.position ?? 0) - (a.position ?? 0))
        .slice(0, limit)
        .map(({ tracked }) => tracked.key),
  };
}

function aliasOf(tables: Tables, key: MessageKey): readonly Alias[] {
  if (tables.messages.get(keyText(key)) !== undefined) return [];
  const row = tables.aliases.get(keyText(key));
  return row === undefined ? [] : [{ alias: key, id: row.id }];
}

function loadedOf(tables: Tables, message: StoredMessage | undefined): readonly LoadedMessage[] {
  if (message === undefined) return [];
  const { key, told } = message.tracked;
  return [{ ...message, unsent: told.length === 0 ? [] : unsentOf(tables, key) }];
}

function isIn({ tracked: { key }, position }: StoredMessage, range: CoveredRange): boolean {
  return (
    pairText(key) === pairText(range) &&
    position !== undefined &&
    position > range.after &&
    position <= range.upTo
  );
}

function ofPeople(
  tables: Tables,
  keys: readonly MessageKey[],
): Pick<Loaded, 'marks' | 'mentioned' | 'preferences' | 'forgotten'> {
  const accounts = new Set(keys.flatMap(({ sender, recipient }) => [sender, recipient]));
  const preferences = new Map<BareJid, Preferences>();
  const forgotten = new Map<BareJid, Stamp>();
  for (const account of accounts) {
    const chosen = tables.preferences.get(account);
    if (chosen !== undefined) preferences.set(account, chosen.preferences);
    const gone = tables.forgotten.get(account);
    if (gone !== undefined) forgotten.set(account, gone.at);
  }
  const pairs = new Set(keys.map(pairText));
  const marks = tables.marks.rows().filter((mark) => pairs.has(pairText(mark)));
  const mentioned = tables.mentioned.rows().filter((pair) => pairs.has(pairText(pair)));
  return { marks, mentioned, preferences, forgotten };
}
