import { setImmediate as nextTurn } from 'node:timers/promises';
import { domainOf } from '../message/jid.ts';
import { newestLife } from '../message/life.ts';
import { lostWithServer } from '../message/sessions.ts';
import type { News, RecordStore } from '../store/record-store.ts';
import type { Crash } from './batch.ts';
import type { Ledger } from './ledger.ts';

export interface CrashParts {
  readonly records: Pick<RecordStore, 'find' | 'kept'>;
  readonly ledger: Pick<Ledger, 'learn'>;
}

const PAGE = 500;

/**
 * A server died without a word: the messages that only its sessions held are lost. It looks at all
 * messages that may still change, a page at a time. To do it again is harmless.
 */
export async function learnOfCrash(crash: Crash, { records, ledger }: CrashParts): Promise<void> {
  // All pages first: what is learned moves messages to other pages.
  const news: News[] = [];
  for (let after: string | undefined, isMore = true; isMore; ) {
    const { keys, end } = await records.kept(after, PAGE);
    for (const key of keys) news.push(...(await lostOf({ key, crash, records })));
    after = end;
    isMore = end !== undefined;
    await nextTurn();
  }
  await ledger.learn(news);
}

interface Suspect extends Pick<CrashParts, 'records'>, Pick<News, 'key'> {
  readonly crash: Crash;
}

async function lostOf({ key, crash, records }: Suspect): Promise<readonly News[]> {
  if (domainOf(key.recipient) !== crash.domain) return [];
  const found = await records.find(key);
  const life = found && newestLife(found.tracked.record);
  const facts = life === undefined ? [] : lostWithServer(life.facts, crash.at);
  return facts.length === 0 ? [] : [{ key, facts }];
}
