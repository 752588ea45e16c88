import { acceptedFacts, type Life, newestLife } from '../message/life.ts';
import type { MessageRecord } from '../message/record.ts';
import type { Stamp } from '../message/time.ts';
import type { Aged } from './expire.ts';
import type { Preferences } from './preferences.ts';
import { isOurs, type Rules } from './rules.ts';
import { hasMark, type Tracked } from './tracked.ts';
import { goalOf, isTooLong, type Patience, type Watch } from './watch.ts';

interface WantedBy {
  readonly rules: Rules;
  readonly sender: Preferences;
}

/** `undefined`: nobody asks for one, or it was decided before. */
export type WatchWanted = Watch | 'too long' | undefined;

/** The watch that begins with this message: its sender asks for it in the stanza, or for a contact. */
export function watchWanted(
  { tracked, life }: Pick<Aged, 'tracked' | 'life'>,
  before: MessageRecord,
  { rules, sender }: WantedBy,
): WatchWanted {
  const { key, watched } = tracked;
  if (hasMark(life, watched) || !isOurs(key.sender, rules)) return undefined;
  const patience =
    inStanza(life) ?? (isNew(life, before) ? forContact(tracked, sender) : undefined);
  if (patience === undefined) return undefined;
  const position = life.startedAt;
  const watch = { key, position, ...patience, deadline: position + patience.within };
  return isTooLong(watch, rules) ? 'too long' : watch;
}

const SECOND: Stamp = 1_000_000;

/** docs/protocol.md §3.2 */
function inStanza(life: Life): Patience | undefined {
  const fact = acceptedFacts(life).find(({ within }) => within !== undefined);
  if (fact?.within === undefined) return undefined;
  return { within: fact.within * SECOND, goal: goalOf(fact.until) };
}

/** A rule is about what is sent from then on, not about what was sent before it was made. */
function isNew(life: Life, before: MessageRecord): boolean {
  const known = newestLife(before);
  return known === undefined || life.startedAt > known.startedAt;
}

function forContact({ key }: Tracked, { watched }: Preferences): Patience | undefined {
  return watched !== undefined && Object.hasOwn(watched, key.recipient)
    ? watched[key.recipient]
    : undefined;
}
