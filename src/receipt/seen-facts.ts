import { type Fact, isUnseen } from '../message/fact.ts';
import { KINDS } from '../message/kinds.ts';

/**
 * The facts without those of sessions that hide their presence from the sender, and without what
 * follows from these. It is as if such a session were offline: a message that the archive holds too
 * is stored there since the session got it. That a store was emptied is found when the recipient
 * comes: it is left out for a sender to whom that is not shown, and if anything else is hidden. All
 * that a sender is told, and when, follows from these facts alone.
 */
export function seenFacts(facts: readonly Fact[]): readonly Fact[] {
  if (!facts.some(isUnseen)) return withoutUnshown(facts);
  const seen = facts.filter(
    (fact) => !isUnseen(fact) && fact.kind !== 'gone' && !isEndOfHidden(fact, facts),
  );
  const archived = facts.find(isArchivedUnseen);
  if (archived === undefined || seen.some((fact) => isKnownBefore(fact, archived))) return seen;
  const { at, side } = archived;
  return [...seen, { kind: 'stored', at, side, where: 'archive' }];
}

function withoutUnshown(facts: readonly Fact[]): readonly Fact[] {
  const isUnshown = (fact: Fact) => fact.kind === 'gone' && fact.shown !== true;
  return facts.some(isUnshown) ? facts.filter((fact) => !isUnshown(fact)) : facts;
}

/** When a session ends, the server stores again what it had, or says that it is lost. */
function isEndOfHidden(fact: Fact, facts: readonly Fact[]): boolean {
  if (fact.kind !== 'stored' && fact.kind !== 'lost') return false;
  const isOfAny = fact.kind === 'stored' && fact.resource === undefined;
  return facts.some(
    (had) =>
      (had.kind === 'sent' || had.kind === 'kept') &&
      had.unseen === true &&
      had.at < fact.at &&
      (isOfAny || had.resource === fact.resource),
  );
}

function isArchivedUnseen(fact: Fact): boolean {
  return isUnseen(fact) && (isArchivedSent(fact) || isArchivedKept(fact));
}

function isArchivedSent(fact: Fact): boolean {
  return fact.kind === 'sent' && fact.archived === true;
}

function isArchivedKept(fact: Fact): boolean {
  return fact.kind === 'kept' && fact.where === 'archive';
}

/** Did another session have the message already, or was it stored already? */
function isKnownBefore({ kind, at }: Fact, archived: Fact): boolean {
  return KINDS[kind].letsIn && at <= archived.at;
}
