import type { WatchForms } from '../watch-forms.ts';

export const watchForms: WatchForms = {
  commands: {
    why: {
      name: 'Warum habe ich nichts gehört?',
      instructions: 'Warum Sie von einer Ihrer Nachrichten nichts oder nichts mehr gehört haben.',
    },
    watch: {
      name: 'Eine Nachricht beobachten',
      instructions: 'Sie hören von einer Nachricht nur, wenn in der Zeit nichts daraus wurde.',
    },
    watches: {
      name: 'Was ich beobachte',
      instructions: 'Die Nachrichten, die Sie beobachten, und die, von denen ich berichtet habe.',
    },
    'watch-contact': {
      name: 'Einen Kontakt beobachten',
      instructions: 'Jede Nachricht an einen Kontakt wird von jetzt an beobachtet.',
    },
  },
  fields: {
    message: 'Nachricht',
    lastTo: 'Kontakt: die letzte Nachricht an ihn',
    watchedContact: 'Kontakt',
    goal: 'Melden, es sei denn',
    length: 'So lange ist Stille in Ordnung',
    otherLength: 'Oder eine andere Frist wie 45 Minuten',
    otherTime: 'Oder eine andere Zeit wie 45 Minuten oder 18:00',
    whatToDo: 'Was zu tun ist',
    howMuchLonger: 'Zum Warten: wie lange noch, wie 1 Stunde',
    watchedSoFar: 'Bisher beobachtet',
  },
  lastMessage: 'Die letzte',
  message: (recipient, time) => `an ${recipient}, ${time}`,
  told: (item) => `gemeldet: ${item}`,
  watchAnswers: {
    keep: 'Vorerst nichts',
    remind: 'Erinnern, wenn möglich',
    wait: 'Länger warten',
    drop: 'Nicht mehr beobachten',
  },
  watchNoMore: 'Nicht mehr beobachten',
  watchNotes: {
    badMessage: 'Bitte wählen Sie eine der Nachrichten aus der Liste.',
    badContact: 'Bitte geben Sie für den Kontakt eine Adresse wie bob@example.org ein.',
    badTime: 'Bitte geben Sie eine Zeit wie 45 Minuten oder 18:00 ein.',
    badLength: 'Bitte geben Sie eine Frist wie 45 Minuten ein.',
    badChoice: 'Bitte wählen Sie nur aus der Liste.',
  },
};
