export const SEVERITIES = ['green', 'amber', 'red'] as const;

export type Severity = (typeof SEVERITIES)[number];

/** A line of the answer: what was seen of one thing, and what to do about it. */
export interface Finding {
  /** The row of the table in findings.ts, by which docs/check.md and programs know it. */
  readonly name: string;
  readonly severity: Severity;
  /** What was looked at: `settings`, `store`, `server`, a domain or a user. */
  readonly about: string;
  readonly seen: string;
  /** What should have been seen; only where something is not green. */
  readonly expected?: string;
  readonly paste?: Paste;
}

/** Lines that mend it: in the configuration of either server, or in our settings. */
export interface Paste {
  readonly prosody?: string;
  readonly ejabberd?: string;
  readonly settings?: string;
}

/** Amber is worth a look, but messages are told of. */
export function isWell(findings: readonly Finding[]): boolean {
  return findings.every(({ severity }) => severity !== 'red');
}
