import type { BareJid } from '../message/jid.ts';
import type { Stamp } from '../message/time.ts';
import { NO_CHANGES, type Transaction } from './adapter.ts';
import { forgetPreferences } from './choosing.ts';
import { questionsAfter } from './update.ts';
import type { PruneLimits, Removed } from './upkeep-store.ts';

/** What the account chose goes too, if it has not chosen since. */
export async function forgetAccount(
  { upkeep, preferences }: Pick<Transaction, 'upkeep' | 'preferences'>,
  account: BareJid,
  at: Stamp,
): Promise<Removed> {
  await forgetPreferences(preferences, account, at / 1000);
  return upkeep.forget(account, at);
}

/** Nobody is asked about what we do not know any more. */
export async function prune(
  rows: Pick<Transaction, 'upkeep' | 'questions' | 'save'>,
  limits: PruneLimits,
): Promise<Removed> {
  const { unasked, ...removed } = await rows.upkeep.prune(limits);
  const steps = unasked.map((key) => ({ kind: 'close', key }) as const);
  const { changes: questions } = await questionsAfter(rows.questions, steps, limits);
  if (steps.length > 0) await rows.save({ ...NO_CHANGES, questions });
  return removed;
}
