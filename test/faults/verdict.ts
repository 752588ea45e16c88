import { RANK, type Status } from '../../src/message/status.ts';
import { isForgotten } from './excuses.ts';
import { expectations, hasCome, knownSightings } from './expected.ts';
import {
  excusedOr,
  type Finding,
  type Matter,
  missing,
  type Rule,
  type Sort,
  wentBack,
  wrong,
} from './finding.ts';
import { NOT_ARRIVED, RULES_OF_TELLING } from './telling.ts';
import { RULES_OF_WATCHING } from './watching.ts';
import { RULES_OF_WORDS } from './words.ts';

/** Compares what the clients saw of a message with the store and with what was told. */
export function judge(matter: Matter): readonly Finding[] {
  if (matter.story.writtenAt.length === 0) return toldBeforeWritten(matter);
  const findings = [
    ...RULES_OF_TELLING,
    ...RULES_OF_WATCHING,
    ...RULES_OF_WORDS,
    ...RULES_OF_KNOWING,
  ].flatMap((rule) => rule(matter));
  return isForgotten(matter) ? findings.map(forgiven) : findings;
}

const FORGIVEN: readonly Sort[] = ['lost', 'duplicated', 'taken with the server'];

/** What a restored store does not know it cannot tell, and may tell once more. */
function forgiven(finding: Finding): Finding {
  const isForgiven = FORGIVEN.includes(finding.sort) || finding.isOfMemory === true;
  // It does not come any more: nobody need wait for it.
  return isForgiven ? { sort: 'taken with the store', says: finding.says } : finding;
}

const RULES_OF_KNOWING: readonly Rule[] = [
  knownArrivedOnlyIfSeen,
  knownForward,
  seenIsKnown,
  takenIsKnown,
  unseenIsSomewhere,
  whatWasToldHasCome,
  whatIsSoWasTold,
];

function toldBeforeWritten({ story }: Matter): readonly Finding[] {
  return story.receipts.length === 0 ? [] : [wrong('told of a message that was not sent')];
}

function knownForward({ kept, before }: Matter): readonly Finding[] {
  const isBack = isArrived(before) && !isArrived(kept.status);
  return isBack ? [wentBack(`the store said ${before}, and says ${kept.status ?? 'nothing'}`)] : [];
}

function knownArrivedOnlyIfSeen({ story, kept }: Matter): readonly Finding[] {
  const isFalse = isArrived(kept.status) && story.sightings.length === 0;
  return isFalse ? [wrong(`the store says ${kept.status}, and no device has it`)] : [];
}

function seenIsKnown(matter: Matter): readonly Finding[] {
  const { kept, story } = matter;
  if (isArrived(kept.status) || knownSightings(story).length === 0) return [];
  return [
    missing(`a device has it, and the store says ${kept.status ?? 'nothing'}`, matter, 'fact'),
  ];
}

function takenIsKnown(matter: Matter): readonly Finding[] {
  const { kept, story } = matter;
  if (story.takenAt === undefined)
    return [missing('the server has not taken it', matter, 'kept stanza')];
  return kept.status === undefined ? [missing('the store has no record', matter, 'fact')] : [];
}

/** What no device has, after all that was broken is whole again. */
function unseenIsSomewhere(matter: Matter): readonly Finding[] {
  const { kept, story, isAway } = matter;
  const { status } = kept;
  if (story.sightings.length > 0 || status === undefined || isArrived(status)) return [];
  if (NOT_ARRIVED.includes(status)) return lostByTheServer(matter);
  if (status === 'stored' && isAway) return [];
  const what = status === 'accepted' ? 'message' : 'kept stanza';
  return [missing(`no device has it, and the store says ${status}`, matter, what)];
}

function lostByTheServer(matter: Matter): readonly Finding[] {
  const { story, kept } = matter;
  if (story.to.resources.length === 0) return [];
  const says = `the server lost it, and the store says ${kept.status}`;
  return [excusedOr({ sort: 'lost by the server, and said', says }, matter, 'kept stanza')];
}

function whatWasToldHasCome(matter: Matter): readonly Finding[] {
  const { kept, story } = matter;
  return kept.told
    .filter((status) => !hasCome(status, story))
    .map((status) => missing(`the daemon told ${status}, and it has not come`, matter, 'receipt'));
}

/** What the sender must have by now, whatever the daemon decided. */
function whatIsSoWasTold(matter: Matter): readonly Finding[] {
  return expectations(matter)
    .filter(({ isMet }) => !isMet)
    .map(({ says }) => missing(says, matter, 'receipt'));
}

function isArrived(status: Status | undefined): boolean {
  return status !== undefined && RANK[status] >= RANK.delivered;
}
