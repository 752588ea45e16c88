import type { BareJid } from '../../../src/message/jid.ts';
import type { Asking, Question, QuestionClaim } from '../../../src/store/question-store.ts';
import { ALICE, accepted, BOB, fact, HOUR, keyOf } from '../../support/facts.ts';
import { type Circumstances, NOW } from '../judging.ts';
import { actsOn, LEASE_UNTIL, type Subject } from './acts.ts';

/** Questions to Bob, who wants to be asked. */
export interface QuestionActs {
  manual(): Promise<void>;
  /** A message reached a device of his. */
  ask(id: string, asking?: Ask): Promise<void>;
  answer(id: string): Promise<void>;
  claim(changed?: Partial<QuestionClaim>): Promise<readonly Asking[]>;
  /** All that wait: number, sender and how many messages. */
  waiting(): Promise<readonly string[]>;
  shown(number: number): Promise<readonly string[]>;
}

export interface Ask extends Circumstances {
  readonly sender?: BareJid;
  readonly after?: number;
}

const QUESTION_CLAIM: QuestionClaim = {
  now: NOW,
  leaseUntil: LEASE_UNTIL,
  dueUntil: NOW,
  maxRecipients: 50,
  except: [],
};

export function questionActsOn(subject: Subject): QuestionActs {
  const { choose, tell } = actsOn(subject);
  const { current } = subject;
  return {
    manual: async () => {
      await choose(BOB, { policy: 'manual' });
    },
    ask: async (id, { sender = ALICE, after = 0, ...options } = {}) => {
      await tell(keyOf(id, sender), [accepted(after), fact('acked', after + 1)], options);
    },
    answer: async (id) => {
      await tell(keyOf(id), [fact('approved', HOUR)]);
    },
    claim: (changed = {}) => current().asking.claim({ ...QUESTION_CLAIM, ...changed }),
    waiting: async () => (await current().questions.waiting(BOB)).map(said),
    shown: async (number) =>
      (await current().questions.shownOf(BOB, number)).map(({ key }) => key.id),
  };
}

/** Number, sender and how many messages. */
export function said({ number, sender, messages }: Question): string {
  return `${number} ${sender.split('@')[0]} ${messages}`;
}
