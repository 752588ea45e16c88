import type { Question } from '../../store/question-store.ts';
import type { AnswerCommand, Command } from '../commands/command.ts';
import type { ReadAnswer } from './answers.ts';

/** Where a talk stands: the same words mean more after a question than after anything else. */
export interface Situation {
  readonly said: Said;
  /** The questions that wait and that this person was shown; or those of them that are spoken of. */
  readonly questions: readonly Pick<Question, 'number' | 'sender'>[];
  /** A reply or a reaction says which questions are spoken of. */
  readonly isNarrow?: boolean;
}

/** What the bot said last to a person. `unknown`: it does not remember. */
export type Said =
  | { readonly kind: 'question' | 'other' | 'unknown' }
  /** That nothing came of a message in time: `id` is that of the notice. */
  | { readonly kind: 'notice'; readonly id: string }
  /** A question, to which this person comes back, and which does not wait any more. */
  | { readonly kind: 'closed' }
  /** It asked whether that command was meant. */
  | { readonly kind: 'proposal'; readonly command: Command };

/** Only a "thanks": it needs no answer. */
export interface Courtesy {
  readonly kind: 'courtesy';
}

/** Probably meant, but not said: a plain yes is enough. */
export interface Doubt {
  readonly kind: 'doubtful';
  readonly command: Command;
}

/** What was proposed is not meant. */
export interface AskAgain {
  readonly kind: 'ask-again';
}

/** The answer is about a question that does not wait any more. */
export interface Closed {
  readonly kind: 'closed';
}

type Outcome = Command | Doubt | Courtesy | AskAgain | Closed;

const COURTESY: Courtesy = { kind: 'courtesy' };
const YES: AnswerCommand = { kind: 'answer', answer: 'yes', which: 'only' };

/** What an answer comes to. Words that are only loosely one count after the question alone. */
export function answered({ command, clarity }: ReadAnswer, situation: Situation): Outcome {
  const { said } = situation;
  if (said.kind === 'closed') return said;
  if (said.kind === 'proposal' && isBare(command))
    return afterProposal({ command, clarity }, said.command);
  return clarity === 'clear' ? command : unclear({ command, clarity }, situation);
}

function unclear({ command, clarity }: ReadAnswer, situation: Situation): Outcome {
  const { said, questions } = situation;
  if (questions.length === 0) return isCourtesy(command, said) ? COURTESY : command;
  const isEnough = clarity === 'loose' && said.kind === 'question';
  return isEnough || namesNone(command, situation) ? command : doubt(command);
}

/** Thanks, smiles and other pictures: `undefined` if they say nothing here. */
export function vague(isPolite: boolean, situation: Situation): Outcome | undefined {
  const { said, questions } = situation;
  if (said.kind === 'closed') return said;
  if (said.kind === 'proposal' && said.command.kind === 'answer') return doubt(said.command);
  const mayAnswer = questions.length > 0 && said.kind !== 'other';
  if (mayAnswer) return namesNone(YES, situation) ? YES : doubt(YES);
  return isPolite ? COURTESY : undefined;
}

/** In a reply to a question, "yes" is about that question, and not about all. */
export function narrowed(command: Command, situation: Situation): Command {
  const { questions, isNarrow } = situation;
  if (!isNarrow || command.kind !== 'answer' || Array.isArray(command.which)) return command;
  const which = questions.map(({ number }) => number);
  return namesNone(command, situation) ? command : { ...command, which };
}

/** Several ask, and the answer names none: whoever carries it out asks which is meant. */
export function namesNone({ which }: AnswerCommand, { questions }: Situation): boolean {
  return which === 'only' && new Set(questions.map(({ sender }) => sender)).size > 1;
}

/** A no may also mean "that is not what I meant": the question is put again. */
function afterProposal({ command, clarity }: ReadAnswer, proposed: Command): Outcome {
  if (command.answer === 'later') return command;
  if (command.answer === 'no') return { kind: 'ask-again' };
  // Loose words never change a policy.
  const isEnough = clarity === 'clear' || (proposed.kind === 'answer' && !proposed.forGood);
  return isEnough ? proposed : doubt(proposed);
}

function isBare({ which, forGood }: AnswerCommand): boolean {
  return which === 'only' && forGood !== true;
}

function isCourtesy({ answer, forGood }: AnswerCommand, { kind }: Said): boolean {
  return kind === 'other' && answer === 'yes' && forGood !== true;
}

function doubt(command: Command): Doubt {
  return { kind: 'doubtful', command };
}
