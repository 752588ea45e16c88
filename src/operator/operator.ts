import type { BareJid } from '../message/jid.ts';
import type { MessageKey } from '../message/key.ts';
import type { Spelling } from '../protocol/spelling/spelling.ts';
import type { Forgetting } from '../store/members.ts';
import type { QuestionStore, WaitingQuestion } from '../store/question-store.ts';
import type { StoreCopies } from '../store/store-copies.ts';
import type { Happenings, Watching } from '../telemetry/happenings.ts';
import { type ExportParts, messagesOf, type Person, personOf } from './export.ts';
import { type NewestParts, type NewMessage, newestMessages } from './newest.ts';
import {
  type Chooser,
  type ChooserPage,
  choosersOf,
  type PoliciesParts,
  type PolicyOrder,
  type PolicySet,
  policyOf,
  setPolicy,
} from './policies.ts';
import {
  type Pruned,
  type PruneOrder,
  type PruningParts,
  pruneSome,
  type WhatGoes,
  whatGoes,
} from './pruning.ts';
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
  timelineOf,
  type Wanted,
} from './timeline.ts';

import { type WaitingParts, type WhatWaits, whatWaits } from './waiting.ts';

/** What an operator may see and do. The command line, the page and other programs share it. */
export interface Operator {
  status(): Promise<DaemonStatus>;
  /** The status without what only the store knows: the store may not answer now. */
  state(): DaemonState;
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
  /** What waits, of all or of one person, and why. */
  whatWaits(user: BareJid | undefined, limit: number): Promise<WhatWaits>;
  /** What happens from now on, for one user or all. `undefined`: too many watch already. */
  watch(user: string | undefined): Watching | undefined;
  /** What a user lets senders know. `undefined`: it is no user of ours. */
  policyOf(user: BareJid): Promise<Chooser | undefined>;
  /**
   * Sets a policy in the same way as the user's own command, and the bot tells the user.
   * `undefined`: the user is none of ours.
   */
  setPolicy(order: PolicyOrder): Promise<PolicySet | undefined>;
  /** A page of a domain's users who have a policy. */
  choosersOf(page: ChooserPage): Promise<readonly Chooser[]>;
  /** What is kept of a person, but for the messages. */
  personOf(user: BareJid): Promise<Person>;
  /** The lives of all messages that the person sent or got, one after the other. */
  messagesOf(user: BareJid): AsyncIterable<Timeline>;
  /** A copy of the store as it is now, or why there is none. */
  copyStore(): ReturnType<StoreCopies['make']>;
  /** What such an order would remove. */
  whatGoes(order: PruneOrder): Promise<WhatGoes>;
  /** A daemon of the store that is silent is none any more. */
  forgetMember(component: string): Promise<Forgetting>;
  /** Removes for half a second; to be called again while there is more. */
  prune(order: PruneOrder): Promise<Pruned>;
}

export interface OperatorParts extends StatusParts, NewestParts, ExportParts, WaitingParts {
  readonly happenings: Pick<Happenings, 'watch'>;
  readonly spell: Spelling;
  readonly forgetMember: Operator['forgetMember'];
  readonly policies: PoliciesParts;
  readonly pruning: PruningParts;
  readonly copies: Pick<StoreCopies, 'make'>;
  readonly upkeep: StatusParts['upkeep'];
  readonly records: NewestParts['records'];
  readonly survey: ExportParts['survey'] & WaitingParts['survey'];
  readonly questions: Pick<QuestionStore, 'waiting' | 'waitingForAll'>;
}

export function operatorWith(parts: OperatorParts): Operator {
  return {
    status: () => daemonStatus(parts),
    state: () => daemonState(parts),
    isReady: () => isReady(parts),
    counts: () => parts.counters.all(),
    timeline: (key) => timelineOf(key, parts),
    lastMessages: (wanted) => lastMessages(wanted, parts),
    watch: (user) => parts.happenings.watch(user && parts.spell(user)),
    policyOf: (user) => policyOf(user, parts.policies),
    setPolicy: (order) => setPolicy(order, parts.policies),
    choosersOf: (page) => choosersOf(page, parts.policies),
    personOf: (user) => personOf(user, parts),
    messagesOf: (user) => messagesOf(user, parts),
    whatWaits: (user, limit) => whatWaits(user, limit, parts),
    forgetMember: (component) => parts.forgetMember(component),
    copyStore: () => parts.copies.make(),
    whatGoes: (order) => whatGoes(order, parts.pruning),
    prune: (order) => pruneSome(order, parts.pruning),
    newestMessages: (about, limit) => newestMessages(about, limit, parts),
    waitingQuestions: (limit) => parts.questions.waitingForAll(undefined, limit),
  };
}
