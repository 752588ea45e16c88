import type { MessageKey } from '../message/key.ts';
import {
  type DaemonState,
  type DaemonStatus,
  daemonState,
  daemonStatus,
  isReady,
  type StatusParts,
} from './status.ts';
import {
  lastMessages,
  type MessageSummary,
  type Timeline,
  type TimelineParts,
  timelineOf,
  type Wanted,
} from './timeline.ts';

/** What an operator may see and do. The command line, the page and other programs share it. */
export interface Operator {
  status(): Promise<DaemonStatus>;
  /** The same without what only the store knows: it may not answer now. */
  state(): DaemonState;
  /** Whether it is connected, and the module of each domain has greeted it. */
  isReady(): boolean;
  /** `undefined`: no such message is kept, or it is not known to be accepted. */
  timeline(key: MessageKey): Promise<Timeline | undefined>;
  /** The last messages of a sender, the newest first. */
  lastMessages(wanted: Wanted): Promise<readonly MessageSummary[]>;
}

/** What the verbs of an operator need. */
export interface OperatorParts extends StatusParts, TimelineParts {}

export function makeOperator(parts: OperatorParts): Operator {
  return {
    status: () => daemonStatus(parts),
    state: () => daemonState(parts),
    isReady: () => isReady(parts),
    timeline: (key) => timelineOf(key, parts),
    lastMessages: (wanted) => lastMessages(wanted, parts),
  };
}
