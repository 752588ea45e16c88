/**
 * Microseconds since 1970 by the clock of the server that saw it. They only increase in a domain.
 */
export type Stamp = number;

/** Milliseconds since 1970 by our own clock, or a length of time in milliseconds. */
export type Millis = number;
