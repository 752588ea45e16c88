import type { Forms } from '../forms.ts';
import { watchForms } from './watch-forms.ts';

export const forms: Forms = {
  service: 'Empfangsbestätigungen',
  bot: 'Empfangsbestätigungen',
  about:
    'Ich sage Ihnen, was aus Ihren Nachrichten wurde, und Sie bestimmen, was andere über die Nachrichten an Sie erfahren. Schreiben Sie mir „hilfe“.',
  commands: {
    policy: {
      name: 'Meine Richtlinie',
      instructions: 'Was Absender über Nachrichten an Sie erfahren.',
    },
    'contact-policy': {
      name: 'Richtlinie für einen Kontakt',
      instructions: 'Was ein Kontakt, oder jeder einer Domain, über Nachrichten an Sie erfährt.',
    },
    questions: {
      name: 'Meine offenen Fragen',
      instructions: 'Diese Absender fragen, ob Sie ihre Nachrichten erhalten haben.',
    },
    status: {
      name: 'Was aus Nachrichten wurde',
      instructions: 'Was aus Ihren Nachrichten wurde. Lassen Sie alles leer für die letzten.',
    },
    receipts: {
      name: 'Welche Bestätigungen ich möchte',
      instructions: 'Was Sie über die Nachrichten erfahren, die Sie senden, und wie.',
    },
    help: { name: 'Hilfe', instructions: 'Was Sie hier tun können.' },
    statistics: { name: 'Zahlen', instructions: 'Was wartet und was gezählt wurde.' },
    ...watchForms.commands,
  },
  fields: {
    policy: 'Richtlinie',
    peer: 'Kontakt oder Domain',
    exceptions: 'Bisherige Ausnahmen',
    tellDeclined: 'Absendern sagen, wenn ich ablehne (nein sage oder verweigere)',
    question: 'Frage',
    answer: 'Antwort',
    recipient: 'Empfänger',
    id: 'Kennung der Nachricht',
    statuses: 'Bestätigung, wenn eine Nachricht so weit ist',
    status: 'Stand',
    at: 'Wann',
    condition: 'Grund',
    text: 'Mir auch in Worten schreiben',
    inWords: 'In Worten, wenn eine Nachricht so steht',
    language: 'Sprache',
  },
  policies: {
    client: 'Meine App antwortet wie immer',
    automatic: 'Absender erfahren, dass Nachrichten mich erreicht haben',
    manual: 'Jedes Mal fragen',
    refuse: 'Absender erfahren nur, was nicht ankam',
    default: 'Wie hier üblich',
  },
  answers: { yes: 'Ja, erhalten', no: 'Keine Bestätigung', later: 'Später fragen' },
  allQuestions: 'Alle Fragen',
  asOperatorWants: 'Wie hier üblich',
  notes: {
    canceled: 'Es wurde nichts geändert.',
    badPolicy: 'Bitte wählen Sie eine der Richtlinien aus der Liste.',
    badPeer:
      'Bitte geben Sie die Adresse eines Kontakts wie bob@example.org ein, oder eine Domain.',
    badQuestion: 'Bitte wählen Sie eine der Fragen aus der Liste.',
    badAnswer: 'Bitte wählen Sie ja, nein oder später.',
    badRecipient:
      'Bitte geben Sie eine Adresse wie bob@example.org ein, oder lassen Sie das Feld leer.',
    badStatuses: 'Bitte wählen Sie nur aus der Liste.',
    badBoolean: 'Bitte antworten Sie mit true oder false.',
    badLanguage: 'Bitte wählen Sie eine der Sprachen aus der Liste.',
    forbidden: 'Das ist nur für Nutzer dieses Servers.',
  },
};
