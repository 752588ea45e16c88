import { fuzz, type Options, type Report } from './run.ts';
import type { Target } from './target.ts';
import { botText } from './targets/bot-text.ts';
import { feedBatches } from './targets/feed-batches.ts';
import { feedText } from './targets/feed-text.ts';
import { forms } from './targets/forms.ts';
import { logLines } from './targets/log-lines.ts';
import { moduleAnswers } from './targets/module-answers.ts';
import { settings } from './targets/settings.ts';
import { stanzas } from './targets/stanzas.ts';
import { streamBytes } from './targets/stream-bytes.ts';

export interface Fuzzing {
  readonly name: string;
  readonly about: string;
  readonly run: (options: Options) => Promise<Report>;
}

export const TARGETS: readonly Fuzzing[] = [
  ready(feedText),
  ready(moduleAnswers),
  ready(botText),
  ready(logLines),
  ready(settings),
  ready(streamBytes),
  ready(forms),
  ready(stanzas),
  ready(feedBatches),
];

function ready<Input>(target: Target<Input>): Fuzzing {
  const { name, about } = target;
  return { name, about, run: (options) => fuzz(target, options) };
}
