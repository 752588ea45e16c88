import { keyText } from '../../../src/message/key.ts';
import type { WatchPort } from '../../../src/store/watch-port.ts';
import type { WatchQueuePort } from '../../../src/store/watch-queue-port.ts';
import type { KeptWatch } from '../../../src/store/watch-store.ts';
import type { Tables } from './database.ts';

export function watchesIn({ watches: table }: Tables): WatchPort & WatchQueuePort {
  const rows = (isWanted: (watch: KeptWatch) => boolean, order: (watch: KeptWatch) => number) =>
    table
      .rows()
      .filter(isWanted)
      .toSorted((a, b) => order(a) - order(b));
  return {
    get: (key) => table.get(keyText(key)),
    put: (watch) => table.set(keyText(watch.key), watch),
    remove: (key) => {
      table.delete(keyText(key));
    },
    due: (servers, limit) => {
      const upTo = new Map(servers);
      const isDue = ({ state, server, deadline }: KeptWatch) =>
        state === 'open' && deadline <= (upTo.get(server) ?? -1);
      return rows(isDue, ({ deadline }) => deadline).slice(0, limit);
    },
    overdue: ({ now, except, limit }) =>
      rows(
        ({ state, lease, key }) =>
          state === 'overdue' && lease <= now && !except.includes(key.sender),
        ({ lease }) => lease,
      ).slice(0, limit),
    ordered: (servers, limit) =>
      rows(
        ({ reminder, server }) => reminder === 'ordered' && servers.includes(server),
        ({ reminded = 0 }) => reminded,
      ).slice(0, limit),
    countOpen: (sender) =>
      rows(
        ({ key, state }) => key.sender === sender && (state === 'open' || state === 'overdue'),
        () => 0,
      ).length,
    countReminded: (sender, since) =>
      rows(
        ({ key, reminded = -1 }) => key.sender === sender && reminded >= since,
        () => 0,
      ).length,
    of: (sender, limit) =>
      rows(
        ({ key, state }) => key.sender === sender && state !== 'closed',
        ({ state, deadline, position }) => (state === 'told' ? 1 / deadline : -position),
      ).slice(0, limit),
  };
}
