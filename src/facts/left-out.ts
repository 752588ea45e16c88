import type { MessageKey } from '../message/key.ts';
import type { IgnoredFact } from '../message/kinds.ts';
import type { Counters } from '../telemetry/counters.ts';
import type { Logger } from '../telemetry/log.ts';

export interface LeftOutParts {
  readonly counters: Counters;
  readonly log: Logger;
}

/** Facts of one message that are not learned: each is counted, and one line names the message. */
export function noteLeftOut(
  about: MessageKey & { readonly domain?: string },
  because: readonly IgnoredFact[],
  { counters, log }: LeftOutParts,
): void {
  for (const reason of because) counters.count(`facts ignored: ${reason}`);
  log.debug({ ...about, because }, 'facts of a message are left out');
}
