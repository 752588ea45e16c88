import type { Link, LinkState } from '../link/link.ts';
import type { Millis } from '../message/time.ts';
import type { Difference } from '../receipt/setting-differences.ts';
import type { ServerState } from '../servers/server-states.ts';
import type { KnownMember } from '../store/members.ts';
import type { Backlog, UpkeepStore } from '../store/upkeep-store.ts';
import type { Counters } from '../telemetry/counters.ts';
import { VERSION } from '../telemetry/version.ts';

/** How the daemon is, at a glance. */
export interface DaemonStatus {
  readonly version: string;
  readonly component: string;
  /** How long it has run. */
  readonly upMs: Millis;
  readonly link: LinkState;
  readonly servers: readonly ServerState[];
  /** Hosts that have mod_receipts for our component, and are not among the domains. */
  readonly unconfigured: readonly string[];
  readonly daemons: Daemons;
  readonly waiting: Backlog;
  /** Counts since the start, by what is counted. */
  readonly counts: Readonly<Record<string, number>>;
}

/** All daemons of the store, ours among them. */
export interface Daemons {
  readonly members: readonly KnownMember[];
  /** Settings that they do not have alike. */
  readonly differences: readonly Difference[];
  /** How far the clock of this machine is ahead of that of the store. */
  readonly clockAheadMs: Millis;
}

export interface StatusParts {
  readonly component: string;
  readonly link: Pick<Link, 'state'>;
  readonly servers: () => readonly ServerState[];
  readonly unconfigured: () => readonly string[];
  readonly upkeep: Pick<UpkeepStore, 'backlog'>;
  readonly daemons: () => Daemons;
  readonly counters: Pick<Counters, 'all'>;
  readonly upMs: () => Millis;
}

/** The status without what only the store knows. */
export type DaemonState = Omit<DaemonStatus, 'waiting'>;

export async function daemonStatus(parts: StatusParts): Promise<DaemonStatus> {
  return { ...daemonState(parts), waiting: await parts.upkeep.backlog() };
}

export function daemonState(parts: StatusParts): DaemonState {
  const { component, link, servers, unconfigured, daemons, counters, upMs } = parts;
  return {
    version: VERSION,
    component,
    upMs: upMs(),
    link: link.state,
    servers: servers(),
    unconfigured: unconfigured(),
    daemons: daemons(),
    counts: counters.all(),
  };
}

/**
 * Whether it can do its work now: it is connected, and the module of each domain has greeted it.
 */
export function isReady({ link, servers }: Pick<StatusParts, 'link' | 'servers'>): boolean {
  return link.state.isOnline && servers().every(({ problem }) => problem === undefined);
}
