import { forms } from './en/forms.ts';
import { help, misunderstood, unread } from './en/help.ts';
import { replies } from './en/replies.ts';
import { statuses } from './en/statuses.ts';
import { vocabulary } from './en/vocabulary.ts';
import type { Language } from './language.ts';

export const en: Language = {
  lang: 'en',
  name: 'English',
  ...statuses,
  ...replies,
  help,
  misunderstood,
  unread,
  forms,
  ...vocabulary,
};
