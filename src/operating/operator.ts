import { type DaemonStatus, daemonStatus, isReady, type StatusParts } from './status.ts';

/** What an operator may see and do. The command line, the page and other programs share it. */
export interface Operator {
  status(): Promise<DaemonStatus>;
  /** Whether it is connected, and the module of each domain has greeted it. */
  isReady(): boolean;
}

/** What the verbs of an operator need. */
export interface OperatorParts extends StatusParts {}

export function makeOperator(parts: OperatorParts): Operator {
  return {
    status: () => daemonStatus(parts),
    isReady: () => isReady(parts),
  };
}
