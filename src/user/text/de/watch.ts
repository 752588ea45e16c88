import type { WatchGoal } from '../../../receipt/watch.ts';
import type { TimeUnit, WatchTexts } from '../watch-texts.ts';
import { words } from './watch-words.ts';

const UNITS: Readonly<Record<TimeUnit, readonly [string, string]>> = {
  second: ['Sekunde', 'Sekunden'],
  minute: ['Minute', 'Minuten'],
  hour: ['Stunde', 'Stunden'],
  day: ['Tag', 'Tage'],
};

const HAS: Readonly<Record<WatchGoal, string>> = {
  delivered: 'erhalten',
  displayed: 'gelesen',
  confirmed: 'bestätigt',
};

export const watch: WatchTexts = {
  length: (count, unit) => `${count} ${UNITS[unit][count === 1 ? 0 : 1]}`,
  overdue: {
    delivered: ({ recipient, time, length }) =>
      `Bisher kein Zeichen, dass ${recipient} Ihre Nachricht von ${time} erhalten hat; Ihre Frist war: ${length}.`,
    displayed: ({ recipient, time, length }) =>
      `Bisher kein Zeichen, dass ${recipient} Ihre Nachricht von ${time} gelesen hat; Ihre Frist war: ${length}.`,
    confirmed: ({ recipient, time, length }) =>
      `Bisher kein Wort von ${recipient} zu Ihrer Nachricht von ${time}; Ihre Frist war: ${length}.`,
  },
  howToAnswer: (length) =>
    `Sie können antworten: erinnern (ich erinnere, wenn ich kann), warten (noch einmal ${length}, oder zum Beispiel „warte 1 Stunde“) oder lassen.`,
  begun: {
    delivered: ({ recipient, time, deadline }) =>
      `Ich melde mich, wenn es bis ${deadline} kein Zeichen gibt, dass ${recipient} Ihre Nachricht von ${time} erhalten hat. Sonst hören Sie nichts.`,
    displayed: ({ recipient, time, deadline }) =>
      `Ich melde mich, wenn es bis ${deadline} kein Zeichen gibt, dass ${recipient} Ihre Nachricht von ${time} gelesen hat. Sonst hören Sie nichts.`,
    confirmed: ({ recipient, time, deadline }) =>
      `Ich melde mich, wenn bis ${deadline} kein Wort von ${recipient} zu Ihrer Nachricht von ${time} kommt. Sonst hören Sie nichts.`,
  },
  dropped: ({ recipient, time }) =>
    `Erledigt: Ich beobachte Ihre Nachricht von ${time} an ${recipient} nicht mehr.`,
  reminding: (recipient) => `Ich erinnere ${recipient}, wenn ich kann.`,
  reminder: ({ sender, time }) =>
    `${sender} bittet mich, Sie an die Nachricht von ${time} zu erinnern.`,
  listed: 'Sie beobachten:',
  item: ({ recipient, time, deadline }) =>
    `${recipient}: Ihre Nachricht von ${time}, bis ${deadline}`,
  rule: (contact, length) => `${contact}: jede Nachricht, Frist: ${length}`,
  ruleKept: (contact, length) =>
    `Ab jetzt beobachte ich jede Nachricht an ${contact}, die eine Bestätigung verlangt; Frist: ${length}. „nicht mehr beobachten ${contact}“ beendet das.`,
  ruleGone: (contact) => `Erledigt: Neue Nachrichten an ${contact} werden nicht beobachtet.`,
  nothing:
    'Sie beobachten nichts. Schreiben Sie zum Beispiel: sag mir, wenn bob@example.org es in 30 Minuten nicht gelesen hat',
  nothingToAnswer: 'Ich habe Ihnen von keiner Nachricht berichtet, die auf diese Antwort wartet.',
  tooMany:
    'Sie beobachten schon so viele Nachrichten, wie auf einmal möglich sind. Lassen Sie erst einige; „beobachtungen“ zeigt sie.',
  tooLong: 'So lange bewahre ich Nachrichten nicht auf. Nennen Sie eine kürzere Frist.',
  goals: {
    delivered: 'sie ist angekommen',
    displayed: 'sie wurde gelesen',
    confirmed: 'der Empfänger sagt es',
  },
  commands: {
    one: (recipient, goal, when) =>
      `sag mir, wenn ${recipient === '' ? 'er' : recipient} es ${when} nicht ${HAS[goal]} hat`,
    contact: (contact, goal, length) =>
      `beobachte ${contact} ${length}${goal === 'delivered' ? '' : ` ${HAS[goal]}`}`,
    within: (length) => `in ${length}`,
    at: (clock) => `bis ${clock}`,
  },
  words,
};
