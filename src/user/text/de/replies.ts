import type { Asked, ReplyTexts } from '../language.ts';

export const replies: ReplyTexts = {
  questions: {
    one: (asked) => `${asked.sender} fragt, ob Sie ${about(asked)} erhalten haben.`,
    several: 'Diese Absender fragen, ob Sie ihre Nachrichten erhalten haben:',
    item: (number, asked) => `${number}. ${asked.sender}, ${listed(asked)}`,
    more: (count) => `… und ${count} weitere, schreiben Sie „fragen“.`,
    howToAnswerOne: 'Antworten Sie ja, nein oder später.',
    howToAnswerOneForGood:
      'Antworten Sie ja, nein oder später. Auf Dauer: „ja, immer“ oder „nein, nie“.',
    howToAnswerSeveral: (first, second) =>
      `Antworten Sie zum Beispiel „ja ${first}“, „nein ${second}“ oder „später alle“.`,
    forGoodOfOne: 'Auf Dauer: „ja, immer“ oder „nein, nie“.',
    forGoodOfSeveral: (first, second) =>
      `Auf Dauer: „immer für ${first}“ oder „nie für ${second}“.`,
    closed: 'Diese Frage ist nicht mehr offen, also hat sich nichts geändert.',
    takenBack:
      'Sie haben Ihre Reaktion zurückgenommen. Das ändert nichts: Eine Antwort bleibt, und was Sie nicht beantwortet haben, ist noch offen.',
    notAnswered: 'Gut, ich habe nichts beantwortet.',
    forGood: {
      yes: (contact) =>
        `Ab jetzt erfährt ${contact} es, wenn Nachrichten Sie erreicht haben, und ich frage Sie nicht.`,
      no: (contact) =>
        `Ab jetzt bekommt ${contact} keine Bestätigungen von Ihnen, und ich frage Sie nicht.`,
    },
    takeBack: (command) => `Um das zurückzunehmen, schreiben Sie: ${command}`,
    none: 'Keine Frage ist offen.',
    which: 'Mehrere Fragen sind offen. Bitte sagen Sie, welche Sie meinen:',
    noSuch: (number) => `Es gibt keine Frage ${number}.`,
    answered: {
      yes: (asked) => `Danke. ${asked.sender} erfährt, dass Sie ${about(asked)} erhalten haben.`,
      no: (asked) => `Gut. ${asked.sender} bekommt keine Bestätigung für ${about(asked)}.`,
      later: (asked) =>
        `Gut. Ich frage Sie später noch einmal, was ${asked.sender} wissen möchte: ${listed(asked)}.`,
    },
    answeredSeveral: {
      yes: 'Danke. Diese Absender erfahren, dass Sie ihre Nachrichten erhalten haben:',
      no: 'Gut. Diese Absender bekommen keine Bestätigung:',
      later: 'Gut. Nach diesen frage ich Sie später noch einmal:',
    },
  },
  policy: {
    inForce: ({ name, meaning }) => `Ihre Richtlinie ist „${name}“: ${meaning}.`,
    byDefault: 'Sie haben sie nicht selbst gewählt; sie ist hier üblich.',
    locked: 'Sie ist hier für alle gleich und kann nicht geändert werden.',
    exceptions: 'Mit diesen Ausnahmen:',
    exception: (peer, policy) => `${peer}: ${policy}`,
    tellsDeclined: 'Wenn Sie ablehnen (nein sagen oder verweigern), erfährt der Absender es.',
    hidesDeclined: 'Wenn Sie ablehnen (nein sagen oder verweigern), erfährt der Absender es nicht.',
    changed: {
      'in-force': 'Erledigt. Ab jetzt gilt das.',
      'not-promised':
        'Gespeichert, aber dieser Server kann nicht versprechen, dass es auf allen Ihren Geräten gilt. Ihr Administrator weiß, warum.',
      kept: 'Gespeichert. Es gilt, sobald der Server es hat; er ist gerade nicht zu erreichen.',
    },
    byOperator: {
      forAll: (policy) =>
        policy === undefined
          ? 'Ihr Administrator hat Ihre Richtlinie auf den Standard zurückgesetzt; schreiben Sie „richtlinie“, um sie zu sehen.'
          : `Ihr Administrator hat Ihre Richtlinie auf „${policy}“ gesetzt; schreiben Sie „richtlinie“, um zu sehen, was das heißt.`,
      forOne: (contact, policy) =>
        policy === undefined
          ? `Ihre Ausnahme für ${contact} wurde von Ihrem Administrator entfernt; schreiben Sie „richtlinie“, um Ihre Richtlinie zu sehen.`
          : `Ihr Administrator hat Ihre Richtlinie für ${contact} auf „${policy}“ gesetzt; schreiben Sie „richtlinie“, um alles zu sehen.`,
    },
  },
  receipts: {
    wanted: (statuses) =>
      `Sie bekommen Bestätigungen, wenn eine Nachricht so weit ist: ${statuses.join(', ')}.`,
    none: 'Sie bekommen keine Bestätigungen.',
    byDefault: 'Sie haben diese nicht selbst gewählt; sie sind hier üblich.',
    withText: (statuses) =>
      `Ich schreibe Ihnen auch, wenn eine Nachricht so steht: ${statuses.join(', ')} – außer wenn Ihre App es zeigt.`,
    withoutText: 'Ich schreibe Ihnen nichts dazu: Sie sind für Apps, die sie selbst anzeigen.',
    language: (name) => `Ich schreibe Ihnen in der Sprache ${name}.`,
    changed: 'Erledigt.',
  },
  status: {
    none: 'Ich weiß von keiner solchen Nachricht von Ihnen, die um eine Bestätigung bat. Ältere werden nach einiger Zeit vergessen.',
  },
  statistics: {
    waiting: 'Es warten:',
    backlog: {
      receipts: 'Bestätigungen zu senden',
      ticks: 'Häkchen zu übergeben',
      questions: 'Fragen',
    },
    counted: 'Seit dem Start:',
    nothingCounted: 'Seit dem Start wurde nichts gezählt.',
    line: (name, count) => `${name}: ${count}`,
  },
  refusals: {
    locked: 'Die Richtlinie ist hier für alle gleich und kann nicht geändert werden.',
    'admins-only': 'Das dürfen nur die Administratoren sehen.',
    'too-many-exceptions':
      'Sie haben so viele Ausnahmen, wie es geben kann. Nehmen Sie erst eine weg, zum Beispiel: richtlinie für bob@example.org standard',
    'store-fails':
      'Das kann ich gerade leider nicht. Bitte schreiben Sie es in einer Minute noch einmal.',
    'too-many-commands':
      'Das ist mehr, als ich gerade beantworten kann. Bitte versuchen Sie es in einer Minute noch einmal.',
  },
};

function about(asked: Asked): string {
  return asked.messages === 1 ? `die ${listed(asked)}` : listed(asked);
}

function listed({ messages, from, to }: Asked): string {
  const when = to === undefined ? from : `${from} bis ${to}`;
  return messages === 1 ? `Nachricht von ${when}` : `${messages} Nachrichten von ${when}`;
}
