import type { Fact } from '../message/fact.ts';
import type { Life } from '../message/life.ts';
import type { Stamp } from '../message/time.ts';
import { seenFacts } from './seen-facts.ts';

/**
 * What the server's clock said at a stamp that we gave ourselves, if it differs: as it did at the
 * last fact before. So all times of a message are of one clock, also where that clock is wrong.
 */
export function timeOfDay(at: Stamp, { facts }: Life): Stamp | undefined {
  const last = seenFacts(facts).findLast((fact) => isServers(fact) && fact.at <= at);
  return last?.time === undefined ? undefined : at + last.time - last.at;
}

function isServers({ side }: Fact): boolean {
  return side !== 'component';
}
