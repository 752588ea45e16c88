import type { StoreNews } from '../store/store-news.ts';
import type { Logger } from '../telemetry/log.ts';

/** Before a daemon has its store. */
export function sayStoreNews(log: Logger, news: StoreNews): void {
  if (news === 'was put back') log.warn(WORDS[news]);
  else log.info(WORDS[news]);
}

const WORDS: Readonly<Record<StoreNews, string>> = {
  'has older tables':
    'the tables of the store are those of an older version, and are brought up to date now: with many million messages this takes minutes, and the daemon begins after it',
  'was put back':
    'an older state of the database was put back (pg_restore), and is settled as a restored backup is: what waited in it is not sent, nobody is asked again, and newer policies are taken from the servers',
  'was moved':
    'the database was made anew from a dump (pg_restore), and no daemon has used the old one since the dump: what waits still waits',
};
