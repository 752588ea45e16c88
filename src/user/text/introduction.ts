import type { BareJid } from '../../message/jid.ts';
import type { Preferences } from '../../receipt/preferences.ts';
import type { Introductions } from '../commands/introductions.ts';
import type { Language, MeetingTexts } from './language.ts';
import { LANGUAGE_OF } from './languages.ts';

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

/** What is said before a question or a reminder: how to stop them, where a person can. */
export function askingKind({ isLocked }: { readonly isLocked: boolean }): keyof MeetingTexts {
  return isLocked ? 'lockedQuestion' : 'question';
}

/** Do these words say who we are? The help does, too. */
export function saysWhoWeAre(words: string): boolean {
  return FIRST_LINES.some((line) => words.startsWith(line));
}

const FIRST_LINES = Object.values(LANGUAGE_OF).flatMap(({ meeting, help }) => [
  ...Object.values(meeting),
  help.intro,
]);
