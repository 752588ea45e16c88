import type { MessageKey } from '../message/key.ts';
import type { Evidence } from '../message/kinds.ts';
import type { Proof, Status } from '../message/status.ts';
import type { Stamp } from '../message/time.ts';

/** One report to a message's sender: its status, since when, and on whose word. Persisted. */
export interface Receipt {
  readonly key: MessageKey;
  readonly status: Status;
  readonly evidence: Evidence;
  readonly at: Stamp;
  /** When the message itself was accepted. Texts name the message by this time. */
  readonly messageAt: Stamp;
  /** On `failed`: RFC 6120 §8.3.3. */
  readonly condition?: string;
  /** It is not the first receipt about this message. */
  readonly follows?: true;
}

export function receiptOf(key: MessageKey, proof: Proof, messageAt: Stamp): Receipt {
  const { status, evidence, at, fact } = proof;
  const condition = fact.kind === 'failed' ? { condition: fact.condition } : {};
  return { key, status, evidence, at, messageAt, ...condition };
}
