import type { WatchGoal } from '../../../receipt/watch.ts';
import type { WatchTexts } from '../watch-texts.ts';
import { words } from './watch-words.ts';

const HAS: Readonly<Record<WatchGoal, string>> = {
  delivered: 'got',
  displayed: 'read',
  confirmed: 'confirmed',
};

export const watch: WatchTexts = {
  length: (count, unit) => `${count} ${unit}${count === 1 ? '' : 's'}`,
  overdue: {
    delivered: ({ recipient, time, length }) =>
      `No sign so far that ${recipient} got your message of ${time}; you gave it ${length}.`,
    displayed: ({ recipient, time, length }) =>
      `No sign so far that ${recipient} read your message of ${time}; you gave it ${length}.`,
    confirmed: ({ recipient, time, length }) =>
      `No word so far from ${recipient} about your message of ${time}; you gave it ${length}.`,
  },
  howToAnswer: (length) =>
    `You can answer: remind (I remind them if I can), wait (${length} more, or for instance “wait 1 hour”), or drop.`,
  begun: {
    delivered: ({ recipient, time, deadline }) =>
      `I tell you if there is no sign by ${deadline} that ${recipient} got your message of ${time}. Else you hear nothing.`,
    displayed: ({ recipient, time, deadline }) =>
      `I tell you if there is no sign by ${deadline} that ${recipient} read your message of ${time}. Else you hear nothing.`,
    confirmed: ({ recipient, time, deadline }) =>
      `I tell you if no word from ${recipient} comes by ${deadline} about your message of ${time}. Else you hear nothing.`,
  },
  dropped: ({ recipient, time }) =>
    `Done: I do not watch your message of ${time} to ${recipient} any more.`,
  reminding: (recipient) => `I remind ${recipient} if I can.`,
  reminder: ({ sender, time }) => `${sender} asks me to remind you of their message of ${time}.`,
  listed: 'You watch:',
  item: ({ recipient, time, deadline }) =>
    `${recipient}: your message of ${time}, until ${deadline}`,
  rule: (contact, length) => `${contact}: each message, for ${length}`,
  ruleKept: (contact, length) =>
    `From now on I watch each message to ${contact} that asks for a receipt, for ${length}. “stop watching ${contact}” ends that.`,
  ruleGone: (contact) => `Done: new messages to ${contact} are not watched.`,
  nothing:
    'You watch nothing. Say, for instance: tell me if bob@example.org has not read it in 30 minutes',
  nothingToAnswer: 'I have told you of no message that waits for this answer.',
  tooMany:
    'You watch as many messages as you can at a time. Drop some first; “watches” lists them.',
  tooLong: 'I do not keep messages for that long. Name a shorter time.',
  goals: {
    delivered: 'it got there',
    displayed: 'it was read',
    confirmed: 'the recipient says so',
  },
  commands: {
    one: (recipient, goal, when) =>
      `tell me if ${recipient === '' ? 'they' : recipient} has not ${HAS[goal]} it ${when}`,
    contact: (contact, goal, length) =>
      `watch ${contact} ${length}${goal === 'delivered' ? '' : ` ${HAS[goal]}`}`,
    within: (length) => `in ${length}`,
    at: (clock) => `by ${clock}`,
  },
  words,
};
