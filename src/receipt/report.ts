import { acceptedFacts, type Life } from '../message/life.ts';
import { isStatus, type Status } from '../message/status.ts';

/**
 * docs/protocol.md §3.2: the statuses that `<report/>` named; `undefined`: the message had none. If
 * the message was sent again, both lists count.
 */
export function askedFor(life: Life): readonly Status[] | undefined {
  const reports = acceptedFacts(life).flatMap(({ report }) =>
    report === undefined ? [] : [report],
  );
  return reports.length === 0 ? undefined : reports.flat().filter(isStatus);
}
