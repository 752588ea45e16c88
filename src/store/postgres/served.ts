/** Whom a daemon works for: what is due to these is lent to it, and nothing else. */
export interface Served {
  /** Our name for the server. Our own time and the names of policies are kept for it. */
  readonly component: string;
  /** The domains of the users that it can reach. */
  readonly domains: readonly string[];
}

/** A program that only looks into the store. */
export const NOBODY: Served = { component: '', domains: [] };

/** Whose clock a message waits for. Of one that was kept before several daemons nobody knows it. */
export function serversOf({ domains }: Served): readonly string[] {
  return [...domains, ''];
}
