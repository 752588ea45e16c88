import type { Accepted, Fact } from './fact.ts';
import { GENERATION_GAP, type MessageRecord } from './record.ts';
import type { Stamp } from './time.ts';

/** A message among those that used the same key. */
export interface Life {
  /** The stamp of the first `accepted`: the position of the message in the conversation. */
  readonly startedAt: Stamp;
  readonly facts: readonly Fact[];
}

/**
 * The messages of a key, oldest first. An `accepted` that comes more than an hour after the one
 * before it begins a new message. Every other fact belongs to the newest message that had begun by
 * its stamp; facts from before the first message belong to the first. Without an `accepted` there
 * is no message.
 */
export function livesOf({ facts }: MessageRecord): readonly Life[] {
  const starts = startsOf(facts);
  const [startedAt] = starts;
  if (startedAt !== undefined && starts.length === 1) return [{ startedAt, facts }];
  return starts.map((startedAt, index) => ({
    startedAt,
    facts: factsBetween(facts, index === 0 ? -Infinity : startedAt, starts[index + 1] ?? Infinity),
  }));
}

/** The newest message of the key. Receipts and queries are about this one. */
export function newestLife(record: MessageRecord): Life | undefined {
  return livesOf(record).at(-1);
}

export function acceptedFacts({ facts }: Life): readonly Accepted[] {
  return facts.filter((fact) => fact.kind === 'accepted');
}

function startsOf(facts: readonly Fact[]): readonly Stamp[] {
  const stamps = facts.filter(({ kind }) => kind === 'accepted').map(({ at }) => at);
  return stamps.filter(
    (at, index) => index === 0 || at - (stamps[index - 1] ?? at) > GENERATION_GAP,
  );
}

function factsBetween(facts: readonly Fact[], from: Stamp, to: Stamp): readonly Fact[] {
  return facts.filter(({ at }) => at >= from && at < to);
}
