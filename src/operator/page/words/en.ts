import { REASONS_IN_ENGLISH } from '../../../telemetry/reasons.ts';
import type { Words } from './words.ts';

export const EN: Words = {
  language: 'en',
  own: 'English',
  navigation: {
    overview: 'Overview',
    questions: 'Questions',
    search: 'Search',
    logOut: 'Log out',
  },
  login: {
    title: 'Log in',
    token: 'Token',
    submit: 'Log in',
    wrong: 'This is not the token.',
    tooMany: (seconds) => `There were too many wrong tokens. Try again in ${seconds} seconds.`,
    where: 'The token is in the file that “http.tokenFile” names in the settings of the daemon.',
  },
  search: {
    label: 'Address or message id',
    title: 'Search',
    nothing: 'No message is found.',
    where:
      'Messages are looked for among the 10,000 newest of all, and among all of one sender. Write an address or an id in full.',
  },
  live: { isLive: 'live', isStill: 'not live', pause: 'Pause', resume: 'Resume' },
  headings: {
    state: 'State',
    funnel: 'How far messages came',
    failures: 'What went wrong',
    untold: 'Why senders were not told',
    rates: 'Facts and receipts a second',
    lag: 'Lag in seconds',
    newest: 'Newest messages',
  },
  funnel: {
    accepted: 'Accepted',
    onItsWay: 'Stored or sent',
    delivered: 'Delivered',
    displayed: 'Displayed',
  },
  columns: {
    accepted: 'Accepted (UTC)',
    sender: 'Sender',
    recipient: 'Recipient',
    id: 'Id',
    status: 'Status',
    senderKnows: 'Sender may know',
    asked: 'Asked (UTC)',
  },
  message: {
    title: 'A message',
    happened: 'What happened (UTC)',
    told: 'What the sender was told',
    toldInWords: 'What the sender was told in words',
    next: 'For the recipient',
    tick: 'Tick',
    question: 'Question',
    unknown:
      'No such message is kept. Is it older than “retentionDays”, did it not ask for a receipt, or is an address written in another way?',
  },
  findings: {
    colours: { red: 'red', amber: 'amber', green: 'green' },
    expected: 'Expected:',
    places: {
      settings: 'In the settings of the daemon:',
      prosody: 'In prosody.cfg.lua:',
      ejabberd: 'In ejabberd.yml:',
    },
    afterwards:
      'Put your secret in the place of “the text of the secret”. Then restart the server, or the daemon if its settings changed. docs/check.md says more.',
    sum: ({ red, amber }) =>
      red + amber === 0 ? 'All is well.' : `Wrong: ${red}. Worth a look: ${amber}.`,
  },
  facts: 'facts',
  receipts: 'receipts',
  median: 'from a fact to its receipt (median)',
  noQuestions: 'No question waits.',
  questionsWait: 'Questions that wait for an answer',
  none: 'None.',
  upFor: (minutes) => `It has run for ${minutes} minutes.`,
  ofTheLast: (messages) => `Of the last ${messages} messages.`,
  waiting: ({ receipts, ticks, questions }) =>
    `Waiting: receipts ${receipts}, ticks ${ticks}, questions ${questions}.`,
  statuses: {
    accepted: 'accepted',
    relayed: 'relayed',
    sent: 'sent',
    stored: 'stored',
    failed: 'failed',
    lost: 'lost',
    expired: 'expired',
    delivered: 'delivered',
    displayed: 'displayed',
    declined: 'declined',
    confirmed: 'confirmed',
  },
  kinds: {
    accepted: 'the server took it',
    relayed: 'it went to the other server',
    stored: 'it was stored',
    gone: 'the store has it no more',
    kept: 'it is kept for a session that is away',
    failed: 'it failed',
    sent: 'it was sent to a session',
    acked: 'a session acknowledged it',
    lost: 'a session ended with it',
    received: 'the client says: received',
    displayed: 'the client says: displayed',
    approved: 'the recipient said yes',
    declined: 'the recipient said no',
    expired: 'nothing happened for too long',
  },
  reasons: REASONS_IN_ENGLISH,
  outcome: ({ kind }, reason, time) => {
    switch (kind) {
      case 'told':
        return `told ${time}`;
      case 'waits':
        return `will be told ${time}, unless more happens before`;
      case 'overtaken':
        return 'not told: more happened before the receipt left';
      case 'withheld':
      case 'held':
        return `not told: ${reason}`;
      default:
        return kind satisfies never;
    }
  },
};
