import type { Prosody } from './prosody.ts';

/** What servers do differently, seen on each; tests expect what the server at hand really does. */
export interface Differences {
  /** What becomes of a message to a bare JID whose owner blocks the sender. */
  readonly blocked: 'bounced' | 'dropped';
}

export function differencesOf({ version }: Prosody): Differences {
  return { blocked: version.startsWith('0.12') ? 'bounced' : 'dropped' };
}
