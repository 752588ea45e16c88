import type { Forms } from '../forms.ts';
import { watchForms } from './watch-forms.ts';

export const forms: Forms = {
  service: 'Message receipts',
  bot: 'Receipts',
  about:
    'I say what became of the messages that you send, and let you decide what others learn of those to you. Write “help” to me.',
  commands: {
    policy: {
      name: 'My policy',
      instructions: 'What senders learn about messages to you.',
    },
    'contact-policy': {
      name: 'Policy for a contact',
      instructions: 'What one contact, or everybody of a domain, learns about messages to you.',
    },
    questions: {
      name: 'My waiting questions',
      instructions: 'These senders ask whether you received their messages.',
    },
    status: {
      name: 'Status of messages',
      instructions: 'What became of your messages. Leave everything empty for the last ones.',
    },
    receipts: {
      name: 'Which receipts I want',
      instructions: 'What you learn about the messages that you send, and how.',
    },
    help: { name: 'Help', instructions: 'What you can do here.' },
    statistics: { name: 'Statistics', instructions: 'What waits and what was counted.' },
    ...watchForms.commands,
  },
  fields: {
    policy: 'Policy',
    peer: 'Contact or domain',
    exceptions: 'Exceptions so far',
    tellDeclined: 'Tell senders if I decline (say no, or refuse)',
    question: 'Question',
    answer: 'Answer',
    recipient: 'Recipient',
    id: 'Message id',
    statuses: 'Receipts when a message is',
    status: 'Status',
    at: 'When',
    condition: 'Reason',
    text: 'Write to me in words as well',
    inWords: 'In words when a message is',
    language: 'Language',
  },
  policies: {
    client: 'My app answers as it does',
    automatic: 'Senders learn that messages have reached me',
    manual: 'Ask me each time',
    refuse: 'Senders learn nothing but failures',
    default: 'The default here',
  },
  answers: { yes: 'Yes, I received it', no: 'No receipt', later: 'Ask me later' },
  allQuestions: 'All questions',
  asOperatorWants: 'The default here',
  notes: {
    canceled: 'Nothing was changed.',
    badPolicy: 'Please choose one of the policies in the list.',
    badPeer: 'Please enter the address of a contact, such as bob@example.org, or a domain.',
    badQuestion: 'Please choose one of the questions in the list.',
    badAnswer: 'Please choose yes, no or later.',
    badRecipient: 'Please enter an address such as bob@example.org, or leave it empty.',
    badStatuses: 'Please choose from the list only.',
    badBoolean: 'Please answer with true or false.',
    badLanguage: 'Please choose one of the languages in the list.',
    forbidden: 'This is for users of this server only.',
  },
};
