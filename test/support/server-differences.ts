import type { Server } from './server.ts';

/** What servers do differently, seen on each; tests expect what the server at hand really does. */
export interface Differences {
  /** What becomes of a message to a bare JID whose owner blocks the sender. */
  readonly blocked: 'bounced' | 'dropped';
}

export function differencesOf({ kind, version }: Pick<Server, 'kind' | 'version'>): Differences {
  if (kind === 'ejabberd') return EJABBERD;
  return version.startsWith('0.12') ? PROSODY_0_12 : PROSODY_13;
}

const PROSODY_13: Differences = { blocked: 'dropped' };
const PROSODY_0_12: Differences = { ...PROSODY_13, blocked: 'bounced' };
const EJABBERD: Differences = { blocked: 'bounced' };
