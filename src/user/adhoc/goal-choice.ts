import type { ChoiceField } from '../../protocol/form.ts';
import { type Answers, oneOf } from '../../protocol/form-answers.ts';
import { WATCH_GOALS, type WatchGoal } from '../../receipt/watch.ts';
import type { Language } from '../text/language.ts';

/** What people mostly wait for. */
const USUAL: WatchGoal = 'displayed';

export function goalField({ watch, watchForms }: Language): ChoiceField {
  return {
    type: 'list-single',
    name: 'goal',
    label: watchForms.fields.goal,
    options: WATCH_GOALS.map((value) => ({ value, label: watch.goals[value] })),
    values: [USUAL],
    ifWrong: watchForms.watchNotes.badChoice,
  };
}

export function goalIn(answers: Answers): WatchGoal {
  return oneOf(WATCH_GOALS, answers, 'goal') ?? USUAL;
}
