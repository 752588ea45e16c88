import { RANK, type Status } from '../../src/message/status.ts';
import { excusedOr, type Finding, type Matter, type Rule, wentBack, wrong } from './finding.ts';

const ARRIVED: readonly Status[] = ['delivered', 'displayed', 'confirmed'];
export const NOT_ARRIVED: readonly Status[] = ['failed', 'lost'];
/** Nobody displays or declines anything here, nothing takes days, and there is one server. */
const NEVER: readonly Status[] = ['relayed', 'displayed', 'confirmed', 'declined', 'expired'];

/** What must hold of all that was told. */
export const RULES_OF_TELLING: readonly Rule[] = [
  toldOnce,
  tickedOnce,
  toldWhatIsPossible,
  toldArrivedOnlyIfSeen,
  toldNotArrivedOnlyIfUnseen,
  toldForward,
  toldNothingUnderRefuse,
];

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

export function once(stanzas: readonly string[], what: string): readonly Finding[] {
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

/** docs/protocol.md §3.2: no status is told after a further one. */
function toldForward({ story, kept }: Matter): readonly Finding[] {
  const came = [...new Set(story.receipts.map(({ status }) => status))];
  return came.flatMap((status, index) => {
    const further = came.slice(0, index).find((before) => RANK[before] > RANK[status]);
    if (further === undefined) return [];
    const says = `told ${status} after ${further}`;
    const isLate = story.reports && isBefore(status, further, kept.told);
    return [isLate ? { sort: 'overtaken', says } : wentBack(says)];
  });
}

/** The daemon told it first: it was on its way when the daemon or its link ended. */
function isBefore(first: Status, second: Status, told: readonly Status[]): boolean {
  return told.includes(first) && told.indexOf(first) < told.indexOf(second);
}

function toldNothingUnderRefuse({ story: { to, receipts, ticks } }: Matter): readonly Finding[] {
  if (to.voice !== 'refuse') return [];
  const told = receipts.filter(({ status }) => status !== 'failed');
  return [
    ...told.map(({ status }) => wrong(`told ${status} of somebody who refuses`)),
    ...ticks.map(({ from }) => wrong(`a tick of ${from}, who refuses`)),
  ];
}
