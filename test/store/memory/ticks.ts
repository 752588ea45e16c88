import { domainOf } from '../../../src/message/jid.ts';
import type { Transaction } from '../../../src/store/adapter.ts';
import type { Tables } from './database.ts';

export function ticksIn({ ticks }: Tables): Transaction['ticks'] {
  return {
    claim: ({ domain, now, leaseUntil, limit }) => {
      const lent = ticks
        .rows()
        .filter(({ tick }) => domainOf(tick.key.recipient) === domain)
        .filter(({ due, lease }) => due <= now && lease <= now)
        .toSorted((a, b) => a.due - b.due || a.number - b.number)
        .slice(0, limit);
      ticks.change(
        lent.map(({ number }) => String(number)),
        (row) => ({ ...row, lease: leaseUntil }),
      );
      return lent.map(({ number, tick, tries }) => ({ number, tick, tries }));
    },
    settle: (numbers) => {
      for (const number of numbers) ticks.delete(String(number));
    },
    postpone: (numbers, due) =>
      ticks.change(numbers.map(String), (row) => ({
        ...row,
        due,
        lease: 0,
        tries: row.tries + 1,
      })),
  };
}
