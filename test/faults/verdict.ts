import { RANK, type Status } from '../../src/message/status.ts';
import type { ServerKind } from '../support/server/server.ts';
import { excusedBy, type Missing, type Stop } from './excuses.ts';
import { expectations, hasCome, knownSightings } from './expected.ts';
import type { Story } from './ledger.ts';

export type { Stop } from './excuses.ts';

/** What the store has of a message. */
export interface Kept {
  /** What the record proves at most; `undefined`: no server has said that it took the message. */
  readonly status: Status | undefined;
  /** The statuses that the daemon has told, or is about to tell. */
  readonly told: readonly Status[];
}

export interface Matter {
  readonly story: Story;
  readonly kept: Kept;
  readonly server: ServerKind;
  /** The ends of the server. */
  readonly stops: readonly Stop[];
  /** No device of the recipient is connected, and no session waits for one. */
  readonly isAway: boolean;
}

export type Sort =
  /** A receipt, a tick or a record says what is not so. */
  | 'wrong'
  /** Something was told twice, under two ids. */
  | 'duplicated'
  /** Something should be known or told, and is not. */
  | 'lost'
  /** The same, and an end of the server explains it (docs/servers.md). */
  | 'taken with the server'
  /** The server itself lost the message, and its sender was told so. */
  | 'lost by the server, and said'
  /** A device has the message, and could not say so before the server had to decide. */
  | 'had in secret'
  /** The same stanza came again. */
  | 'repeated';

/** What must never be found. */
export const ANOMALIES: readonly Sort[] = ['wrong', 'duplicated', 'lost'];

export interface Finding {
  readonly sort: Sort;
  readonly says: string;
  /** What is missing may still come. */
  readonly mayPass?: true;
}

const ARRIVED: readonly Status[] = ['delivered', 'displayed', 'confirmed'];
const NOT_ARRIVED: readonly Status[] = ['failed', 'lost'];
/** Nobody displays or declines anything here, nothing takes days, and there is one server. */
const NEVER: readonly Status[] = ['relayed', 'displayed', 'confirmed', 'declined', 'expired'];

/** Compares what the clients saw of a message with the store and with what was told. */
export function judge(matter: Matter): readonly Finding[] {
  if (matter.story.writtenAt.length === 0) return toldBeforeWritten(matter);
  return [...RULES_OF_TELLING, ...RULES_OF_KNOWING].flatMap((rule) => rule(matter));
}

type Rule = (matter: Matter) => readonly Finding[];

const RULES_OF_TELLING: readonly Rule[] = [
  toldOnce,
  tickedOnce,
  toldWhatIsPossible,
  toldArrivedOnlyIfSeen,
  toldNotArrivedOnlyIfUnseen,
];

const RULES_OF_KNOWING: readonly Rule[] = [
  knownArrivedOnlyIfSeen,
  seenIsKnown,
  takenIsKnown,
  unseenIsSomewhere,
  whatWasToldHasCome,
  whatIsSoWasTold,
];

function toldBeforeWritten({ story }: Matter): readonly Finding[] {
  return story.receipts.length === 0 ? [] : [wrong('told of a message that was not sent')];
}

function toldOnce({ story: { receipts } }: Matter): readonly Finding[] {
  return [...new Set(receipts.map(({ status }) => status))].flatMap((status) => {
    const stanzas = receipts.filter((it) => it.status === status).map(({ stanza }) => stanza);
    return once(stanzas, `told ${status}`);
  });
}

function tickedOnce({ story: { ticks, to } }: Matter): readonly Finding[] {
  return once(
    ticks.filter(({ from }) => from === to.jid).map(({ stanza }) => stanza),
    'ticked by the server',
  );
}

function once(stanzas: readonly string[], what: string): readonly Finding[] {
  const ids = new Set(stanzas).size;
  const twice: Finding = { sort: 'duplicated', says: `${what} under ${ids} ids` };
  const again: Finding = { sort: 'repeated', says: `${what} again under the same id` };
  return [...(ids > 1 ? [twice] : []), ...Array(Math.max(0, stanzas.length - ids)).fill(again)];
}

function toldWhatIsPossible({ story: { receipts } }: Matter): readonly Finding[] {
  return receipts
    .filter(({ status }) => NEVER.includes(status))
    .map(({ status }) => wrong(`told ${status}, which never happens here`));
}

function toldArrivedOnlyIfSeen({ story }: Matter): readonly Finding[] {
  const { receipts, ticks, sightings } = story;
  const first = Math.min(...sightings.map(({ at }) => at));
  const early = receipts.filter(({ status, at }) => ARRIVED.includes(status) && at < first);
  const ticked = ticks.filter(({ at }) => at < first);
  return [
    ...early.map(({ status }) => wrong(`told ${status}, and no device had it`)),
    ...ticked.map(({ from }) => wrong(`a tick of ${from}, and no device had it`)),
  ];
}

function toldNotArrivedOnlyIfUnseen(matter: Matter): readonly Finding[] {
  const { receipts, sightings } = matter.story;
  return receipts
    .filter(({ status }) => NOT_ARRIVED.includes(status))
    .flatMap(({ status, at }) => {
      const says = `told ${status}, and a device had it`;
      const known = sightings.filter(({ knownAt = Infinity }) => knownAt < at);
      if (known.length > 0) return [excusedOr({ sort: 'wrong', says }, matter, 'fact')];
      return sightings.some((it) => it.at < at) ? [{ sort: 'had in secret', says }] : [];
    });
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
    .map((status) =>
      missing(`the daemon told ${status}, and it has not come`, matter, 'kept stanza'),
    );
}

/** What the sender must have by now, whatever the daemon decided. */
function whatIsSoWasTold(matter: Matter): readonly Finding[] {
  return expectations(matter)
    .filter(({ isMet }) => !isMet)
    .map(({ says }) => missing(says, matter, 'kept stanza'));
}

function isArrived(status: Status | undefined): boolean {
  return status !== undefined && RANK[status] >= RANK.delivered;
}

function wrong(says: string): Finding {
  return { sort: 'wrong', says };
}

function missing(says: string, matter: Matter, what: Missing): Finding {
  return excusedOr({ sort: 'lost', says, mayPass: true }, matter, what);
}

function excusedOr(finding: Finding, matter: Matter, what: Missing): Finding {
  const excuse = excusedBy(matter, what);
  return excuse === undefined
    ? finding
    : { ...finding, sort: 'taken with the server', says: `${finding.says} (${excuse})` };
}
