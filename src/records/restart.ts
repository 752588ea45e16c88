import { setImmediate as nextTurn } from 'node:timers/promises';
import { domainOf } from '../message/jid.ts';
import { newestLife } from '../message/life.ts';
import { lostByRestart } from '../message/sessions.ts';
import type { News, RecordStore } from '../store/record-store.ts';
import type { Restart } from './batch.ts';
import type { Ledger } from './ledger.ts';

export interface RestartParts {
  readonly records: Pick<RecordStore, 'find' | 'kept'>;
  readonly ledger: Pick<Ledger, 'learn'>;
}

const PAGE = 500;

/**
 * A server has started anew: the messages that only its sleeping sessions held are lost. It looks at
 * all messages that may still change, a page at a time. To do it again is harmless.
 */
export async function learnOfRestart(
  restart: Restart,
  { records, ledger }: RestartParts,
): Promise<void> {
  // All pages first: what is learned moves messages to other pages.
  const news: News[] = [];
  for (let after: string | undefined, isMore = true; isMore; ) {
    const { keys, end } = await records.kept(after, PAGE);
    for (const key of keys) news.push(...(await lostOf({ key, restart, records })));
    after = end;
    isMore = end !== undefined;
    await nextTurn();
  }
  await ledger.learn(news);
}

interface Suspect extends Pick<RestartParts, 'records'>, Pick<News, 'key'> {
  readonly restart: Restart;
}

async function lostOf({ key, restart, records }: Suspect): Promise<readonly News[]> {
  if (domainOf(key.recipient) !== restart.domain) return [];
  const found = await records.find(key);
  const life = found && newestLife(found.tracked.record);
  const facts = life === undefined ? [] : lostByRestart(life.facts, restart.at);
  return facts.length === 0 ? [] : [{ key, facts }];
}
