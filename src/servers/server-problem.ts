/** Why nothing can be told of a domain's users, for programs. */
export const SERVER_PROBLEMS = [
  /** It was asked and has not answered. */
  'not-yet',
  'silent',
  /** No server is found that has this domain. */
  'no-host',
  'no-module',
  /** The module takes orders from another component only. */
  'other-component',
  'failing',
  'other-feed',
  /** Its server spells the domain in another way. */
  'misspelt',
] as const;

export type ServerProblemReason = (typeof SERVER_PROBLEMS)[number];

export interface ServerProblem {
  readonly reason: ServerProblemReason;
  /** What was seen, and what to do. */
  readonly line: string;
}
