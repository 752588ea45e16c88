import type { MessageKey } from '../message/key.ts';
import type { QuestionStore, WaitingQuestion } from '../store/question-store.ts';
import { type NewestParts, type NewMessage, newestMessages } from './newest.ts';
import { type DaemonStatus, daemonStatus, isReady, type StatusParts } from './status.ts';
import {
  lastMessages,
  type MessageSummary,
  type Timeline,
  timelineOf,
  type Wanted,
} from './timeline.ts';

/** What an operator may see and do. The command line, the page and other programs share it. */
export interface Operator {
  status(): Promise<DaemonStatus>;
  /** Whether it is connected, and the module of each domain has greeted it. */
  isReady(): boolean;
  /** Counts since the start, by what is counted. */
  counts(): DaemonStatus['counts'];
  /** `undefined`: no such message is kept, or it is not known to be accepted. */
  timeline(key: MessageKey): Promise<Timeline | undefined>;
  /** The last messages of a sender, the newest first. */
  lastMessages(wanted: Wanted): Promise<readonly MessageSummary[]>;
  /** The newest messages of all senders, or of those with that sender, recipient or id. */
  newestMessages(about: string | undefined, limit: number): Promise<readonly NewMessage[]>;
  /** Questions that wait for an answer, by recipient. */
  waitingQuestions(limit: number): Promise<readonly WaitingQuestion[]>;
}

/** What the verbs of an operator need. */
export interface OperatorParts extends StatusParts, NewestParts {
  readonly questions: Pick<QuestionStore, 'waitingForAll'>;
}

export function makeOperator(parts: OperatorParts): Operator {
  return {
    status: () => daemonStatus(parts),
    isReady: () => isReady(parts),
    counts: () => parts.counters.all(),
    timeline: (key) => timelineOf(key, parts),
    lastMessages: (wanted) => lastMessages(wanted, parts),
    newestMessages: (about, limit) => newestMessages(about, limit, parts),
    waitingQuestions: (limit) => parts.questions.waitingForAll(limit),
  };
}
