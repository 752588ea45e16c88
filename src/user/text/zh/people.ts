import type { PeopleTexts } from '../language.ts';

export const people: PeopleTexts = {
  several: (people) => `有几个人符合：${people} ——请用完整地址再说一次。`,
};
