import { setImmediate as nextTurn } from 'node:timers/promises';
import { domainOf } from '../message/jid.ts';
import { keyText } from '../message/key.ts';
import { newestLife } from '../message/life.ts';
import { lostByRestart } from '../message/sessions.ts';
import type { News, OpenStore, RecordStore } from '../store/record-store.ts';
import { type Batch, type Restart, restartsIn } from './batch.ts';
import type { Ledger } from './ledger.ts';

export interface RestartParts {
  readonly records: Pick<RecordStore, 'find'>;
  readonly open: Pick<OpenStore, 'kept'>;
  readonly ledger: Pick<Ledger, 'learn'>;
}

const PAGE = 500;

export async function learnOfRestarts(
  batches: readonly Batch[],
  parts: RestartParts,
): Promise<void> {
  for (const restart of restartsIn(batches)) await learnOfRestart(restart, parts);
}

/**
 * A server has started anew: the messages that only its sleeping sessions held are lost. It looks
 * at all messages that may still change, a page at a time. To do it again is harmless.
 */
export async function learnOfRestart(restart: Restart, parts: RestartParts): Promise<void> {
  // All pages first: what is learned moves messages to other pages. So does what becomes due
  // earlier meanwhile (`hasten`), but at most once for each message: it is found the second time.
  const news = new Map<string, News>();
  for (const { key, facts } of [
    ...(await lostIn(restart, parts)),
    ...(await lostIn(restart, parts)),
  ])
    news.set(keyText(key), { key, facts });
  await parts.ledger.learn([...news.values()]);
}

async function lostIn(restart: Restart, { records, open }: RestartParts): Promise<readonly News[]> {
  const lost: News[] = [];
  for (let after: string | undefined, isMore = true; isMore; ) {
    const { keys, end } = await open.kept(after, PAGE);
    for (const key of keys) lost.push(...(await lostOf({ key, restart, records })));
    after = end;
    isMore = end !== undefined;
    await nextTurn();
  }
  return lost;
}

interface Suspect extends Pick<RestartParts, 'records'>, Pick<News, 'key'> {
  readonly restart: Restart;
}

async function lostOf({ key, restart, records }: Suspect): Promise<readonly News[]> {
  if (domainOf(key.recipient) !== restart.domain) return [];
  const found = await records.find(key);
  const life = found && newestLife(found.tracked.record);
  const facts = life === undefined ? [] : lostByRestart(life.facts, restart);
  return facts.length === 0 ? [] : [{ key, facts }];
}
