import type { StatusTexts } from '../language.ts';

const MONTHS = 'Jan. Feb. März Apr. Mai Juni Juli Aug. Sept. Okt. Nov. Dez.'.split(' ');

export const statuses: StatusTexts = {
  statuses: {
    accepted: ({ time, recipient }) =>
      `Angenommen: Der Server hat Ihre Nachricht an ${recipient} von ${time} angenommen.`,
    relayed: ({ time, recipient, isInRoom }) =>
      `Weitergegeben: Ihre Nachricht von ${time} an ${recipient} wurde ${isInRoom ? 'dem Raum' : 'dem anderen Server'} übergeben.`,
    sent: ({ time, recipient }) =>
      `Gesendet: Ihre Nachricht von ${time} an ${recipient} ging hinaus – noch keine Bestätigung.`,
    stored: ({ time, recipient }) =>
      `Aufbewahrt: Ihre Nachricht von ${time} an ${recipient} liegt auf dem Server bereit.`,
    failed: ({ time, recipient, condition }) =>
      `Gescheitert: Ihre Nachricht von ${time} an ${recipient} konnte nicht zugestellt werden (${condition}).`,
    lost: ({ time, recipient }) =>
      `Verloren: Ihre Nachricht von ${time} an ${recipient} ging hinaus, kam aber nie an.`,
    expired: ({ time, recipient }) =>
      `Verfallen: Von Ihrer Nachricht an ${recipient} von ${time} kam nichts Neues mehr.`,
    delivered: ({ time, recipient }) =>
      `Zugestellt: Ein Gerät von ${recipient} hat Ihre Nachricht von ${time}.`,
    displayed: ({ time, recipient }) =>
      `Gelesen: Ihre Nachricht von ${time} wurde ${recipient} angezeigt.`,
    declined: ({ time, recipient }) =>
      `Abgelehnt: ${recipient} gibt keine Bestätigung für Ihre Nachricht von ${time}.`,
    confirmed: ({ time, recipient }) =>
      `Bestätigt: ${recipient} sagt, dass Ihre Nachricht von ${time} angekommen ist.`,
  },
  statusNames: {
    accepted: { name: 'angenommen', meaning: 'der Server hat die Nachricht angenommen' },
    relayed: { name: 'weitergegeben', meaning: 'sie wurde dem Server des Empfängers übergeben' },
    sent: { name: 'gesendet', meaning: 'sie ging hinaus; noch keine Bestätigung' },
    stored: { name: 'aufbewahrt', meaning: 'der Server bewahrt sie für den Empfänger auf' },
    failed: { name: 'gescheitert', meaning: 'sie konnte nicht zugestellt werden' },
    lost: { name: 'verloren', meaning: 'sie ging hinaus, kam aber nie an' },
    expired: { name: 'verfallen', meaning: 'lange kam nichts Neues von ihr' },
    delivered: { name: 'zugestellt', meaning: 'sie erreichte ein Gerät des Empfängers' },
    displayed: { name: 'gelesen', meaning: 'sie wurde dem Empfänger angezeigt' },
    declined: { name: 'abgelehnt', meaning: 'der Empfänger gibt keine Bestätigung' },
    confirmed: { name: 'bestätigt', meaning: 'der Empfänger sagt, dass sie angekommen ist' },
  },
  policies: {
    client: { name: 'app', meaning: 'Ihre App antwortet Absendern wie immer' },
    automatic: {
      name: 'automatisch',
      meaning:
        'Absender erfahren, dass eine Nachricht Sie erreicht hat, auch wenn Ihre App es nicht sagt',
    },
    manual: {
      name: 'nachfragen',
      meaning:
        'Absender erfahren nur, dass eine Nachricht ankam, wenn ich Sie frage und Sie ja sagen',
    },
    refuse: {
      name: 'verweigern',
      meaning: 'Absender erfahren nur, wenn eine Nachricht nicht zugestellt werden konnte',
    },
  },
  more: (count) => `… und ${count} weitere.`,
  date: ({ year, month, day, time }) => {
    const date = `${day}. ${MONTHS[month - 1]}`;
    return year === undefined ? `${date}, ${time}` : `${date} ${year}, ${time}`;
  },
};
