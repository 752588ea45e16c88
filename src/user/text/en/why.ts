import type { WhyTexts } from '../why-text.ts';

export const why: WhyTexts = {
  told: (time) => `I told you so at ${time}.`,
  toldOnce: 'I told you so.',
  unheard: {
    'words-off':
      'I write no words about your messages, because words are off for you. To get them, say “text on”.',
    'not-wanted':
      'This is not among what I tell you in words. To see and change that, say “receipts”.',
    'not-named': 'Your app asked for certain receipts only, and this is none of them.',
    'app-shows-it':
      'Their app confirmed it, and your app shows that itself, as its tick or its sign for “read”.',
    'server-said-it': 'Your server said so to your app, which shows it itself.',
    waits: 'I tell you if it still waits after a while, and of several to one contact together.',
    'a-day-later':
      'I told you within the last day that messages to them wait. I tell you of this one if it still waits a day after that.',
    'once-a-day':
      'I told you within the last day that their app confirms nothing, and do not say it for each message.',
    soon: 'I wait a moment, because their app may still confirm it itself.',
    'not-then':
      'I wrote nothing when I learned it: words were off for that, or your app was to show it itself.',
  },
  presenceNotSeen: (recipients) =>
    `When you wrote, you did not see the presence of ${recipients}, so I may tell you only what your own server did, and what they say themselves. I may tell more to contacts who see each other online.`,
  nothingMore:
    'That is all that I may tell. Perhaps nothing more has happened yet, or it is not to be told.',
  none: 'I know of no such message of yours. I only learn of messages that ask for a receipt, which is a setting of your app, and older ones are forgotten after a while.',
};
