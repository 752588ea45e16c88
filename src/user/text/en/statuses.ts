import type { StatusTexts } from '../language.ts';

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

export const statuses: StatusTexts = {
  statuses: {
    accepted: ({ time, recipient }) =>
      `Accepted: the server took your message to ${recipient} of ${time}.`,
    relayed: ({ time, recipient, isInRoom }) =>
      `Relayed: your message of ${time} to ${recipient} was handed to ${isInRoom ? 'the room' : 'their server'}.`,
    sent: ({ time, recipient }) =>
      `Sent: your message of ${time} went out to ${recipient} – no confirmation yet.`,
    stored: ({ time, recipient }) =>
      `Stored: your message of ${time} to ${recipient} is kept for them by their server.`,
    failed: ({ time, recipient, condition }) =>
      `Failed: your message of ${time} to ${recipient} could not be delivered (${condition}).`,
    lost: ({ time, recipient }) =>
      `Lost: your message of ${time} went out to ${recipient} but never arrived.`,
    expired: ({ time, recipient }) =>
      `Expired: no more news came of your message to ${recipient} of ${time}.`,
    delivered: ({ time, recipient }) =>
      `Delivered: a device of ${recipient} has your message of ${time}.`,
    displayed: ({ time, recipient }) =>
      `Displayed: ${recipient} was shown your message of ${time}.`,
    declined: ({ time, recipient }) =>
      `Declined: ${recipient} gives no receipt for your message of ${time}.`,
    confirmed: ({ time, recipient }) =>
      `Confirmed: ${recipient} says that your message of ${time} arrived.`,
  },
  statusNames: {
    accepted: { name: 'accepted', meaning: 'the server took the message' },
    relayed: { name: 'relayed', meaning: "it was handed to the recipient's server" },
    sent: { name: 'sent', meaning: 'it went out; no confirmation yet' },
    stored: { name: 'stored', meaning: 'the server keeps it for the recipient' },
    failed: { name: 'failed', meaning: 'it could not be delivered' },
    lost: { name: 'lost', meaning: 'it went out but never arrived' },
    expired: { name: 'expired', meaning: 'no more news came of it for a long time' },
    delivered: { name: 'delivered', meaning: 'it reached a device of the recipient' },
    displayed: { name: 'displayed', meaning: 'it was shown to the recipient' },
    declined: { name: 'declined', meaning: 'the recipient gives no receipt' },
    confirmed: { name: 'confirmed', meaning: 'the recipient says that it arrived' },
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
  more: (count) => `… and ${count} more.`,
  date: ({ year, month, day, time }) => {
    const date = `${day} ${MONTHS[month - 1]}`;
    return year === undefined ? `${date}, ${time}` : `${date} ${year}, ${time}`;
  },
};
