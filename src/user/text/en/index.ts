import type { Language } from '../language.ts';
import { forms } from './forms.ts';
import { help, misunderstood, unread } from './help.ts';
import { meeting } from './meeting.ts';
import { people } from './people.ts';
import { replies } from './replies.ts';
import { statuses } from './statuses.ts';
import { told } from './told.ts';
import { vocabulary } from './vocabulary.ts';
import { watch } from './watch.ts';
import { watchForms } from './watch-forms.ts';
import { why } from './why.ts';
import { whyWords } from './why-words.ts';
import { zone, zoneWords } from './zone.ts';

export const en: Language = {
  lang: 'en',
  name: 'English',
  called: ['en', 'english', 'englisch', '英文', '英语'],
  ...statuses,
  ...told,
  ...replies,
  help,
  meeting,
  misunderstood,
  unread,
  forms,
  people,
  why,
  watch,
  watchForms,
  zone,
  ...vocabulary,
  ...whyWords,
  ...zoneWords,
};
