import type { HelpTexts, MisunderstoodTexts, UnreadTexts } from '../language.ts';

export const help: HelpTexts = {
  intro:
    'Ich sage Ihnen, was aus Nachrichten wurde, und Sie bestimmen, was Absender erfahren. Sie können schreiben:',
  sections: [
    {
      heading: 'Ihre Nachrichten',
      short: [
        'status',
        'status bob@example.org',
        'warum',
        'bestätigungen',
        'worte an',
        'worte aus',
      ],
      lines: [
        { example: 'status', meaning: 'was aus Ihren letzten Nachrichten wurde' },
        { example: 'status bob@example.org', meaning: 'aus den letzten an diesen Kontakt' },
        {
          example: 'warum bob@example.org',
          meaning:
            'warum Sie von der letzten Nachricht an diesen Kontakt nichts hörten; oder: warum',
        },
        { example: 'bestätigungen', meaning: 'welche Bestätigungen Sie bekommen' },
        {
          example: 'bestätigungen aufbewahrt, gescheitert',
          meaning: 'sie wählen (oder: alle, keine, standard)',
        },
        { example: 'worte an', meaning: 'ich schreibe Ihnen auch in Worten (an, aus, standard)' },
        { example: 'worte gescheitert, verloren', meaning: 'nur diese in Worten (oder: alle)' },
      ],
    },
    {
      heading: 'Nachrichten an Sie',
      short: ['richtlinie', 'richtlinie nachfragen', 'fragen', 'ja bob', 'nein nie'],
      lines: [
        { example: 'richtlinie', meaning: 'was Absender über Nachrichten an Sie erfahren' },
        {
          example: 'richtlinie nachfragen',
          meaning: 'sie wählen (meine app, automatisch, nachfragen, verweigern, standard)',
        },
        {
          example: 'richtlinie für bob@example.org verweigern',
          meaning: 'eine andere für einen Kontakt',
        },
        {
          example: 'richtlinie für example.net automatisch',
          meaning: 'eine andere für eine ganze Domain',
        },
        {
          example: 'ablehnung sagen',
          meaning: 'ob Absender ein Nein oder Verweigern erfahren (sagen, verschweigen, standard)',
        },
        {
          example: 'fragen',
          meaning: 'was Absender Sie fragen; antworten Sie ja, nein oder später',
        },
        {
          example: 'ja 1, 3',
          meaning: 'einige beantworten, auch mit Namen: ja bob; alle: ja alle',
        },
        {
          example: 'ja immer',
          meaning: 'antworten und nicht mehr gefragt werden; oder: nein, nie',
        },
      ],
    },
    {
      heading: 'Wie ich schreibe',
      short: ['sprache de'],
      lines: [
        { example: 'sprache de', meaning: 'welche Sprache ich schreibe ({languages}, standard)' },
        { example: 'zeitzone', meaning: 'in welcher Zeitzone ich Zeiten nenne' },
        { example: 'zeitzone Europe/Berlin', meaning: 'sie wählen (oder: +05:30, standard)' },
      ],
    },
  ],
  forAdmins: {
    heading: 'Für Administratoren',
    short: ['zahlen'],
    lines: [{ example: 'zahlen', meaning: 'was wartet und was gezählt wurde' }],
  },
  policies: 'Die Richtlinien:',
  all: '„hilfe alles“ zeigt alles und was es tut.',
  brief: (words) =>
    `Ich verstehe: ${words.join(', ')}. Schreiben Sie mir „hilfe alles“, um zu sehen, was jedes Wort tut.`,
};

export const misunderstood: MisunderstoodTexts = {
  opening: (found) => `„${found}“: Das verstehe ich nicht.`,
  empty: 'Ich habe in Ihrer Nachricht nichts gefunden, worauf ich antworten könnte.',
  doubt: (command) => `Meinten Sie „${command}“? Dann schreiben Sie ja.`,
  couldSay: (commands) => `Sie könnten zum Beispiel „${commands.join('“ oder „')}“ schreiben.`,
  askForHelp: 'Schreiben Sie „hilfe“, um zu sehen, was ich verstehe.',
};

export const unread: UnreadTexts = {
  encrypted:
    'Verschlüsselte Nachrichten kann ich nicht lesen. Bitte schalten Sie die Verschlüsselung in diesem Chat aus und schreiben Sie es noch einmal.',
  correction: 'Korrekturen lese ich nicht. Bitte schreiben Sie es noch einmal als neue Nachricht.',
};
