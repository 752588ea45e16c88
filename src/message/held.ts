import { type AtSession, type Fact, type Gone, isUnseen } from './fact.ts';
import type { MessageRecord } from './record.ts';
import type { Stamp } from './time.ts';

/** The fact that a message was put into a store. */
type Put = Extract<Fact, { kind: 'stored' | 'kept' }>;

/**
 * Did that store hold the message until then, and was it not handed out since it was put there? If
 * not, it makes no difference that the store was emptied.
 */
export function isHeldIn(facts: readonly Fact[], gone: Gone): boolean {
  const { where, at } = gone;
  const put = lastAt(putsIn(facts).filter((fact) => fact.where === where && fact.at < at));
  if (put === undefined) return false;
  const hasLeft = (fact: Fact) => isSent(fact, put) || isGone(fact, where, put);
  return !facts.some((fact) => fact !== gone && hasLeft(fact));
}

/**
 * Leaves out that stores were emptied, unless it is certain that these held the message last, and
 * that no device has it.
 */
export function withoutDoubtfulEmptying(facts: readonly Fact[]): readonly Fact[] {
  const isDoubtful = facts.some(({ kind }) => kind === 'gone') && !isKeptNowhere(facts);
  return isDoubtful ? facts.filter(({ kind }) => kind !== 'gone') : facts;
}

/**
 * May a store hold the message, whatever becomes of the sessions? The archive keeps what it has.
 * What was sent to a session that hides from the sender counts as not handed out, and so does what
 * was found emptied, so that neither shows.
 */
export function isHeldByAStore(facts: readonly Fact[]): boolean {
  const sentAt = lastAt(facts.filter((fact) => fact.kind === 'sent' && !isUnseen(fact))) ?? 0;
  return facts.some(
    (fact) => isArchived(fact) || (fact.kind === 'stored' && fact.at > sentAt && !isUnseen(fact)),
  );
}

function isArchived(fact: Fact): boolean {
  if (fact.kind === 'sent') return fact.archived === true;
  return isPut(fact) && fact.where === 'archive';
}

function isKeptNowhere(facts: readonly Fact[]): boolean {
  const puts = putsIn(facts);
  const isAllGone = puts.every(({ where }) => {
    const put = lastAt(puts.filter((fact) => fact.where === where)) ?? 0;
    return facts.some((fact) => isGone(fact, where, put));
  });
  return puts.length > 0 && isAllGone && !isPerhapsOnADevice(facts, lastAt(puts) ?? 0);
}

/**
 * What was stored after it was written to one device came back from that one. Another one may have
 * it, and so may a device without acknowledgements, and one that is away and may resume.
 */
function isPerhapsOnADevice(facts: readonly Fact[], storedAt: Stamp): boolean {
  const sent = facts.filter((fact): fact is AtSession => fact.kind === 'sent');
  const resources = new Set(sent.map(({ resource }) => resource));
  return (
    resources.size > 1 ||
    sent.some(({ at, unacknowledged }) => at > storedAt || unacknowledged === true) ||
    facts.some(({ kind, at }) => kind === 'kept' && at >= storedAt)
  );
}

/** The queue of a session is not a store. */
function putsIn(facts: readonly Fact[]): readonly Put[] {
  return facts.filter(isPut).filter(({ where }) => where !== 'stream');
}

function isPut(fact: Fact): fact is Put {
  return fact.kind === 'stored' || fact.kind === 'kept';
}

function isSent(fact: Fact, after: Stamp): boolean {
  return fact.kind === 'sent' && fact.at > after;
}

function isGone(fact: Fact, where: string, after: Stamp): boolean {
  return fact.kind === 'gone' && fact.where === where && fact.at > after;
}

function lastAt(facts: readonly Fact[]): Stamp | undefined {
  return facts.length === 0 ? undefined : Math.max(...facts.map(({ at }) => at));
}

/** The news without the emptying of stores that did not hold the message. */
export function relevantNews(news: readonly Fact[], { facts }: MessageRecord): readonly Fact[] {
  if (!news.some(({ kind }) => kind === 'gone')) return news;
  return news.filter((fact) => fact.kind !== 'gone' || isHeldIn([...facts, ...news], fact));
}
