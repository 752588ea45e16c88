import type { DataForm } from '../../protocol/form.ts';
import type { Answers } from '../../protocol/form-answers.ts';
import type { Table } from '../../protocol/table.ts';
import type { Question } from '../../store/question-store.ts';
import type { Command } from '../commands/command.ts';
import type { Reply } from '../commands/reply.ts';
import type { Language } from '../text/language.ts';
import type { Clock } from '../text/moment.ts';

/** What a dialog can use: one user with one command. */
export interface Session {
  readonly perform: (command: Command) => Promise<Reply>;
  /** The questions that wait for the user. To look them up does not mark them as shown. */
  readonly waiting: () => Promise<readonly Question[]>;
  readonly language: Language;
  readonly now: Clock;
}

/**
 * A command with at most one form. It is opened again for each stanza, with the data of that
 * moment. So we keep nothing between a form and its answer: a restart in between does no harm, and
 * forms that nobody answers use no memory.
 */
export interface Dialog {
  readonly open: (session: Session) => Promise<Stage>;
  /** Opens it for the answer, if `open` has an effect that must not happen twice. */
  readonly reopen?: (session: Session) => Promise<Stage>;
}

export type Stage = FormStage | Done;

export interface FormStage {
  readonly kind: 'asking';
  readonly form: DataForm;
  /** Takes the answers, after they were checked against the form. */
  readonly accept: (answers: Answers) => Promise<Outcome>;
}

export type Outcome = Done | Wrong;

/** The results, in the order in which the commands were carried out. */
export interface Done {
  readonly kind: 'done';
  readonly replies: readonly Reply[];
  readonly table?: Table;
}

/** Nothing was done: the user must correct the form. */
export interface Wrong {
  readonly kind: 'wrong';
  readonly text: string;
}

export function done(...replies: readonly Reply[]): Done {
  return { kind: 'done', replies };
}

export function wrong(text: string): Wrong {
  return { kind: 'wrong', text };
}

/** A command without a form. */
export function atOnce(command: Command): Dialog {
  return { open: async ({ perform }) => done(await perform(command)) };
}

/** Carries out one command after the other. Without any, the reply is the present state. */
export async function performAll(
  commands: readonly Command[],
  { perform, present }: { perform: Session['perform']; present: Reply },
): Promise<Done> {
  const replies: Reply[] = [];
  for (const command of commands) replies.push(await perform(command));
  return done(...(replies.length === 0 ? [present] : replies));
}
