import type { WatchForms } from '../watch-forms.ts';

export const watchForms: WatchForms = {
  commands: {
    why: {
      name: 'Why did I hear nothing?',
      instructions: 'Why you heard nothing, or no more, of a message that you sent.',
    },
    watch: {
      name: 'Watch a message',
      instructions: 'You hear of a message only if nothing came of it in time.',
    },
    watches: {
      name: 'What I watch',
      instructions: 'The messages that you watch, and those of which I told you.',
    },
    'watch-contact': {
      name: 'Watch a contact',
      instructions: 'Each message to a contact is watched from now on.',
    },
  },
  fields: {
    message: 'Message',
    lastTo: 'Contact: the last message to them',
    watchedContact: 'Contact',
    goal: 'Tell me, unless',
    length: 'How long silence is fine',
    otherLength: 'Or for another time, such as 45 minutes',
    otherTime: 'Or another time, such as 45 minutes or 18:00',
    whatToDo: 'What to do',
    howMuchLonger: 'To wait: how much longer, such as 1 hour',
    watchedSoFar: 'Watched so far',
  },
  lastMessage: 'The last one',
  message: (recipient, time) => `to ${recipient}, ${time}`,
  told: (item) => `I told you: ${item}`,
  watchAnswers: {
    keep: 'Nothing for now',
    remind: 'Remind them if you can',
    wait: 'Wait longer',
    drop: 'Do not watch it any more',
  },
  watchNoMore: 'Do not watch them any more',
  watchNotes: {
    badMessage: 'Please choose one of the messages in the list.',
    badContact: 'Please enter an address such as bob@example.org for the contact.',
    badTime: 'Please enter one time, such as 45 minutes or 18:00.',
    badLength: 'Please enter one length of time, such as 45 minutes.',
    badChoice: 'Please choose from the list only.',
  },
};
