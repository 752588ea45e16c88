import type { Zone } from '../commands/zone.ts';
import { LANGUAGE_OF } from './languages.ts';

const PLACES: ReadonlyMap<string, Zone> = new Map(
  Object.values(LANGUAGE_OF).flatMap(({ places }) => Object.entries(places)),
);

/** What people call a place, in any language, as a zone is called; other words as they are. */
export function readZone(written: string): string {
  return PLACES.get(written.trim().toLowerCase()) ?? written.trim();
}
