import type { Language } from './language.ts';
import { forms } from './zh/forms.ts';
import { help, misunderstood, unread } from './zh/help.ts';
import { replies } from './zh/replies.ts';
import { statuses } from './zh/statuses.ts';
import { vocabulary } from './zh/vocabulary.ts';

export const zh: Language = {
  lang: 'zh',
  name: '中文',
  ...statuses,
  ...replies,
  help,
  misunderstood,
  unread,
  forms,
  ...vocabulary,
};
