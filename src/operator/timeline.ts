import type { Fact } from '../message/fact.ts';
import type { BareJid } from '../message/jid.ts';
import type { MessageKey } from '../message/key.ts';
import { KINDS } from '../message/kinds.ts';
import { type Life, newestLife } from '../message/life.ts';
import { factsReadUpTo, type Status, statusOf } from '../message/status.ts';
import type { Stamp } from '../message/time.ts';
import type { Spelling } from '../protocol/spelling/spelling.ts';
import { currentStatusOf, type ServerTime } from '../receipt/current-status.ts';
import { type Explained, explain } from '../receipt/explain.ts';
import type { Preferences } from '../receipt/preferences.ts';
import { timesOf } from '../receipt/receipt.ts';
import type { Rules } from '../receipt/rules.ts';
import { type TickAndQuestion, tickAndQuestionOf } from '../receipt/tick-and-question.ts';
import type { PreferenceStore } from '../store/preference-store.ts';
import type { Found, RecordStore } from '../store/record-store.ts';

/** A fact, and what it proves. */
export interface Event {
  readonly fact: Fact;
  readonly proves: Status;
}

/** What is known of one message, whatever its sender may know. */
export interface MessageSummary {
  readonly key: MessageKey;
  /** When it was accepted. */
  readonly startedAt: Stamp;
  /** What the server's clock said then, if it differs. */
  readonly time?: Stamp | undefined;
  /** The furthest that the facts prove. */
  readonly status: Status;
  /** The furthest that the sender may know. */
  readonly senderKnows: Status;
}

/** The life of one message: what happened, who was told, and why not. */
export interface Timeline extends MessageSummary {
  readonly events: readonly Event[];
  readonly tellings: readonly Explained[];
  readonly next: TickAndQuestion;
}

export interface TimelineParts {
  readonly records: Pick<RecordStore, 'find' | 'latest'>;
  readonly preferences: Pick<PreferenceStore, 'get'>;
  readonly rules: Rules;
  readonly spell: Spelling;
  readonly timeFor: (key: MessageKey) => ServerTime;
}

/** `undefined`: no such message is kept, or it is not known to be accepted. */
export async function timelineOf(
  { sender, recipient, id }: MessageKey,
  parts: TimelineParts,
): Promise<Timeline | undefined> {
  const { records, spell } = parts;
  const key = { sender: spell(sender), recipient: spell(recipient), id };
  const found = await records.find(key);
  return found && timelineFrom(found, parts);
}

/** `undefined`: it is not known to be accepted. */
export async function timelineFrom(
  found: Found,
  parts: TimelineParts,
): Promise<Timeline | undefined> {
  const summary = summaryOf(found, parts);
  if (summary === undefined) return undefined;
  const choices = await parts.preferences.get(summary.key.sender);
  return { ...summary, ...historyOf(found, parts, choices) };
}

/** The last messages of a sender, the newest first. */
export async function lastMessages(
  { sender, recipient, limit }: Wanted,
  parts: TimelineParts,
): Promise<readonly MessageSummary[]> {
  const { records, spell } = parts;
  const found = await records.latest(spell(sender), recipient && spell(recipient), limit);
  return found.flatMap((it) => summaryOf(it, parts) ?? []);
}

export interface Wanted {
  readonly sender: BareJid;
  readonly recipient: BareJid | undefined;
  readonly limit: number;
}

export function summaryOf(found: Found, parts: TimelineParts): MessageSummary | undefined {
  const { tracked } = found;
  const life = newestLife(tracked.record);
  const known = currentStatusOf(tracked, contextOf(found, parts));
  if (life === undefined || known === undefined) return undefined;
  const status = statusOf(factsReadUpTo(life, found.readUpTo)) ?? 'accepted';
  const { status: senderKnows, messageTime: time } = known;
  return { key: tracked.key, startedAt: life.startedAt, time, status, senderKnows };
}

function historyOf(
  found: Found,
  parts: TimelineParts,
  sender: Preferences,
): Omit<Timeline, keyof MessageSummary> {
  const { tracked } = found;
  const life = withTimes(newestLife(tracked.record) as Life);
  const context = { ...contextOf(found, parts), sender };
  return {
    events: factsReadUpTo(life, found.readUpTo).map(eventOf).toSorted(byTime),
    tellings: explain(tracked, life, context),
    next: tickAndQuestionOf(tracked, life, context),
  };
}

function contextOf({ tracked, readUpTo, recipient, mentions }: Found, parts: TimelineParts) {
  return { rules: parts.rules, readUpTo, recipient, mentions, ...parts.timeFor(tracked.key) };
}

/** What the component added itself has only a stamp. */
function withTimes(life: Life): Life {
  const facts = life.facts.map((fact) => {
    const { time } = timesOf(life, fact);
    return time === undefined ? fact : { ...fact, time };
  });
  return { ...life, facts };
}

function eventOf(fact: Fact): Event {
  return { fact, proves: KINDS[fact.kind].proves };
}

function byTime(a: Event, b: Event): number {
  return a.fact.at - b.fact.at;
}
