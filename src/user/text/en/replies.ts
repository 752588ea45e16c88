import type { Asked, ReplyTexts } from '../language.ts';

export const replies: ReplyTexts = {
  questions: {
    one: (asked) => `${asked.sender} asks whether you received ${about(asked)}.`,
    several: 'These senders ask whether you received their messages:',
    item: (number, asked) => `${number}. ${asked.sender}, ${about(asked).replace(/^the /, '')}`,
    more: (count) => `… and ${count} more, say “questions”.`,
    howToAnswerOne: 'Answer yes, no or later.',
    howToAnswerOneForGood: 'Answer yes, no or later. For good: “yes, always” or “no, never”.',
    howToAnswerSeveral: (first, second) =>
      `Answer for instance “yes ${first}”, “no ${second}” or “later all”.`,
    forGoodOfOne: 'For good: “yes, always” or “no, never”.',
    forGoodOfSeveral: (first, second) =>
      `For good: “always for ${first}” or “never for ${second}”.`,
    closed: 'That question does not wait any more, so nothing has changed.',
    takenBack:
      'You took your reaction back, and that changes nothing: what you answered stays, and what you did not answer still waits.',
    notAnswered: 'All right, I have answered nothing.',
    forGood: {
      yes: (contact) =>
        `From now on ${contact} learns that messages have reached you, and I do not ask you.`,
      no: (contact) => `From now on ${contact} gets no receipts from you, and I do not ask you.`,
    },
    takeBack: (command) => `To take that back, say: ${command}`,
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
      'not-promised':
        'Saved, but this server cannot promise that it holds on all your devices. Your administrator knows why.',
      kept: 'Saved. It will hold as soon as the server has it; it cannot be reached just now.',
    },
    byOperator: {
      forAll: (policy) =>
        policy === undefined
          ? 'Your administrator has set your policy back to the default; say “policy” to see it.'
          : `Your administrator has set your policy to ${policy}; say “policy” to see what it means.`,
      forOne: (contact, policy) =>
        policy === undefined
          ? `Your exception for ${contact} was removed by your administrator; say “policy” to see your policy.`
          : `Your administrator has set your policy for ${contact} to ${policy}; say “policy” to see all.`,
    },
  },
  receipts: {
    wanted: (statuses) => `You get receipts when a message is: ${statuses.join(', ')}.`,
    none: 'You get no receipts.',
    byDefault: 'You have not chosen these yourself; they are the default here.',
    withText: (statuses) =>
      `I also write to you when a message is: ${statuses.join(', ')} – unless your app shows it.`,
    withoutText: 'I write nothing to you about them: they are for apps that show them.',
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
};

function about({ messages, from, to }: Asked): string {
  const when = to === undefined ? from : `${from} to ${to}`;
  return messages === 1 ? `the message of ${when}` : `${messages} messages of ${when}`;
}
