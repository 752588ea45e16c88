import type { ServerKind } from '../support/server/server.ts';
import type { Story } from './ledger.ts';
import { SENDER } from './people.ts';

/** An end of the server's process. */
export interface Stop {
  readonly at: number;
  readonly how: 'killed' | 'stopped';
  /** The names of those without a session that was awake. */
  readonly asleep: readonly string[];
}

/** The store was put back to what it was. */
export interface Restore {
  readonly backedUpAt: number;
  readonly restoredAt: number;
}

interface Case {
  readonly story: Story;
  readonly server: ServerKind;
  readonly stops: readonly Stop[];
  readonly restores: readonly Restore[];
}

/** The module's last tick is 20 ms; a busy machine is slower, and clients hear late. */
const LAST_TICK_MS = 1000;
/** Mnesia writes the newest rows of its tables later (docs/servers.md). */
const MNESIA_MS = 25_000;
/** What a session holds whose client is away; longer than any waits for it. */
const ASLEEP_MS = 10_000;

/** What is missing: a fact that a module saw, a message, a stanza that was kept for a user, or a receipt. */
export type Missing = 'fact' | 'message' | 'kept stanza' | 'receipt';

/**
 * What an end of the server takes with it, as the documents say: the last moment, and stanzas that
 * only sleeping sessions hold, or that ejabberd's offline store got last.
 */
export function excusedBy(of: Case, what: Missing): string | undefined {
  const { story } = of;
  const times = [...timesOf(story), ...(what === 'receipt' ? story.toldAt : [])];
  const stop = of.stops.find(
    (it) => isLastMoment(it, of, what, times) || isTaking(it, of, what, times),
  );
  return stop && `the server was ${stop.how}`;
}

/** The store does not know what happened to the message between a backup and its restore. */
export function isForgotten({ story, restores }: Pick<Case, 'story' | 'restores'>): boolean {
  return restores.some(({ backedUpAt, restoredAt }) =>
    timesOf(story).some((at) => at > backedUpAt - LAST_TICK_MS && at < restoredAt + LAST_TICK_MS),
  );
}

type Times = readonly number[];

/** ejabberd drops what a session has not read yet also when it is stopped in good order. */
function isLastMoment(
  { how, at }: Stop,
  { server }: Pick<Case, 'server'>,
  what: Missing,
  times: Times,
): boolean {
  const isTaken = how === 'killed' || (server === 'ejabberd' && what !== 'fact');
  return isTaken && isWithin(LAST_TICK_MS, at, times);
}

function isTaking(
  stop: Stop,
  { story, server }: Pick<Case, 'story' | 'server'>,
  what: Missing,
  times: Times,
): boolean {
  const isAsleep = [SENDER.name, story.to.name].some((name) => stop.asleep.includes(name));
  // The same holds for what a sleeping session holds.
  if (!isAsleep || (stop.how === 'stopped' && server === 'prosody')) return false;
  const isKept = what === 'kept stanza' || what === 'receipt';
  return isKept && isWithin(server === 'ejabberd' ? MNESIA_MS : ASLEEP_MS, stop.at, times);
}

/** Something happened so long before that time, or just after it. */
function isWithin(ms: number, stoppedAt: number, times: readonly number[]): boolean {
  return times.some((at) => at < stoppedAt + LAST_TICK_MS && stoppedAt - at < ms);
}

/** When something happened to the message, as far as that is known. */
function timesOf(story: Story): readonly number[] {
  const { writtenAt, sightings, ticks, receipts, notices, bouncedAt } = story;
  return [
    ...noticeTimes(story),
    ...writtenAt,
    ...sightings.flatMap(({ at, knownAt = at }) => [at, knownAt]),
    ...[...ticks, ...receipts, ...notices].map(({ at }) => at),
    ...bouncedAt,
  ];
}

/** A notice leaves within so many seconds after the deadline, if nothing is in its way. */
const NOTICE_S = 4;

function noticeTimes({ watch, writtenAt }: Story): readonly number[] {
  if (watch === undefined) return [];
  return writtenAt.flatMap((at) =>
    Array.from({ length: NOTICE_S }, (_, second) => at + (watch.seconds + second) * 1000),
  );
}
