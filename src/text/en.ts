import type { Asked, Language } from './language.ts';

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

function about({ messages, from, to }: Asked): string {
  const when = to === undefined ? from : `${from} to ${to}`;
  return messages === 1 ? `the message of ${when}` : `${messages} messages of ${when}`;
}

export const en: Language = {
  lang: 'en',
  name: 'English',
  statuses: {
    accepted: ({ time, recipient }) =>
      `Accepted: the server took your message of ${time} to ${recipient}.`,
    relayed: ({ time, recipient }) =>
      `Relayed: your message of ${time} to ${recipient} was handed to their server.`,
    sent: ({ time, recipient }) =>
      `Sent: your message of ${time} went out to ${recipient}; nothing says yet that it arrived.`,
    stored: ({ time, recipient }) =>
      `Stored: your message of ${time} to ${recipient} waits until they are online.`,
    failed: ({ time, recipient, condition }) =>
      `Failed: your message of ${time} to ${recipient} could not be delivered (${condition}).`,
    lost: ({ time, recipient }) =>
      `Lost: your message of ${time} went out to ${recipient} but never arrived.`,
    expired: ({ time, recipient }) =>
      `Expired: nothing was heard of your message of ${time} to ${recipient}.`,
    delivered: ({ time, recipient }) =>
      `Delivered: your message of ${time} reached a device of ${recipient}.`,
    displayed: ({ time, recipient }) =>
      `Displayed: your message of ${time} was shown to ${recipient}.`,
    declined: ({ time, recipient }) =>
      `Declined: ${recipient} gives no receipt for your message of ${time}.`,
    confirmed: ({ time, recipient }) =>
      `Confirmed: ${recipient} says that your message of ${time} arrived.`,
  },
  more: (count) => `… and ${count} more.`,
  date: ({ year, month, day, time }) => {
    const date = `${day} ${MONTHS[month - 1]}`;
    return year === undefined ? `${date}, ${time}` : `${date} ${year}, ${time}`;
  },
  policies: {
    client: { name: 'client', meaning: 'your app answers senders, as it does without us' },
    automatic: {
      name: 'automatic',
      meaning: 'senders learn that a message has reached you, even if your app does not tell',
    },
    manual: {
      name: 'manual',
      meaning: 'senders learn that a message arrived only when I ask you and you say yes',
    },
    refuse: { name: 'refuse', meaning: 'senders learn only when a message could not be delivered' },
  },
  statusNames: {
    accepted: { name: 'accepted', meaning: 'the server took the message' },
    relayed: { name: 'relayed', meaning: "it was handed to the recipient's server" },
    sent: { name: 'sent', meaning: 'it went out; nothing says yet that it arrived' },
    stored: { name: 'stored', meaning: 'it waits until the recipient is online' },
    failed: { name: 'failed', meaning: 'it could not be delivered' },
    lost: { name: 'lost', meaning: 'it went out but never arrived' },
    expired: { name: 'expired', meaning: 'nothing was heard of it for a long time' },
    delivered: { name: 'delivered', meaning: 'it reached a device of the recipient' },
    displayed: { name: 'displayed', meaning: 'it was shown to the recipient' },
    declined: { name: 'declined', meaning: 'the recipient gives no receipt' },
    confirmed: { name: 'confirmed', meaning: 'the recipient says that it arrived' },
  },
  questions: {
    one: (asked) => `${asked.sender} asks whether you received ${about(asked)}.`,
    several: 'These senders ask whether you received their messages:',
    item: (number, asked) => `${number}. ${asked.sender}, ${about(asked).replace(/^the /, '')}`,
    more: (count) => `… and ${count} more, say “questions”.`,
    howToAnswerOne: 'Answer yes, no or later.',
    howToAnswerSeveral: (first, second) =>
      `Answer for instance: yes ${first}, no ${second}, or later all.`,
    none: 'No question waits for you.',
    which: 'Several questions wait for you. Please say which one you mean:',
    noSuch: (number) => `There is no question ${number}.`,
    answered: {
      yes: (asked) => `Thank you. ${asked.sender} will learn that you received ${about(asked)}.`,
      no: (asked) => `All right. ${asked.sender} gets no receipt for ${about(asked)}.`,
      later: (asked) =>
        `All right. I will ask you about ${about(asked)} from ${asked.sender} later.`,
    },
    answeredSeveral: {
      yes: 'Thank you. These senders will learn that you received their messages:',
      no: 'All right. These senders get no receipt:',
      later: 'All right. I will ask you again later about these:',
    },
  },
  policy: {
    inForce: ({ name, meaning }) => `Your policy is ${name}: ${meaning}.`,
    byDefault: 'You have not chosen it yourself; it is the default here.',
    locked: 'It is the same for everybody here and cannot be changed.',
    exceptions: 'With these exceptions:',
    exception: (peer, policy) => `${peer}: ${policy}`,
    tellsDeclined: 'If you decline (say no, or refuse), the sender is told.',
    hidesDeclined: 'If you decline (say no, or refuse), the sender is not told.',
    changed: {
      'in-force': 'Done. From now on this holds.',
      kept: 'Saved. It will hold as soon as the server has it; it cannot be reached just now.',
    },
  },
  receipts: {
    wanted: (statuses) => `You get receipts when a message is: ${statuses.join(', ')}.`,
    none: 'You get no receipts.',
    byDefault: 'You have not chosen these yourself; they are the default here.',
    withText: 'They come in words as well.',
    withoutText: 'They come without words, for apps that show them by themselves.',
    language: (name) => `I write to you in ${name}.`,
    changed: 'Done.',
  },
  status: {
    none: 'I know of no such message of yours that asked for a receipt. Older ones are forgotten after a while.',
  },
  statistics: {
    waiting: 'Waiting:',
    backlog: { receipts: 'receipts to send', ticks: 'ticks to deliver', questions: 'questions' },
    counted: 'Since the start:',
    nothingCounted: 'Nothing has been counted since the start.',
    line: (name, count) => `${name}: ${count}`,
  },
  refusals: {
    locked: 'The policy is the same for everybody here and cannot be changed.',
    'admins-only': 'Only the administrators can see that.',
    'too-many-exceptions':
      'You have as many exceptions as there can be. Take one away first, for instance: policy for bob@example.org default',
    'store-fails': 'Sorry, I cannot do that just now. Please say it again in a minute.',
    'too-many-commands': 'That is more than I can answer just now. Please try again in a minute.',
  },
  help: {
    intro: 'I tell what became of messages, and let you decide what senders learn. You can say:',
    commands: [
      { example: 'policy', meaning: 'what senders learn about messages to you' },
      {
        example: 'policy manual',
        meaning: 'choose it (client, automatic, manual, refuse, default)',
      },
      { example: 'policy for bob@example.org refuse', meaning: 'another one for a contact' },
      { example: 'policy for example.net automatic', meaning: 'another one for a whole domain' },
      {
        example: 'declined tell',
        meaning: 'let senders know if you say no, or refuse (tell, silent, default)',
      },
      { example: 'questions', meaning: 'what senders ask you; answer yes, no or later' },
      { example: 'yes 1, 3', meaning: 'answer some of them; or all: yes all' },
      { example: 'status', meaning: 'what became of your last messages' },
      { example: 'status bob@example.org', meaning: 'of the last ones to this contact' },
      { example: 'receipts', meaning: 'which receipts you get' },
      { example: 'receipts stored, failed', meaning: 'choose them (or: all, none, default)' },
      { example: 'text on', meaning: 'receipts in words as well (on, off, default)' },
      { example: 'language zh', meaning: 'which language I write (en, zh, default)' },
    ],
    forAdmins: [{ example: 'statistics', meaning: 'what waits and what was counted' }],
    policies: 'The policies:',
  },
  misunderstood: {
    opening: (found) => `I do not understand “${found}”.`,
    empty: 'I found nothing to answer in your message.',
    didYouMean: (command) => `Did you mean: ${command}`,
    couldSay: (commands) => `You could say: ${commands.join(' – or: ')}`,
    askForHelp: 'Say “help” to see what I understand.',
  },
  forms: {
    service: 'Message receipts',
    bot: 'Receipts',
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
      text: 'Receipts in words as well',
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
    languages: { en: 'English', zh: '中文', default: 'The default here' },
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
  },
  words: {
    help: ['help', 'commands', 'usage', 'menu'],
    policy: ['policy', 'policies'],
    declined: ['declined', 'refusal', 'refusals'],
    questions: ['questions', 'question', 'waiting', 'pending'],
    status: ['status', 'statuses'],
    receipts: ['receipts', 'receipt'],
    text: ['text', 'texts', 'words'],
    language: ['language', 'lang'],
    statistics: ['statistics', 'stats'],
    yes: ['yes', 'y', 'yep', 'yeah', 'received', 'confirm'],
    no: ['no', 'n', 'nope', 'decline'],
    later: ['later', 'not now', 'not yet'],
    all: ['all', 'everything'],
    none: ['none', 'nothing'],
    for: ['for', 'towards', 'contact', 'domain'],
    upTo: ['to', 'till', 'until', 'through'],
    on: ['on', 'enable', 'enabled'],
    off: ['off', 'disable', 'disabled'],
    tell: ['tell', 'told'],
    silent: ['silent', 'silence', 'hide', 'quiet'],
    default: ['default', 'defaults', 'reset', 'standard'],
    client: ['client', 'app'],
    automatic: ['automatic', 'auto', 'automatically'],
    manual: ['manual', 'ask', 'ask me', 'manually'],
    refuse: ['refuse', 'refused', 'never'],
    accepted: ['accepted'],
    relayed: ['relayed'],
    sent: ['sent'],
    stored: ['stored'],
    failed: ['failed', 'failure', 'failures', 'errors'],
    lost: ['lost'],
    expired: ['expired'],
    delivered: ['delivered'],
    displayed: ['displayed', 'shown', 'read'],
    confirmed: ['confirmed'],
    en: ['en', 'english', 'englisch'],
    zh: ['zh', 'chinese', 'zh cn', 'zh hans'],
  },
  fillers: [
    'please',
    'thanks',
    'thank you',
    'and',
    'number',
    'numbers',
    'nr',
    'the',
    'of',
    'with',
    '🙂',
    '😊',
    '😀',
    '👍',
    '🙏',
  ],
  openings: ['set', 'change', 'my', 'me', 'as', 'in', 'last', 'message', 'messages', 'i want'],
  askings: ['show', 'give', 'list', 'get', 'see', 'what is', 'what are', 'which', 'is', 'are'],
  greetings: ['hi', 'hello', 'hey', 'good morning', 'good evening', 'bye', 'cheers'],
  assents: ['ok', 'okay', 'sure', 'fine', 'alright', 'right', 'done'],
};
