import { openSqliteStore } from '../../src/store/sqlite/store.ts';
import { ALICE, accepted, fact, keyOf, T0 } from '../support/facts.ts';
import { judging } from './judging.ts';

// Deletes an account with many messages. Nothing else keeps the process alive.
const store = openSqliteStore(process.argv[2] ?? '');
const news = Array.from({ length: 6000 }, (_, n) => ({
  key: keyOf(`m${n}`),
  facts: [accepted(), fact('stored', 1)],
}));
await store.records.update(news, judging());
for (let isMore = true; isMore; ) isMore = (await store.upkeep.forget(ALICE, T0 * 2)).isMore;
process.stdout.write('forgotten\n');
for (let n = 0; n < 3; n += 1) await store.records.update(news.slice(n * 2000), judging());
store.upkeep.forget(ALICE, T0 * 2).catch(() => {});
await store.close();
process.stdout.write('closed\n');
