// docs/protocol.md §2.2 to §2.4. Both server modules have the same limits; tests compare them.

/** A longer id is not tracked. */
export const MAX_ID_BYTES = 256;

/** The text of one batch of facts. */
export const MAX_BATCH_BYTES = 60 * 1024;
export const MAX_BATCH_LINES = 100;
/** Maximum number of batches of one server that wait for our result. */
export const MAX_BATCHES = 8;

/** The text of one order to a server. Prosody ends a component's stream at a stanza of 512 KB. */
export const MAX_PAGE_BYTES = 60 * 1024;
/** Maximum number of ticks in one order to deliver. */
export const MAX_ORDERS = 100;
