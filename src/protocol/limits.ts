// docs/protocol.md §2.2 to §2.4. Both server modules have the same limits; tests compare them.

/** A longer id is not tracked. */
export const MAX_ID_BYTES = 256;
/**
 * Sender, recipient and id of a message together. A message with longer ones is not tracked: no
 * index of PostgreSQL holds more than 2,704 bytes of a row, and an origin-id, which takes the place
 * of the id there, may be longer than it.
 */
export const MAX_KEY_BYTES = 2300;

/** The longest time that `within` of `<report/>` can name, in seconds: 30 days. */
export const MAX_WITHIN = 30 * 24 * 60 * 60;

/** The text of one batch of facts. */
export const MAX_BATCH_BYTES = 60 * 1024;
export const MAX_BATCH_LINES = 100;
/** Maximum number of batches of one server that wait for our result. */
export const MAX_BATCHES = 8;

/** RFC 6120 §13.12: every server takes stanzas of this size, in bytes. Some take no larger ones. */
export const LEAST_LIMIT = 10_000;
/** Room for what is around the items of a stanza: its addresses, ids and settings. */
const ENVELOPE = 2_500;
/** What the items of one stanza weigh as they are written, if one alone does not weigh more. */
export const MAX_ITEMS_BYTES = LEAST_LIMIT - ENVELOPE;
/** The text of one order that a module takes. */
export const MAX_PAGE_BYTES = 60 * 1024;

/** What an answer repeats weighs no more, or it is not given: the address of who asks, and the id. */
export const MAX_REPEATED_BYTES = 1_800;

/** We send nothing longer. */
export const LONGEST_STANZA = MAX_PAGE_BYTES + ENVELOPE;

/** What one item may weigh where the server takes stanzas of that size. */
export function mostInOne(stanzaBytes: number): number {
  return Math.min(MAX_PAGE_BYTES, stanzaBytes - ENVELOPE);
}
/** Maximum number of ticks in one order to deliver. */
export const MAX_ORDERS = 100;
