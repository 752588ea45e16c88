import { RANK, type Status } from '../../src/message/status.ts';
import type { Finding } from './finding.ts';
import type { Story } from './ledger.ts';

/** What was found of each message. */
export type Findings = readonly (readonly [Story, readonly Finding[]])[];

export function furtherOf(before: Status | undefined, now: Status | undefined): Status {
  if (before === undefined || now === undefined) return now ?? before ?? 'accepted';
  return RANK[now] > RANK[before] ? now : before;
}

export function withoutThose(
  all: readonly Finding[],
  those: readonly Finding[],
): readonly Finding[] {
  const left = those.map(({ says }) => says);
  return all.filter(({ says }) => {
    const index = left.indexOf(says);
    if (index !== -1) left.splice(index, 1);
    return index === -1;
  });
}
