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
  if (!domains.includes(component.domain)) return [];
  return [
    `"domains" must be domains of users, found "${component.domain}", which is "component.domain": take it out of the list`,
  ];
}

function repeatedDomains({ domains }: Settings): readonly string[] {
  const counts = [...new Set(domains)].map(
    (domain) => [domain, domains.filter((other) => other === domain).length] as const,
  );
  return counts
    .filter(([, count]) => count > 1)
    .map(
      ([domain, count]) =>
        `"domains" must have each domain once, found "${domain}" ${count} times: take out the others`,
    );
}
