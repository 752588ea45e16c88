import type { BadCommand, CommandRequest } from '../../protocol/adhoc-command.ts';
import type { DataForm } from '../../protocol/form.ts';
import { type Answers, filledIn, mistakeIn } from '../../protocol/form-answers.ts';
import { type Dialog, type Done, type Session, type Stage, wrong } from './dialog.ts';

export type CommandStep = FormShown | Done | { readonly kind: 'canceled' } | BadCommand;

/** The form is shown, for the first time or again with a mistake. */
export interface FormShown {
  readonly kind: 'asking';
  readonly form: DataForm;
  readonly mistake?: string;
}

/** XEP-0050 §3.4: carries out the action that the user chose in the dialog. */
export async function runStep(
  { action, answers }: CommandRequest,
  dialog: Dialog,
  session: Session,
): Promise<CommandStep> {
  if (action === 'cancel') return { kind: 'canceled' };
  // A command has at most one form, so there is no step before it.
  if (action === 'prev') return { kind: 'bad', because: 'bad-action' };
  if (answers !== undefined) return take(answers, dialog, session);
  return action === 'execute' ? dialog.open(session) : goOn(dialog, session);
}

/** `next` and `complete` without a form fit only a command that has no form. */
async function goOn(dialog: Dialog, session: Session): Promise<CommandStep> {
  const stage = await reopened(dialog, session);
  return stage.kind === 'asking' ? { kind: 'bad', because: 'bad-payload' } : stage;
}

async function take(answers: Answers, dialog: Dialog, session: Session): Promise<CommandStep> {
  const stage = await reopened(dialog, session);
  if (stage.kind === 'done') return stage;
  const mistake = mistakeIn(answers, stage.form);
  const outcome = mistake === undefined ? await stage.accept(answers) : wrong(mistake);
  if (outcome.kind === 'done') return outcome;
  return again(await dialog.open(session), { answers, mistake: outcome.text });
}

function reopened(dialog: Dialog, session: Session): Promise<Stage> {
  return (dialog.reopen ?? dialog.open)(session);
}

/** The form again, filled in with the answers, so that the user corrects only the mistake. */
function again(
  stage: Stage,
  { answers, mistake }: { readonly answers: Answers; readonly mistake: string },
): CommandStep {
  return stage.kind === 'done'
    ? stage
    : { kind: 'asking', form: filledIn(stage.form, answers), mistake };
}
