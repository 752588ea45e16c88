import { z } from 'zod';

/** What an option is for, in the words of docs/settings.md. */
export interface Meaning {
  /** One plain sentence. */
  readonly says: string;
  /** Where in the documents there is more of it. */
  readonly more?: string;
}

/** Each option of the schema stands here with its meaning, put in beside the option. */
export const MEANINGS = z.registry<Meaning>();
