import type { WhyTexts } from '../why-text.ts';

export const why: WhyTexts = {
  told: (time) => `Das habe ich Ihnen um ${time} gesagt.`,
  toldOnce: 'Das habe ich Ihnen gesagt.',
  unheard: {
    'words-off':
      'Ich schreibe Ihnen nichts über Ihre Nachrichten, weil Worte für Sie ausgeschaltet sind. Mit „worte an“ bekommen Sie welche.',
    'not-wanted':
      'Das gehört nicht zu dem, was ich Ihnen in Worten sage. Mit „bestätigungen“ sehen und ändern Sie das.',
    'not-named':
      'Ihre App hat nur um bestimmte Bestätigungen gebeten, und diese ist nicht darunter.',
    'app-shows-it':
      'Die App des Empfängers hat es bestätigt, und Ihre App zeigt das selbst, als Häkchen oder als „gelesen“.',
    'server-said-it': 'Ihr Server hat es Ihrer App gesagt, und sie zeigt es selbst.',
    waits:
      'Ich sage es Ihnen, wenn sie nach einer Weile noch wartet, und mehrere an einen Kontakt zusammen.',
    'a-day-later':
      'Dass Nachrichten an diesen Kontakt warten, habe ich Ihnen im letzten Tag gesagt. Von dieser sage ich es, wenn sie einen Tag danach noch wartet.',
    'once-a-day':
      'Dass die App des Kontakts nichts bestätigt, habe ich Ihnen im letzten Tag gesagt und sage es nicht zu jeder Nachricht.',
    soon: 'Ich warte einen Moment, denn die App des Empfängers kann es noch selbst bestätigen.',
    'not-then':
      'Als ich es erfuhr, schrieb ich nichts: Worte waren dafür ausgeschaltet, oder Ihre App sollte es selbst zeigen.',
  },
  presenceNotSeen: (recipients) =>
    `Als Sie schrieben, sahen Sie nicht, ob ${recipients} online ist, also darf ich Ihnen nur sagen, was Ihr eigener Server tat und was der Empfänger selbst sagt. Kontakten, die einander online sehen, darf ich mehr sagen.`,
  nothingMore:
    'Mehr darf ich nicht sagen. Vielleicht ist noch nichts weiter geschehen, oder es soll nicht gesagt werden.',
  none: 'Ich weiß von keiner solchen Nachricht von Ihnen. Ich erfahre nur von Nachrichten, die um eine Bestätigung bitten, was Ihre App einstellt, und ältere werden nach einiger Zeit vergessen.',
};
