import type { ZoneTexts, ZoneWords } from '../zone-text.ts';

export const zone: ZoneTexts = {
  inUse: {
    user: (time, name) => `I tell times in the zone ${name}: now it is ${time}.`,
    app: (time) => `I tell times as your app does: now it is ${time}.`,
    server: (time) =>
      `I do not know your time zone, and tell times as this server does: now it is ${time}. To choose yours, say for instance: zone Europe/Berlin`,
  },
  unknown: (found) =>
    `I know no time zone “${found}”. Name a region and a city, such as Europe/Berlin, or how far it is from UTC, such as +05:30. With “zone default” I go by your app.`,
  field: 'Time zone, such as Europe/Berlin or +05:30; empty: that of my app',
};

export const zoneWords: ZoneWords = {
  places: {
    beijing: 'Asia/Shanghai',
    kolkata: 'Asia/Kolkata',
    kyiv: 'Europe/Kyiv',
  },
};
