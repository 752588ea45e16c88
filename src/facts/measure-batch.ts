import type { Fact } from '../message/fact.ts';
import type { Stamp } from '../message/time.ts';
import type { Line } from '../protocol/feed-text.ts';
import { countsOf } from '../telemetry/counts-of.ts';
import type { Measures } from '../telemetry/measures.ts';
import type { Batch } from './batch.ts';
import type { ServerClocks } from './server-clocks.ts';

export interface MeasureParts {
  readonly measures: Measures;
  readonly clocks: Pick<ServerClocks, 'since'>;
}

/** A batch is committed: counts its facts, and how long ago the server saw each. */
export function measureBatch({ domain: host, lines }: Batch, parts: MeasureParts): void {
  const { measures } = parts;
  for (const line of lines) if (line.kind === 'gap') measures.lost.inc({ host }, line.count);
  const facts = lines.flatMap(factsIn);
  for (const [kind, by] of countsOf(facts, ({ kind }) => kind))
    measures.facts.inc({ host, kind }, by);
  for (const { at } of facts) measureLag(at, host, parts);
}

function factsIn(line: Line): readonly Fact[] {
  return line.kind === 'message' ? line.facts : [];
}

function measureLag(at: Stamp, host: string, { measures, clocks }: MeasureParts): void {
  const lag = clocks.since(host, at);
  if (lag !== undefined) measures.commitLag.observe({ host }, lag / 1000);
}
