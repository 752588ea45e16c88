import type { Status } from '../../src/message/status.ts';
import type { Server } from './server/server.ts';

/** What servers do differently, seen on each; tests expect what the server at hand really does. */
export interface Differences {
  /** What becomes of a message to a bare JID whose owner blocks the sender. */
  readonly blocked: 'bounced' | 'dropped';
  /** What becomes of a message to a full JID that is online, and whose owner blocks the sender. */
  readonly blockedFullJid: 'bounced' | 'dropped';
  /** A stream with more unacknowledged stanzas than it may have: the oldest are forgotten, or it is ended and all bounce. */
  readonly overflow: 'forgotten' | 'ended';
  /**
   * What becomes of messages to a BOSH session that never asks for them. Prosody throws them away; ejabberd routes them once
   * more, and of one that comes in the last moment of the old session nothing is heard any more.
   */
  readonly unasked: readonly Status[];
  /** The same, where they are in the archive. */
  readonly unaskedArchived: readonly Status[];
  /** What becomes of a message that only a sleeping session holds when the server is stopped in good order. */
  readonly stoppedWhileAsleep: readonly Status[];
  /** What becomes of a client's stanza with somebody else's address in `from`. */
  readonly forgedFrom: 'corrected' | 'stream ended';
  /** Whether a client can take up its session while it authenticates (XEP-0388 with XEP-0198). */
  readonly inlineResumption: 'offered' | 'unknown';
  /** Whether a client that has read its archive gets what the offline store holds too. */
  readonly offlineAfterArchive: 'handed out' | 'left there';
  /** Whether a stream between servers can carry both directions (XEP-0288). */
  readonly twoWayStreams: 'offered' | 'unknown';
}

export function differencesOf({ kind, version }: Pick<Server, 'kind' | 'version'>): Differences {
  if (kind === 'ejabberd') return version < '24.10' ? EJABBERD_23 : EJABBERD;
  return version.startsWith('0.12') ? PROSODY_0_12 : PROSODY_13;
}

const PROSODY_13: Differences = {
  blocked: 'dropped',
  blockedFullJid: 'dropped',
  overflow: 'forgotten',
  unasked: ['lost'],
  unaskedArchived: ['stored'],
  stoppedWhileAsleep: ['stored'],
  forgedFrom: 'corrected',
  inlineResumption: 'unknown',
  offlineAfterArchive: 'left there',
  twoWayStreams: 'offered',
};

const PROSODY_0_12: Differences = { ...PROSODY_13, blocked: 'bounced' };

const EJABBERD: Differences = {
  blocked: 'bounced',
  blockedFullJid: 'bounced',
  overflow: 'ended',
  unasked: ['lost', 'stored', 'sent'],
  unaskedArchived: ['stored', 'sent'],
  stoppedWhileAsleep: ['stored', 'lost'],
  forgedFrom: 'stream ended',
  inlineResumption: 'offered',
  offlineAfterArchive: 'handed out',
  twoWayStreams: 'offered',
};

const EJABBERD_23: Differences = {
  ...EJABBERD,
  inlineResumption: 'unknown',
  twoWayStreams: 'unknown',
};
