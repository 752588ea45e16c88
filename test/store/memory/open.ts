import { keyText } from '../../../src/message/key.ts';
import type { StoredMessage } from '../../../src/store/message-port.ts';
import type { OpenPlace, OpenPort } from '../../../src/store/open-port.ts';
import type { Tables } from './database.ts';

export function openIn(tables: Tables): OpenPort {
  return {
    due: (now, limit) =>
      tables.messages
        .rows()
        .filter(({ wake = Infinity }) => wake <= now)
        .toSorted((a, b) => (a.wake ?? 0) - (b.wake ?? 0))
        .slice(0, limit)
        .map(({ tracked }) => tracked.key),
    to: (recipient, after, limit) => {
      const rows = tables.messages
        .rows()
        .filter(({ tracked: { key } }) => key.recipient === recipient)
        .flatMap(({ tracked: { key }, position, wake }) =>
          position === undefined ? [] : [{ key, sender: key.sender, position, wake }],
        )
        .filter((row) => comparePlaces(row, after) > 0)
        .toSorted(comparePlaces)
        .slice(0, limit);
      const last = rows.length < limit ? undefined : rows.at(-1);
      return {
        keys: rows.flatMap(({ key, wake }) => (wake === undefined ? [] : [key])),
        next: last && { sender: last.sender, position: last.position },
      };
    },
    kept: (after, limit) => {
      const open = tables.messages
        .rows()
        .filter(({ wake }) => wake !== undefined)
        .toSorted((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1))
        .filter((message) => after === undefined || placeOf(message) > after)
        .slice(0, limit);
      const isKept = ({ tracked: { record } }: StoredMessage) =>
        record.facts.some(({ kind }) => kind === 'kept');
      const last = open.length < limit ? undefined : open.at(-1);
      return {
        keys: open.filter(isKept).map(({ tracked }) => tracked.key),
        end: last && placeOf(last),
      };
    },
    hasten: (now, until, limit) => {
      const found = tables.messages
        .rows()
        .filter(({ wake = Infinity }) => wake > now && wake <= until)
        .slice(0, limit)
        .map(({ tracked }) => keyText(tracked.key));
      tables.messages.change(found, (message) => ({ ...message, wake: now }));
      return found.length;
    },
    lookLater: (key, at) =>
      tables.messages.change([keyText(key)], (message) =>
        (message.wake ?? Infinity) < at ? { ...message, wake: at } : message,
      ),
  };
}

function comparePlaces(a: OpenPlace, b: OpenPlace): number {
  if (a.sender !== b.sender) return a.sender < b.sender ? -1 : 1;
  return a.position - b.position;
}

function placeOf({ tracked, wake }: StoredMessage): string {
  return `${String(wake).padStart(20, '0')} ${keyText(tracked.key)}`;
}
