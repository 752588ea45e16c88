import { RANK, type Status } from '../../message/status.ts';
import type { NewMessage } from '../newest.ts';
import type { Words } from './words/words.ts';

export interface Counted {
  readonly name: string;
  readonly count: number;
}

/** How far these messages came. Each step counts also those that came further. */
export function funnelOf(messages: readonly NewMessage[], { funnel }: Words): readonly Counted[] {
  const count = (name: string, reached: (status: Status) => boolean) => ({
    name,
    count: messages.filter(({ status }) => reached(status)).length,
  });
  return [
    count(funnel.accepted, () => true),
    count(funnel.onItsWay, (it) => RANK[it] >= RANK.sent && !isFailure(it)),
    count(funnel.delivered, (it) => RANK[it] >= RANK.delivered),
    count(funnel.displayed, (it) => it === 'displayed' || it === 'confirmed'),
  ];
}

/** What went wrong with these messages, the most frequent first. */
export function failuresOf(messages: readonly NewMessage[], words: Words): readonly Counted[] {
  const failed = messages.filter(({ status }) => isFailure(status));
  return tallied(
    failed.map(({ status, condition }) => {
      const name = words.statuses[status];
      return status === 'failed' && condition !== undefined ? `${name}: ${condition}` : name;
    }),
  );
}

/** Why senders were not told something, as the counters say. */
export function untoldIn(
  counts: Readonly<Record<string, number>>,
  { reasons }: Words,
): readonly Counted[] {
  return Object.entries(counts)
    .flatMap(([counter, count]) => {
      const [, reason] = /^(?:receipts held|statuses withheld): (.+)$/.exec(counter) ?? [];
      if (reason === undefined || reason === 'nothing-to-tell') return [];
      return [{ name: (reasons as Readonly<Record<string, string>>)[reason] ?? reason, count }];
    })
    .toSorted((a, b) => b.count - a.count);
}

function isFailure(status: Status): boolean {
  return status === 'failed' || status === 'lost' || status === 'expired';
}

function tallied(names: readonly string[]): readonly Counted[] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts]
    .map(([name, count]) => ({ name, count }))
    .toSorted((a, b) => b.count - a.count);
}
