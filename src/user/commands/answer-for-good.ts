import type { BareJid } from '../../message/jid.ts';
import type { Policy } from '../../message/policy.ts';
import {
  type AnsweringParts,
  answerQuestions,
  doubtAbout,
  questionsChosen,
  shownQuestions,
} from './answering.ts';
import type { AnswerCommand } from './command.ts';
import { changePolicy, type PolicyParts, whyNotChanged } from './policy.ts';
import type { Reply } from './reply.ts';

/** What a sender learns of whom the recipient has said "always", or "never". */
const POLICY_FOR: Readonly<Record<'yes' | 'no', Policy>> = { yes: 'automatic', no: 'refuse' };

/** Answers what a sender asks, and makes an exception for that sender: both, or neither. */
export async function answerForGood(
  user: BareJid,
  { answer, which }: AnswerCommand,
  parts: AnsweringParts & PolicyParts,
): Promise<Reply> {
  const shown = await shownQuestions(user, parts);
  const doubt = doubtAbout(shown, { kind: 'answer', answer, which, forGood: true });
  const [first] = questionsChosen(shown, { which });
  if (doubt !== undefined || first === undefined || answer === 'later')
    return doubt ?? { kind: 'questions', questions: shown };
  const policy = POLICY_FOR[answer];
  const exception = { kind: 'set-exception', peer: first.sender, policy } as const;
  const refusal = await whyNotChanged(user, exception, parts);
  if (refusal !== undefined) return refusal;
  const answered = await answerQuestions(user, { kind: 'answer', answer, which }, parts);
  const changed = await changePolicy(user, exception, parts);
  if (answered.kind !== 'answered' || changed.kind !== 'policy') return changed;
  const { change = 'in-force' } = changed;
  return { ...answered, forGood: { contact: first.sender, change } };
}
