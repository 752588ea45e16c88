import type { Status } from '../../src/message/status.ts';
import type { ServerKind } from '../support/server/server.ts';
import { excusedBy, type Missing, type Restore, type Stop } from './excuses.ts';
import type { Story } from './ledger.ts';

/** What the store has of a message. */
export interface Kept {
  /** What the record proves at most; `undefined`: no server has said that it took the message. */
  readonly status: Status | undefined;
  /** The statuses that the daemon has told, or is about to tell. */
  readonly told: readonly Status[];
  /** The same, in words for people. */
  readonly inWords: readonly Status[];
}

export interface Matter {
  readonly story: Story;
  readonly kept: Kept;
  readonly server: ServerKind;
  /** The ends of the server. */
  readonly stops: readonly Stop[];
  /** When the store was put back to what it was. */
  readonly restores: readonly Restore[];
  /** The furthest status that the store had before. */
  readonly before?: Status | undefined;
  /** No device of the recipient is connected, and no session waits for one. */
  readonly isAway: boolean;
}

export type Sort =
  /** A receipt, a tick or a record says what is not so. */
  | 'wrong'
  /** Something was told twice, under two ids. */
  | 'duplicated'
  /** Something should be known or told, and is not. */
  | 'lost'
  /** The daemon did not say in its log what befell it. */
  | 'unsaid'
  /** The same, and an end of the server explains it (docs/servers.md). */
  | 'taken with the server'
  /** It happened between a backup and its restore: the store does not know of it. */
  | 'taken with the store'
  /** The server itself lost the message, and its sender was told so. */
  | 'lost by the server, and said'
  /** A device has the message, and could not say so before the server had to decide. */
  | 'had in secret'
  /** A receipt was on its way when the daemon or its link ended, and a further one came first. */
  | 'overtaken'
  /** The same stanza came again. */
  | 'repeated';

export type Rule = (matter: Matter) => readonly Finding[];

/** What must never be found. */
export const ANOMALIES: readonly Sort[] = ['wrong', 'duplicated', 'lost', 'unsaid'];

export interface Finding {
  readonly sort: Sort;
  readonly says: string;
  /** What is missing may still come. */
  readonly mayPass?: true;
  /** A store that has forgotten explains it. */
  readonly isOfMemory?: true;
}

export function wrong(says: string): Finding {
  return { sort: 'wrong', says };
}

export function missing(says: string, matter: Matter, what: Missing): Finding {
  return excusedOr({ sort: 'lost', says, mayPass: true }, matter, what);
}

export function excusedOr(finding: Finding, matter: Matter, what: Missing): Finding {
  const excuse = excusedBy(matter, what);
  return excuse === undefined
    ? finding
    : { ...finding, sort: 'taken with the server', says: `${finding.says} (${excuse})` };
}

export function wentBack(says: string): Finding {
  return { sort: 'wrong', says, isOfMemory: true };
}
