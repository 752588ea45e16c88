import type { HelpTexts, MisunderstoodTexts, UnreadTexts } from '../language.ts';

export const help: HelpTexts = {
  intro: 'I say what became of messages, and let you decide what senders learn. You can say:',
  sections: [
    {
      heading: 'Your messages',
      short: ['status', 'status bob@example.org', 'why', 'receipts', 'text on', 'text off'],
      lines: [
        { example: 'status', meaning: 'what became of your last messages' },
        { example: 'status bob@example.org', meaning: 'of the last ones to this contact' },
        {
          example: 'why bob@example.org',
          meaning: 'why you heard nothing of the last message to this contact; or: why',
        },
        { example: 'receipts', meaning: 'which receipts you get' },
        { example: 'receipts stored, failed', meaning: 'choose them (or: all, none, default)' },
        { example: 'text on', meaning: 'I also write to you in words (on, off, default)' },
        { example: 'text failed, lost', meaning: 'in words for these only (or: all)' },
      ],
    },
    {
      heading: 'Messages to you',
      short: ['policy', 'policy manual', 'questions', 'yes bob', 'no never'],
      lines: [
        { example: 'policy', meaning: 'what senders learn about messages to you' },
        {
          example: 'policy manual',
          meaning: 'choose it (my app or client, automatic, manual, refuse, default)',
        },
        { example: 'policy for bob@example.org refuse', meaning: 'another one for a contact' },
        { example: 'policy for example.net automatic', meaning: 'another one for a whole domain' },
        {
          example: 'declined tell',
          meaning: 'let senders know if you say no, or refuse (tell, silent, default)',
        },
        { example: 'questions', meaning: 'what senders ask you; answer yes, no or later' },
        { example: 'yes 1, 3', meaning: 'answer some of them, or by name: yes bob; all: yes all' },
        { example: 'yes always', meaning: 'answer, and do not be asked again; or: no, never' },
      ],
    },
    {
      heading: 'How I write',
      short: ['language zh'],
      lines: [
        { example: 'language zh', meaning: 'which language I write ({languages}, default)' },
        { example: 'zone', meaning: 'in which time zone I tell times' },
        { example: 'zone Europe/Berlin', meaning: 'choose it (or: +05:30, default)' },
      ],
    },
  ],
  forAdmins: {
    heading: 'For administrators',
    short: ['statistics'],
    lines: [{ example: 'statistics', meaning: 'what waits and what was counted' }],
  },
  policies: 'The policies:',
  all: 'Say “help all” to see everything and what it does.',
  brief: (words) =>
    `I understand: ${words.join(', ')}. Write “help all” to me to see what each of them does.`,
};

export const misunderstood: MisunderstoodTexts = {
  opening: (found) => `“${found}”: I do not understand that.`,
  empty: 'I found nothing to answer in your message.',
  doubt: (command) => `Did you mean “${command}”? Then say yes.`,
  couldSay: (commands) => `You could say “${commands.join('” or “')}”, for instance.`,
  askForHelp: 'Say “help” to see what I understand.',
};

export const unread: UnreadTexts = {
  encrypted:
    'I cannot read encrypted messages. Please turn encryption off in this chat and write it again.',
  correction: 'I do not read corrections. Please write it again as a new message.',
};
