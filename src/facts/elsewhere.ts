import type { Stamp } from '../message/time.ts';
import type { ServerTime } from '../receipt/current-status.ts';
import type { HeardServer, Members } from '../store/members.ts';
import type { Completeness } from './completeness.ts';

/** Nothing was said of it: it may have facts of any time, on any node. */
const UNHEARD: ServerTime = { completeUpTo: 0, hasSeveralNodes: true };

/** How far the servers that other daemons of the store hear have told, as these daemons say. */
export class Elsewhere {
  readonly #members: Pick<Members, 'all'>;
  readonly #furthest = new Map<string, Stamp>();

  constructor(members: Pick<Members, 'all'>) {
    this.#members = members;
  }

  /** For answers. Like that of a server of our own it never goes back. */
  timeOf(server: string): ServerTime {
    const said = this.#said(server);
    const completeUpTo = Math.max(said.completeUpTo, this.#furthest.get(server) ?? 0);
    this.#furthest.set(server, completeUpTo);
    return { ...said, completeUpTo };
  }

  #said(server: string): ServerTime {
    const member = this.#members.all.find(({ domains }) => domains.includes(server));
    const heard = member?.heard.find(({ domain }) => domain === server);
    return heard === undefined ? UNHEARD : heard;
  }
}

/** The same of our own servers, for the other daemons. */
export function heardFrom(
  domains: readonly string[],
  completeness: Pick<Completeness, 'furthestUpTo' | 'mayHaveSeveralNodes'>,
): readonly HeardServer[] {
  return domains.flatMap((domain) => {
    const completeUpTo = completeness.furthestUpTo(domain);
    const hasSeveralNodes = completeness.mayHaveSeveralNodes(domain);
    return completeUpTo === undefined ? [] : [{ domain, completeUpTo, hasSeveralNodes }];
  });
}
