import type { WatchAnswer } from '../commands/command.ts';
import type { FormTexts } from './forms.ts';

/** The forms about messages that a person watches, and about those of which nothing was heard. */
export interface WatchForms {
  readonly commands: Readonly<Record<WatchFormName, FormTexts>>;
  readonly fields: Readonly<Record<WatchFieldName, string>>;
  /** The choice of the last message. */
  readonly lastMessage: string;
  readonly message: (recipient: string, time: string) => string;
  /** A message of which its sender was told; the mark stands in front, as clients cut what is long. */
  readonly told: (item: string) => string;
  /** What to do with a watch; `keep`: nothing. */
  readonly watchAnswers: Readonly<Record<WatchAnswer | 'keep', string>>;
  readonly watchNoMore: string;
  readonly watchNotes: Readonly<Record<WatchNote, string>>;
}

export type WatchFormName = 'why' | 'watch' | 'watches' | 'watch-contact';

export type WatchFieldName =
  | 'message'
  | 'lastTo'
  | 'watchedContact'
  | 'goal'
  | 'length'
  | 'otherLength'
  | 'otherTime'
  | 'whatToDo'
  | 'howMuchLonger'
  | 'watchedSoFar';

export type WatchNote = 'badMessage' | 'badContact' | 'badTime' | 'badLength' | 'badChoice';
