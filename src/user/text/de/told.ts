import type { Digest, ToldTexts } from '../language.ts';

export const told: ToldTexts = {
  told: {
    sent: ({ time, recipient }) =>
      `Gesendet: Ihre Nachricht von ${time} an ${recipient} ging hinaus – noch keine Bestätigung. Vielleicht bestätigt die App dort nichts; einen Tag lang erwähne ich es nicht noch einmal.`,
  },
  digests: {
    accepted: (of) => `Angenommen: Der Server hat ${messages(of)} angenommen.`,
    relayed: (of) =>
      `Weitergegeben: ${messages(of)} wurden ${of.isInRoom ? 'dem Raum' : 'dem anderen Server'} übergeben.`,
    sent: (of) => `Gesendet: ${messages(of)} gingen hinaus – noch keine Bestätigung.`,
    stored: (of) => `Aufbewahrt: ${messages(of)} warten noch, sie liegen auf dem Server bereit.`,
    failed: (of) =>
      `Gescheitert: ${messages(of)} konnten nicht zugestellt werden (${of.condition}).`,
    lost: (of) => `Verloren: ${messages(of)} gingen hinaus, kamen aber nie an.`,
    expired: (of) => `Verfallen: Nichts Neues mehr kam über ${messages(of)}.`,
    delivered: (of) => `Zugestellt: Ein Gerät hat ${messages(of)}.`,
    displayed: (of) => `Gelesen: ${messages(of)} wurden angezeigt.`,
    declined: (of) => `Abgelehnt: Keine Bestätigung gibt es für ${messages(of)}.`,
    confirmed: (of) => `Bestätigt: ${messages(of)} sind laut Empfänger angekommen.`,
  },
};

function messages({ count, recipient, time, to }: Digest): string {
  const when = to === undefined ? time : `${time} bis ${to}`;
  return `${count} Ihrer Nachrichten an ${recipient} (${when})`;
}
