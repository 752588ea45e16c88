import { setImmediate as nextTurn } from 'node:timers/promises';
import type { BareJid } from '../message/jid.ts';
import type { Preferences } from '../receipt/preferences.ts';
import type { Question, QuestionStore } from '../store/question-store.ts';
import type { Place } from '../store/record-store.ts';
import type { SurveyStore } from '../store/survey-store.ts';
import type { KeptWatch, WatchStore } from '../store/watch-store.ts';
import { type Timeline, type TimelineParts, timelineFrom } from './timeline.ts';

/** What is kept of one person, but for the messages. */
export interface Person {
  readonly user: BareJid;
  readonly preferences: Preferences;
  /** What waits for the person's answer. */
  readonly questions: readonly Question[];
  /** What the person watches, as a sender. */
  readonly watches: readonly KeptWatch[];
}

export interface ExportParts extends TimelineParts {
  readonly survey: Pick<SurveyStore, 'messagesOf'>;
  readonly questions: Pick<QuestionStore, 'waiting'>;
  readonly watches: Pick<WatchStore, 'of'>;
}

/** So many messages are read in one turn of the event loop, so that others have theirs. */
const AT_ONCE = 50;

export async function personOf(address: BareJid, parts: ExportParts): Promise<Person> {
  const user = parts.spell(address);
  const preferences = await parts.preferences.get(user);
  const questions = await parts.questions.waiting(user);
  return { user, preferences, questions, watches: await parts.watches.of(user) };
}

/** The lives of all messages that a person sent, then of those that the person got. */
export async function* messagesOf(address: BareJid, parts: ExportParts): AsyncGenerator<Timeline> {
  const user = parts.spell(address);
  let after: Place | undefined;
  do {
    const { found, end } = await parts.survey.messagesOf(user, after, AT_ONCE);
    for (const each of found) {
      const timeline = await timelineFrom(each, parts);
      if (timeline !== undefined) yield timeline;
    }
    after = end;
    await nextTurn();
  } while (after !== undefined);
}
