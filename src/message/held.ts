import type { AtSession, AtStore, Fact } from './fact.ts';

/**
 * Did that store hold the message until then, and was it not handed out since it was put there? If
 * not, it makes no difference that the store was emptied.
 */
export function isHeldIn(facts: readonly Fact[], gone: AtStore): boolean {
  const { where, at } = gone;
  const put = lastAt(facts.filter((fact) => isIn(fact, 'stored', where) && fact.at < at));
  if (put === undefined) return false;
  const hasLeft = (fact: Fact) => isSent(fact, put) || isGone(fact, where, put);
  return !facts.some((fact) => fact !== gone && hasLeft(fact));
}

/**
 * Is it certain that the last store that held the message was emptied, and that no device has it?
 */
export function isKeptNowhere(facts: readonly Fact[]): boolean {
  const stored = facts.filter((fact): fact is AtStore => fact.kind === 'stored');
  const isAllGone = stored.every(({ where }) => {
    const put = lastAt(stored.filter((fact) => fact.where === where)) ?? 0;
    return facts.some((fact) => isGone(fact, where, put));
  });
  return stored.length > 0 && isAllGone && !isPerhapsOnADevice(facts, lastAt(stored) ?? 0);
}

/**
 * What was stored after it was written to one device came back from that one. Another one may have
 * it, and so may a device without acknowledgements.
 */
function isPerhapsOnADevice(facts: readonly Fact[], storedAt: number): boolean {
  const sent = facts.filter((fact): fact is AtSession => fact.kind === 'sent');
  const resources = new Set(sent.map(({ resource }) => resource));
  return (
    resources.size > 1 ||
    sent.some(({ at, unacknowledged }) => at > storedAt || unacknowledged === true)
  );
}

function isSent(fact: Fact, after: number): boolean {
  return fact.kind === 'sent' && fact.at > after;
}

function isGone(fact: Fact, where: string, after: number): boolean {
  return isIn(fact, 'gone', where) && fact.at > after;
}

function isIn(fact: Fact, kind: AtStore['kind'], where: string): boolean {
  return fact.kind === kind && (fact as AtStore).where === where;
}

function lastAt(facts: readonly Fact[]): number | undefined {
  return facts.length === 0 ? undefined : Math.max(...facts.map(({ at }) => at));
}
