export type Severity = 'green' | 'amber' | 'red';

/** A line of the answer: what was seen of one thing, and what to do about it. */
export interface Finding {
  readonly severity: Severity;
  /** What was looked at: `settings`, `store`, `server`, or a domain. */
  readonly about: string;
  readonly seen: string;
  /** What should have been seen; only where something is not green. */
  readonly expected?: string;
  /** The lines to paste into the configuration of either server. */
  readonly paste?: Paste;
}

export interface Paste {
  readonly prosody: string;
  readonly ejabberd: string;
}

/** Amber is worth a look, but messages are told of. */
export function isWell(findings: readonly Finding[]): boolean {
  return findings.every(({ severity }) => severity !== 'red');
}
