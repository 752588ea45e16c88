import type { WhyWords } from '../vocabulary.ts';

export const whyWords: WhyWords = {
  silence: [
    ...['nicht', 'gar nichts', 'etwas', 'höre', 'hörte', 'hören', 'gehört', 'kommt', 'kam', 'weiß'],
    ...[
      'antwort',
      'antworten',
      'antwortet',
      'geantwortet',
      'reagiert',
      'häkchen',
      'haken',
      'reaktion',
    ],
    ...[
      'rückmeldung',
      'meldung',
      'neues',
      'gibt',
      'mir',
      'mich',
      'noch',
      'immer noch',
      'bisher',
      'da',
    ],
    ...[
      'letzte',
      'letzten',
      'zur',
      'zum',
      'auf',
      'still',
      'stumm',
      'er',
      'keinen',
      'kein',
      'hat',
      'zurück',
    ],
  ],
  naming: [...['von', 'an', 'für', 'hat', 'bei', 'antwortet', 'reagiert', 'ist']],
};
