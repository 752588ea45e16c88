import type { Line } from '../protocol/feed-text.ts';
import type { Counters } from '../telemetry/counters.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Batch } from './batch.ts';
import { noteLeftOut } from './left-out.ts';

export interface ReportParts {
  readonly counters: Counters;
  readonly log: Logger;
}

/** Counts what a batch held, and logs what is wrong with it. */
export function reportBatch({ domain, node, lines }: Batch, parts: ReportParts): void {
  const source = { domain, node: node === '' ? undefined : node };
  for (const line of lines) reportLine(line, source, parts);
}

type MessageLine = Extract<Line, { kind: 'message' }>;

function reportMessage({ key, ignored }: MessageLine, domain: string, parts: ReportParts): void {
  parts.counters.count('items');
  if (ignored !== undefined) noteLeftOut({ domain, ...key }, ignored, parts);
}

interface NamedSource {
  readonly domain: string;
  readonly node: string | undefined;
}

function reportLine(
  line: Line,
  { domain, node }: NamedSource,
  { counters, log }: ReportParts,
): void {
  if (line.kind === 'message') reportMessage(line, domain, { counters, log });
  if (line.kind === 'unknown') counters.count('items ignored: unknown kind');
  if (line.kind === 'bad') {
    counters.count('bad items: not readable');
    log.warn({ domain, because: line.because }, 'an item of the feed cannot be used');
  }
  if (line.kind === 'gap') {
    counters.count('items lost in gaps', line.count);
    log.error(
      { domain, node, items: line.count },
      'the server had to drop facts: its spool was full or its module fell behind',
    );
  }
  if (line.kind === 'restarted') {
    counters.count('server restarts');
    log.info(
      { domain, node },
      'the server has started anew: messages that only its sleeping sessions held are lost',
    );
  }
}
