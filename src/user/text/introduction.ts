import type { BareJid } from '../../message/jid.ts';
import type { Preferences } from '../../receipt/preferences.ts';
import type { Introductions } from '../commands/introductions.ts';
import type { Language, MeetingTexts } from './language.ts';

export interface Introducing {
  readonly introductions: Pick<Introductions, 'take'>;
}

interface Addressee {
  readonly user: BareJid;
  readonly preferences: Preferences;
  readonly language: Language;
  /** What this person is told. */
  readonly kind?: keyof MeetingTexts;
}

/** The words, and before them who says it if they are the first ones to this person. */
export function introduced(
  text: string,
  { user, preferences, language, kind = 'words' }: Addressee,
  { introductions }: Introducing,
): string {
  return introductions.take(user, preferences) ? [language.meeting[kind], text].join('\n') : text;
}
