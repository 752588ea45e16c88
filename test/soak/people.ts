/** How a person lives. */
export type Habit =
  /** Online for minutes; the client answers requests for receipts, and says what was read. */
  | 'reader'
  /** Online for minutes; the client answers nothing. */
  | 'silent'
  /** A phone that loses its connection, and takes its session up again if it is not too late. */
  | 'sleeper'
  /** Away most of the time: messages wait in the offline store. */
  | 'absent'
  /** Policy manual: answers the questions of the bot, sometimes. */
  | 'asked'
  /** Policy automatic: the server answers for the client. */
  | 'automatic'
  /** Changes the policy again and again. */
  | 'chooser';

export interface Person {
  readonly jid: string;
  readonly habit: Habit;
  /** They see each other's presence, and write to each other. */
  readonly friends: readonly string[];
}

export const HOST = 'soak.test';

/** An address without an account, and one that no server has. */
export const NOBODY = `nobody@${HOST}`;
export const NOWHERE = 'somebody@nowhere.invalid';

const CIRCLES = 6;
const CIRCLE: readonly Habit[] = [
  ...(['reader', 'reader', 'reader', 'silent', 'sleeper', 'sleeper'] as const),
  ...(['absent', 'asked', 'automatic', 'chooser'] as const),
];

/** Circles of friends. */
export const PEOPLE: readonly Person[] = Array.from({ length: CIRCLES }, circle).flat();

function circle(_: unknown, number: number): readonly Person[] {
  const jids = CIRCLE.map((habit, place) => `${habit}${number}${place}@${HOST}`);
  return CIRCLE.map((habit, place) => {
    const jid = jids[place] ?? '';
    return { jid, habit, friends: jids.filter((friend) => friend !== jid) };
  });
}
