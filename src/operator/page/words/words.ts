import type { FactKind } from '../../../message/fact.ts';
import type { Status } from '../../../message/status.ts';
import type { Explained } from '../../../receipt/explain.ts';
import type { Reason } from '../../../telemetry/reasons.ts';
import type { Paste, Severity } from '../../doctor/finding.ts';

/** Everything that the page says, in one language. */
export interface Words {
  /** BCP 47. */
  readonly language: string;
  readonly own: string;
  readonly navigation: Readonly<Record<'overview' | 'questions' | 'search' | 'logOut', string>>;
  readonly login: Readonly<Record<'title' | 'token' | 'submit' | 'wrong' | 'where', string>> & {
    readonly tooMany: (seconds: number) => string;
  };
  readonly search: Readonly<Record<'label' | 'title' | 'nothing' | 'where', string>>;
  readonly live: Readonly<Record<'isLive' | 'isStill' | 'pause' | 'resume', string>>;
  readonly headings: Readonly<
    Record<'state' | 'funnel' | 'failures' | 'untold' | 'rates' | 'lag' | 'newest', string>
  >;
  readonly funnel: Readonly<Record<'accepted' | 'onItsWay' | 'delivered' | 'displayed', string>>;
  readonly columns: Readonly<
    Record<'accepted' | 'sender' | 'recipient' | 'id' | 'status' | 'senderKnows' | 'asked', string>
  >;
  readonly message: Readonly<
    Record<
      'title' | 'happened' | 'told' | 'toldInWords' | 'next' | 'tick' | 'question' | 'unknown',
      string
    >
  >;
  /** What `check` finds is said in English; around it stand these. */
  readonly findings: {
    readonly colours: Readonly<Record<Severity, string>>;
    readonly expected: string;
    readonly places: Readonly<Record<keyof Paste, string>>;
    readonly afterwards: string;
    readonly sum: (counts: Readonly<Record<Severity, number>>) => string;
  };
  readonly facts: string;
  readonly receipts: string;
  readonly median: string;
  readonly noQuestions: string;
  readonly questionsWait: string;
  readonly none: string;
  readonly upFor: (minutes: number) => string;
  readonly ofTheLast: (messages: number) => string;
  readonly waiting: (backlog: {
    readonly receipts: number;
    readonly ticks: number;
    readonly questions: number;
  }) => string;
  readonly statuses: Readonly<Record<Status, string>>;
  readonly kinds: Readonly<Record<FactKind, string>>;
  readonly reasons: Readonly<Record<Reason, string>>;
  readonly outcome: (telling: Explained['telling'], reason: string, time: string) => string;
}
