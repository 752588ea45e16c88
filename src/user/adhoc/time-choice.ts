import type { Millis } from '../../message/time.ts';
import type { ChoiceField, Option } from '../../protocol/form.ts';
import { type Answers, textIn } from '../../protocol/form-answers.ts';
import type { WatchTime } from '../commands/command.ts';
import type { Language } from '../text/language.ts';
import { timeAlone } from '../text/read-time.ts';
import { lengthText } from '../text/watch-text.ts';

/** What people give most, as xs:duration. */
const LENGTHS: ReadonlyMap<string, Millis> = new Map([
  ['PT10M', 600_000],
  ['PT30M', 1_800_000],
  ['PT1H', 3_600_000],
  ['PT4H', 14_400_000],
  ['P1D', 86_400_000],
]);

/** As the bot proposes it where no time is named. */
const USUAL = 'PT30M';

export function lengthField(language: Language, others: readonly Option[] = []): ChoiceField {
  const { fields, watchNotes } = language.watchForms;
  const usual = [...LENGTHS].map(([value, ms]) => ({ value, label: lengthText(ms, language) }));
  return {
    type: 'list-single',
    name: 'length',
    label: fields.length,
    options: [...usual, ...others],
    values: [USUAL],
    ifWrong: watchNotes.badChoice,
  };
}

/** What was written goes before what was chosen. `undefined`: it names no time, or several. */
export function timeIn(answers: Answers): WatchTime | undefined {
  const written = textIn(answers, 'time');
  if (written !== undefined) return timeAlone(written);
  const ms = LENGTHS.get(textIn(answers, 'length') ?? USUAL);
  return ms === undefined ? undefined : { kind: 'within', ms };
}
