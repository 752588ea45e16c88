import type { Language } from './language.ts';

export const en: Language = {
  lang: 'en',
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
    confirmed: ({ time, recipient }) =>
      `Confirmed: ${recipient} says that your message of ${time} arrived.`,
  },
  more: (count) => `… and ${count} more.`,
};
