import { excusedOr, type Finding, type Matter, missing, type Rule, wrong } from './finding.ts';
import type { Story } from './ledger.ts';
import type { Watch } from './plan.ts';
import { once } from './telling.ts';

/** What must hold of the notices about watched messages. */
export const RULES_OF_WATCHING: readonly Rule[] = [
  noticedOnce,
  noticedOnlyWhatIsWatched,
  noticedOfThatRecipient,
  noticedNotBeforeTheDeadline,
  noticedOnlyWithoutASign,
  noticedIfNothingCame,
];

/** The clocks of the driver and of the server's stamps differ by less. */
const MARGIN_MS = 50;

/** For so long a fault can keep the daemon from judging: a sign that comes meanwhile is a sign. */
const JUDGED_WITHIN_MS = 15_000;

function noticedOnce({ story: { notices } }: Matter): readonly Finding[] {
  return once(
    notices.map(({ stanza }) => stanza),
    'told that nothing came',
  );
}

function noticedOnlyWhatIsWatched({ story: { notices, watch } }: Matter): readonly Finding[] {
  return watch === undefined ? notices.map(() => wrong('a notice, and it is not watched')) : [];
}

function noticedOfThatRecipient({ story: { notices, to } }: Matter): readonly Finding[] {
  return notices
    .filter(({ text }) => !text.includes(to.jid))
    .map(({ text }) => wrong(`a notice about somebody else: ${text}`));
}

function noticedNotBeforeTheDeadline({ story }: Matter): readonly Finding[] {
  const { earliest } = deadlinesOf(story);
  return story.notices
    .filter(({ at }) => at < earliest - MARGIN_MS)
    .map(({ at }) => wrong(`a notice ${earliest - at} ms before the deadline`));
}

function noticedOnlyWithoutASign(matter: Matter): readonly Finding[] {
  const { story } = matter;
  const isInTime = signOf(story).surelyBy < deadlinesOf(story).earliest - MARGIN_MS;
  if (!isInTime || story.notices.length === 0) return [];
  const says = 'a notice, and the sign that its sender waits for came in time';
  return [excusedOr({ sort: 'wrong', says, isOfMemory: true }, matter, 'fact')];
}

/** Until the deadline is over this may still change: a sign comes, or the notice. */
function noticedIfNothingCame(matter: Matter): readonly Finding[] {
  const { story, kept } = matter;
  const mayBeNone =
    story.watch === undefined || story.takenAt === undefined || kept.status === undefined;
  if (mayBeNone || story.notices.length > 0) return [];
  const came = signOf(story).perhapsSince <= deadlinesOf(story).latest + JUDGED_WITHIN_MS;
  return came ? [] : [missing('nothing came in time, and no notice', matter, 'kept stanza')];
}

/** By the time of the driver; the server took the message in between. */
function deadlinesOf({ watch, writtenAt, takenAt = Infinity }: Story) {
  const within = (watch?.seconds ?? 0) * 1000;
  return { earliest: Math.min(...writtenAt) + within, latest: takenAt + within };
}

/** When that came for which the sender waits, as far as she may know. */
function signOf(story: Story): { readonly perhapsSince: number; readonly surelyBy: number } {
  const isPossible = SIGNS.includes(story.to.voice) && !isNeverMet(story.watch);
  if (!isPossible) return { perhapsSince: Infinity, surelyBy: Infinity };
  const { sightings, ticks, to } = story;
  // What comes from the archive is not answered.
  const known = to.readsArchive ? [] : sightings.map(({ knownAt = Infinity }) => knownAt);
  return {
    perhapsSince: Math.min(...sightings.map(({ at }) => at)),
    surelyBy: Math.min(...known, ...ticks.map(({ at }) => at)),
  };
}

/** Of the others the sender does not learn that a device has the message. */
const SIGNS: readonly string[] = ['client', 'server'];

/** Nobody displays anything here. */
function isNeverMet(watch: Watch | undefined): boolean {
  return watch?.until === 'displayed';
}
