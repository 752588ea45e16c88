import type { ZoneTexts, ZoneWords } from '../zone-text.ts';

export const zone: ZoneTexts = {
  inUse: {
    user: (time, name) => `Zeiten nenne ich in der Zone ${name}: Jetzt ist es ${time}.`,
    app: (time) => `Zeiten nenne ich wie Ihre App: Jetzt ist es ${time}.`,
    server: (time) =>
      `Ihre Zeitzone kenne ich nicht und nenne Zeiten wie dieser Server: Jetzt ist es ${time}. Um Ihre zu wählen, schreiben Sie zum Beispiel: zeitzone Europe/Berlin`,
  },
  unknown: (found) =>
    `Eine Zeitzone „${found}“ kenne ich nicht. Nennen Sie Gebiet und Stadt, wie Europe/Berlin, oder den Abstand zu UTC, wie +05:30. Mit „zeitzone standard“ richte ich mich nach Ihrer App.`,
  field: 'Zeitzone, wie Europe/Berlin oder +05:30; leer: die meiner App',
};

export const zoneWords: ZoneWords = {
  places: {
    wien: 'Europe/Vienna',
    zürich: 'Europe/Zurich',
    mez: 'Europe/Berlin',
    deutschland: 'Europe/Berlin',
    österreich: 'Europe/Vienna',
  },
};
