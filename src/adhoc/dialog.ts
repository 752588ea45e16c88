import type { Command } from '../commands/command.ts';
import type { Reply } from '../commands/reply.ts';
import type { Millis } from '../message/time.ts';
import type { Answers, DataForm, Table } from '../protocol/data-form.ts';
import type { Question } from '../store/question-store.ts';
import type { Language } from '../text/language.ts';

/** One user at one command. */
export interface Session {
  readonly perform: (command: Command) => Promise<Reply>;
  /** The questions that wait for the user; to look them up is not to show them. */
  readonly waiting: () => Promise<readonly Question[]>;
  readonly language: Language;
  readonly now: Millis;
}

/**
 * A command of at most one form. It is opened anew for each stanza, with what holds by then, so that nothing is kept between the
 * form and its answer: a restart in between is not noticed, and nobody can fill our memory with forms that are never answered.
 */
export interface Dialog {
  readonly open: (session: Session) => Promise<Stage>;
  /** For the answer, where to open it does something: nothing is shown then. */
  readonly reopen?: (session: Session) => Promise<Stage>;
}

export type Stage = FormStage | Done;

export interface FormStage {
  readonly kind: 'asking';
  readonly form: DataForm;
  /** Takes answers that keep to the form. */
  readonly accept: (answers: Answers) => Promise<Outcome>;
}

export type Outcome = Done | Wrong;

/** What came of it, in the order in which it was done. */
export interface Done {
  readonly kind: 'done';
  readonly replies: readonly Reply[];
  readonly table?: Table;
}

/** Nothing was done: the form is to be filled in otherwise. */
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

/** A command that asks for nothing. */
export function atOnce(command: Command): Dialog {
  return { open: async ({ perform }) => done(await perform(command)) };
}

/** Does one after the other. With nothing to do the answer is how things stand. */
export async function performAll(
  commands: readonly Command[],
  { perform, present }: { perform: Session['perform']; present: Reply },
): Promise<Done> {
  const replies: Reply[] = [];
  for (const command of commands) replies.push(await perform(command));
  return done(...(replies.length === 0 ? [present] : replies));
}
