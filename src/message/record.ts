import { compareFacts, type Fact } from './fact.ts';
import { differenceOf } from './kinds.ts';
import { sortedBy } from './sorted.ts';
import type { Stamp } from './time.ts';

/** How long after the last `accepted` the same id counts as a new message: see life.ts. */
export const GENERATION_GAP: Stamp = 3_600_000_000;

/**
 * Maximum number of hours that a record keeps of one kind of fact: the first and the newest ones.
 */
const HOURS_KEPT = 16;

/**
 * All that we know of one key, in the order of the stamps. Merging facts is commutative,
 * associative and idempotent: of all facts with the same kind, side, difference (see kinds.ts) and
 * hour the first and the last stay. An hour is the generation gap, so the gaps between `accepted`
 * facts stay exactly as they were.
 */
export interface MessageRecord {
  readonly facts: readonly Fact[];
}

export const EMPTY_RECORD: MessageRecord = { facts: [] };

/** Adds facts to a record. If nothing in them is new, it returns the same object. */
export function addFacts(record: MessageRecord, news: readonly Fact[]): MessageRecord {
  if (news.length === 0) return record;
  const sorted = sortedBy(compareFacts, record.facts.concat(news));
  const facts = hasEachKindOnce(sorted) ? sorted : newestOfEachKind(firstAndLast(sorted));
  return isSame(facts, record.facts) ? record : { facts };
}

/** True for most messages: then nothing can be left out. */
function hasEachKindOnce(facts: readonly Fact[]): boolean {
  return facts.every(({ kind }, index) => facts.findIndex((fact) => fact.kind === kind) === index);
}

function firstAndLast(sorted: readonly Fact[]): readonly Fact[] {
  const groups = new Map<string, { first: Fact; last: Fact }>();
  for (const fact of sorted) {
    const name = `${fact.kind} ${fact.side} ${differenceOf(fact)} ${hourOf(fact)}`;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, { first: fact, last: fact });
    else group.last = fact;
  }
  return [...groups.values()].flatMap(ends).sort(compareFacts);
}

function ends({ first, last }: { first: Fact; last: Fact }): readonly Fact[] {
  return compareFacts(first, last) === 0 ? [first] : [first, last];
}

/**
 * A limit for a client that uses one id for ever. New hours are only added, so the result does not
 * depend on the order here either. Each kind has its own limit: otherwise facts that come often
 * would push out the one that says that the message was accepted.
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
