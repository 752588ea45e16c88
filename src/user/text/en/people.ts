import type { PeopleTexts } from '../language.ts';

export const people: PeopleTexts = {
  several: (people) =>
    `Several people fit: ${people} – please say it again with the whole address.`,
};
