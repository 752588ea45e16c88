import { newestLife } from '../message/life.ts';
import { type Context, disclosedTo } from './disclose.ts';
import type { Tracked } from './judge.ts';
import { type Receipt, receiptOf } from './receipt.ts';

/** The furthest status of a message that its sender may know; `undefined` if it is not known to be accepted. */
export function furthestOf({ key, record }: Tracked, context: Context): Receipt | undefined {
  const life = newestLife(record);
  if (life === undefined) return undefined;
  const proof = disclosedTo(key, life, context).proofs.at(-1);
  return proof === undefined ? undefined : receiptOf(key, proof, life.startedAt);
}
