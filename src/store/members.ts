import type { Millis } from '../message/time.ts';
import type { ServerTime } from '../receipt/current-status.ts';
import type { SharedSettings } from '../receipt/shared-settings.ts';

/** A daemon of a store: what it serves, and how it is set. */
export interface Member {
  readonly component: string;
  /** Its user domains. */
  readonly domains: readonly string[];
  readonly settings: SharedSettings;
}

/** What the store knows of a member. Its settings and domains count until it is forgotten. */
export interface KnownMember extends Member {
  /** Which process served it last. */
  readonly holder: string;
  readonly isServed: boolean;
  /** How long it is since the last sign of life. */
  readonly silentMs: Millis;
  /** How long that process has served it, or did. */
  readonly servedMs: Millis;
  /** Processes that stand by. */
  readonly standbys: readonly string[];
  /** How far its servers have told, as it said with its last sign of life. */
  readonly heard: readonly HeardServer[];
}

/** What that server saw up to this time is in the store. */
export interface HeardServer extends ServerTime {
  readonly domain: string;
}

/** Why a member is still there, or that it is not. */
export type Forgetting = 'forgotten' | 'served' | 'unknown';

/** All daemons of the store, as a look every few seconds shows them. */
export interface Members {
  /** Ours among them. */
  readonly all: readonly KnownMember[];
  /** How far the clock of this machine is ahead of that of the database. */
  readonly clockAheadMs: Millis;
  /** Called after each look. */
  onLook(listener: () => void): void;
  /** Asked with each sign of life: the others hear it. */
  tell(heard: () => readonly HeardServer[]): void;
  forget(component: string): Promise<Forgetting>;
}

/** The only daemon of its store. */
export function aloneAs(member: Member): Members {
  const known = { holder: '', isServed: true, silentMs: 0, servedMs: 0, standbys: [], heard: [] };
  return {
    all: [{ ...member, ...known }],
    clockAheadMs: 0,
    onLook: () => {},
    tell: () => {},
    forget: async (component) => (component === member.component ? 'served' : 'unknown'),
  };
}
