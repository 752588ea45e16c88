import type { PeopleTexts } from '../language.ts';

export const people: PeopleTexts = {
  several: (people) =>
    `Mehrere passen: ${people} – bitte schreiben Sie es noch einmal mit der ganzen Adresse.`,
};
