import { readNumber, wordsIn } from './words.ts';

/** docs/protocol.md §2.1: what a module counts. The modules have the same list. */
export const MODULE_COUNTS = [
  'stopped-manual',
  'stopped-refuse',
  'stopped-manual-named',
  'stopped-refuse-named',
  'untracked-exempt',
  'untracked-answers',
  'untracked-no-content',
  'untracked-no-id',
  'untracked-from-room',
  'unreported-no-id',
  'unreported-too-many',
  'unwatched-within',
  'orders-refused',
] as const;

export type ModuleCount = (typeof MODULE_COUNTS)[number];

/** Since the module was loaded; what it does not say is absent. */
export type ModuleCounts = Readonly<Partial<Record<ModuleCount, number>>>;

/** Reads `name=number name=number`. A count that we do not know is one of a newer module. */
export function readCounts(text: string | undefined): ModuleCounts {
  const counts: Partial<Record<ModuleCount, number>> = {};
  for (const word of wordsIn(text)) {
    const [name, said] = word.split('=', 2);
    const count = readNumber(said);
    if (isModuleCount(name) && count !== undefined) counts[name] = count;
  }
  return counts;
}

function isModuleCount(name: string | undefined): name is ModuleCount {
  return (MODULE_COUNTS as readonly (string | undefined)[]).includes(name);
}
