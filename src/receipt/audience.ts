/**
 * Programs read what a stanza holds, people read words. Each is told a status of a message at most
 * once. Persisted: words are never changed, only added.
 */
export type Audience = 'programs' | 'people';

/** Absent: an older daemon told both in one stanza. */
export interface ForAudience {
  readonly audience?: Audience | undefined;
}

export function isFor({ audience }: ForAudience, wanted: Audience): boolean {
  return audience === undefined || audience === wanted;
}

/** By whose rules it is taken back: that of older daemons was made by those for programs. */
export function ownerOf({ audience }: ForAudience): Audience {
  return audience ?? 'programs';
}
