import type { Fact } from '../message/fact.ts';
import type { MessageKey } from '../message/key.ts';
import type { Evidence } from '../message/kinds.ts';
import type { Life } from '../message/life.ts';
import type { Proof, Status } from '../message/status.ts';
import type { Stamp } from '../message/time.ts';
import type { ForAudience } from './audience.ts';
import { timeOfDay } from './time-of-day.ts';

/**
 * A report to a message's sender: its status, since when, and on whose word. The store keeps it as
 * it is.
 */
export interface Receipt extends ForAudience {
  readonly key: MessageKey;
  readonly status: Status;
  readonly evidence: Evidence;
  readonly at: Stamp;
  /** When the message itself was accepted. Texts name the message by this time. */
  readonly messageAt: Stamp;
  /** What clocks said at these two, where it differs. */
  readonly time?: Stamp;
  readonly messageTime?: Stamp;
  /** Why the message failed: the condition of RFC 6120 §8.3.3. */
  readonly condition?: string;
  /** In words it is not worth a row in the sender's archive. */
  readonly unarchived?: true;
}

export function receiptOf(key: MessageKey, proof: Proof, life: Life): Receipt {
  const { status, evidence, at, fact } = proof;
  const condition = fact.kind === 'failed' ? { condition: fact.condition } : {};
  const times = timesOf(life, fact);
  return { key, status, evidence, at, messageAt: life.startedAt, ...times, ...condition };
}

/** The times of day of a fact and of its message, where they are not the stamps. */
export function timesOf(life: Life, fact: Fact | undefined): Pick<Receipt, 'time' | 'messageTime'> {
  const first = life.facts.find(({ kind, at }) => kind === 'accepted' && at === life.startedAt);
  const time = fact && timeOf(fact, life);
  return {
    ...(time === undefined ? {} : { time }),
    ...(first?.time === undefined ? {} : { messageTime: first.time }),
  };
}

/** A fact of our own says only its stamp: a person's answer, or a refusal in advance. */
function timeOf(fact: Fact, life: Life): Stamp | undefined {
  return fact.side === 'component' ? (fact.time ?? timeOfDay(fact.at, life)) : fact.time;
}
