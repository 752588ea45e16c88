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

export const de: Language = {
  lang: 'de',
  name: 'Deutsch',
  called: ['de', 'deutsch', 'german', '德文', '德语'],
  surely:
    /(?<![\p{L}\p{N}.@_-])(nein|hilfe|später|ich|nicht|erhalten|angekommen|fragen|richtlinie|sprache)(?![\p{L}\p{N}@_-])/iu,
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
