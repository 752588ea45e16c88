import { LEAST_LIMIT, LONGEST_STANZA } from '../../protocol/limits.ts';
import type { HealthSeen, ServerSeen } from './evidence.ts';
import {
  acksLines,
  filterLines,
  listenerLines,
  spoolLines,
  stanzaLines,
} from './paste-for-health.ts';
import { type Row, serverRow } from './row.ts';

/** Receipts name times: a difference that people notice. */
const APART_SECONDS = 10;
/** Of the spool. */
const FULL = 1 / 2;
const DAY_SECONDS = 86_400;
const NO_HEALTH: HealthSeen = { filters: [], sharing: 1 };

/** What is seen in what a module says of its host. */
const healthSays = (says: (health: HealthSeen) => string | false) => (server: ServerSeen) =>
  says(server.health ?? NO_HEALTH) || undefined;

const takes = ({ longestStanza = Number.POSITIVE_INFINITY }: HealthSeen) => longestStanza;

const takesAtMost = (bytes: number) =>
  `the server takes stanzas of ${bytes} bytes at most from components`;

export const HEALTH_ROWS: readonly Row[] = [
  serverRow('shared-listener', {
    severity: 'red',
    seen: healthSays(
      ({ sharing }) =>
        sharing > 1 && `${sharing} components share a listener, and each gets the stanzas of all`,
    ),
    expected: () => '"global_routes: false" below "module: ejabberd_service" of that listener',
    paste: (_, evidence) => listenerLines(evidence),
  }),
  serverRow('stanzas-too-short', {
    severity: 'red',
    seen: healthSays((health) => takes(health) < LEAST_LIMIT && takesAtMost(takes(health))),
    expected: () => `${LEAST_LIMIT} bytes or more, as RFC 6120 §13.12 asks of every server`,
    paste: (_, evidence) => stanzaLines(evidence),
  }),
  serverRow('stanzas-short', {
    severity: 'amber',
    seen: healthSays(
      (health) =>
        takes(health) >= LEAST_LIMIT &&
        takes(health) < LONGEST_STANZA &&
        takesAtMost(takes(health)),
    ),
    expected: () =>
      `${LONGEST_STANZA} bytes: the choices of a user with many exceptions are so long, and where they do not fit the strictest holds for all`,
    paste: (_, evidence) => stanzaLines(evidence),
  }),
  serverRow('strangers-filter', {
    severity: 'red',
    seen: healthSays(
      ({ filters }) => filters.length > 0 && `${filters.join(', ')} refuses what the bot writes`,
    ),
    expected: (_, { component }) =>
      `a filter that lets in ${component}, or receipts@${component} in the roster of everybody (a shared group)`,
    paste: (server, evidence) => filterLines(server, evidence),
  }),
  serverRow('no-acks', {
    severity: 'amber',
    seen: healthSays(({ acks }) => acks === false && NO_ACKS),
    expected: () => 'XEP-0198: smacks in Prosody, mod_stream_mgmt in ejabberd',
    paste: acksLines,
  }),
  serverRow('clocks-apart', {
    severity: 'amber',
    seen: healthSays(({ clockAheadSeconds = 0 }) => apart(clockAheadSeconds)),
    expected: () => 'NTP on both machines, so that receipts name the right times',
  }),
  serverRow('spool-filling', {
    severity: 'amber',
    seen: healthSays(({ spool = 0, spoolLimit = 0 }) => {
      const isFilling = spoolLimit > 0 && spool >= spoolLimit * FULL;
      return isFilling && `${spool} of ${spoolLimit} bytes of the spool wait for the daemon`;
    }),
    expected: () => 'a daemon that runs and takes facts, or a larger spool until it does',
    paste: spoolLines,
  }),
  serverRow('facts-lost', {
    severity: 'amber',
    seen: healthSays(({ factsLostSecondsAgo: ago }) => {
      const isRecent = ago !== undefined && ago < DAY_SECONDS;
      return isRecent && `facts were dropped ${ago} seconds ago, because the spool was full`;
    }),
    expected: () => 'no gap within a day: senders are told nothing of what was dropped',
    paste: spoolLines,
  }),
];

const NO_ACKS =
  'no XEP-0198: a message is known to be delivered only if the recipient’s client says so';

function apart(seconds: number): string | false {
  if (Math.abs(seconds) < APART_SECONDS) return false;
  const size = Math.abs(seconds);
  return `its clock is ${size} seconds ${seconds > 0 ? 'ahead of' : 'behind'} ours`;
}
