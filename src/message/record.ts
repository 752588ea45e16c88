import { compareFacts, type Fact } from './fact.ts';
import type { Stamp } from './time.ts';

/** After so long without an `accepted`, the same id is a new message: see life.ts. */
export const GENERATION_GAP: Stamp = 3_600_000_000;

/** Hours that a record keeps of one kind of fact: the first and the newest. */
const HOURS_KEPT = 16;

/**
 * All that is known of one key, in the order of the stamps. It only grows, and merging is commutative, associative and
 * idempotent: of each kind, side, nature and hour the first and the last fact stay. An hour is the generation gap, so the gaps
 * between `accepted` facts survive the thinning exactly.
 */
export interface MessageRecord {
  readonly facts: readonly Fact[];
}

export const EMPTY_RECORD: MessageRecord = { facts: [] };

/** Adds facts to a record; returns the very same record if all of them are old news. */
export function addFacts(record: MessageRecord, news: readonly Fact[]): MessageRecord {
  if (news.length === 0) return record;
  const sorted = [...record.facts, ...news].sort(compareFacts);
  const facts = hasEachKindOnce(sorted) ? sorted : newestOfEachKind(firstAndLast(sorted));
  return isSame(facts, record.facts) ? record : { facts };
}

/** As of most messages: then there is nothing to thin. */
function hasEachKindOnce(facts: readonly Fact[]): boolean {
  return facts.every(({ kind }, index) => facts.findIndex((fact) => fact.kind === kind) === index);
}

function firstAndLast(sorted: readonly Fact[]): readonly Fact[] {
  const groups = new Map<string, { first: Fact; last: Fact }>();
  for (const fact of sorted) {
    const name = `${fact.kind} ${fact.side} ${natureOf(fact)} ${hourOf(fact)}`;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, { first: fact, last: fact });
    else group.last = fact;
  }
  return [...groups.values()].flatMap(ends).sort(compareFacts);
}

/** What sets facts of one kind apart, so that none may stand for another. */
function natureOf(fact: Fact): string {
  switch (fact.kind) {
    case 'accepted':
      return fact.policy ?? '';
    case 'sent':
      return fact.unacknowledged ? 'unacknowledged' : '';
    case 'received':
    case 'displayed':
      return fact.withheld ? 'withheld' : '';
    default:
      return '';
  }
}

function ends({ first, last }: { first: Fact; last: Fact }): readonly Fact[] {
  return compareFacts(first, last) === 0 ? [first] : [first, last];
}

/**
 * Bounds what somebody can make us keep who uses one id for ever. Hours only come, so this is order-free too. Each kind by
 * itself, or what often happens to a message would crowd out that it was accepted.
 */
function newestOfEachKind(sorted: readonly Fact[]): readonly Fact[] {
  if (sorted.length <= HOURS_KEPT) return sorted;
  const kinds = new Set(sorted.map(({ kind }) => kind));
  return [...kinds]
    .flatMap((kind) => newestHours(sorted.filter((fact) => fact.kind === kind)))
    .sort(compareFacts);
}

function newestHours(sorted: readonly Fact[]): readonly Fact[] {
  const hours = [...new Set(sorted.map(hourOf))];
  if (hours.length <= HOURS_KEPT) return sorted;
  const kept = new Set([...hours.slice(0, 1), ...hours.slice(1 - HOURS_KEPT)]);
  return sorted.filter((fact) => kept.has(hourOf(fact)));
}

function hourOf(fact: Fact): number {
  return Math.floor(fact.at / GENERATION_GAP);
}

function isSame(a: readonly Fact[], b: readonly Fact[]): boolean {
  return (
    a.length === b.length && a.every((fact, index) => compareFacts(fact, b[index] as Fact) === 0)
  );
}
