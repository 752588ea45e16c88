import { domainFrom } from '../protocol/spelling/domain.ts';
import type { Settings } from './schema.ts';

const DAY_MS = 86_400_000;

/** What is wrong with settings that are each good, but not together. One line for each. */
export function contradictionsIn(settings: Settings): readonly string[] {
  return [
    ...neverExpiring(settings),
    ...componentAmongDomains(settings),
    ...repeatedDomains(settings),
  ];
}

function neverExpiring({ receipts, retentionDays }: Settings): readonly string[] {
  const { expireAfterMs } = receipts;
  const maxMs = retentionDays * DAY_MS;
  if (expireAfterMs <= maxMs) return [];
  const days = retentionDays === 1 ? '1 day' : `${retentionDays} days`;
  return [
    `"receipts.expireAfterMs" must be at most ${maxMs}, because "retentionDays" keeps records for ${days}, found ${expireAfterMs}: expire messages earlier or keep records longer`,
  ];
}

function componentAmongDomains({ component, domains }: Settings): readonly string[] {
  const same = domains.find((it) => domainFrom(it) === domainFrom(component.domain));
  if (same === undefined) return [];
  return [
    `"domains" must be domains of users, found "${same}", which is "component.domain": take it out of the list`,
  ];
}

function repeatedDomains({ domains }: Settings): readonly string[] {
  const counts = [...new Set(domains.map(domainFrom))].map(
    (domain) => [domain, domains.filter((other) => domainFrom(other) === domain)] as const,
  );
  return counts
    .filter(([, same]) => same.length > 1)
    .map(
      ([domain, same]) =>
        `"domains" must have each domain once, found "${domain}" ${same.length} times${spelled(same)}: take out the others`,
    );
}

function spelled(same: readonly string[]): string {
  const spellings = [...new Set(same)];
  return spellings.length === 1
    ? ''
    : ` (${spellings.join(', ')}: keep the one that the server has)`;
}
