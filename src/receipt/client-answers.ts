import { type Fact, isWithheld } from '../message/fact.ts';
import type { Life } from '../message/life.ts';
import { factsReadUpTo, type ReadUpTo } from '../message/status.ts';

/** Did the recipient's client itself answer, and did the sender's client get it? */
export function isLetThrough(fact: Fact): boolean {
  return (fact.kind === 'received' || fact.kind === 'displayed') && !isWithheld(fact);
}

/**
 * What the sender's client has of the recipient's: the answers to this message, and the marker of a
 * later one (XEP-0333 §1) if this one was answered too. What else proves that it arrived does not
 * count here: a marker that goes through must not show an answer that was stopped.
 */
export function clientAnswers(life: Life, readUpTo: ReadUpTo | undefined): readonly Fact[] {
  return factsReadUpTo({ ...life, facts: life.facts.filter(isLetThrough) }, readUpTo);
}
