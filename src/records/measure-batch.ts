import type { Fact } from '../message/fact.ts';
import type { Measures } from '../telemetry/measures.ts';
import type { Batch } from './batch.ts';
import type { ServerClocks } from './server-clocks.ts';

export interface MeasureParts {
  readonly measures: Measures;
  readonly clocks: Pick<ServerClocks, 'since'>;
}

/** A batch is committed: counts its facts, and how long ago the server saw each. */
export function measureBatch({ domain: host, lines }: Batch, parts: MeasureParts): void {
  for (const line of lines) {
    if (line.kind === 'gap') parts.measures.lost.inc({ host }, line.count);
    if (line.kind === 'message') for (const fact of line.facts) measureFact(fact, host, parts);
  }
}

function measureFact({ kind, at }: Fact, host: string, { measures, clocks }: MeasureParts): void {
  measures.facts.inc({ host, kind });
  const lag = clocks.since(host, at);
  if (lag !== undefined) measures.commitLag.observe({ host }, lag / 1000);
}
