import type { Digest, ToldTexts } from '../language.ts';

export const told: ToldTexts = {
  told: {
    sent: ({ time, recipient }) =>
      `Sent: your message of ${time} went out to ${recipient} – no confirmation yet. Their app may confirm nothing; I will not mention it again for a day.`,
  },
  digests: {
    accepted: (of) => `Accepted: the server took ${messages(of)}.`,
    relayed: (of) =>
      `Relayed: ${messages(of)} were handed to ${of.isInRoom ? 'the room' : 'their server'}.`,
    sent: (of) => `Sent: ${messages(of)} went out – no confirmation yet.`,
    stored: (of) => `Stored: ${messages(of)} still wait, kept for them by their server.`,
    failed: (of) => `Failed: ${messages(of)} could not be delivered (${of.condition}).`,
    lost: (of) => `Lost: ${messages(of)} went out but never arrived.`,
    expired: (of) => `Expired: no more news came of ${messages(of)}.`,
    delivered: (of) => `Delivered: a device has ${messages(of)}.`,
    displayed: (of) => `Displayed: ${messages(of)} were shown to them.`,
    declined: (of) => `Declined: no receipt is given for ${messages(of)}.`,
    confirmed: (of) => `Confirmed: the recipient says that ${messages(of)} arrived.`,
  },
};

function messages({ count, recipient, time, to }: Digest): string {
  const when = to === undefined ? time : `${time} to ${to}`;
  return `${count} of your messages to ${recipient} (${when})`;
}
