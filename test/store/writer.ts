import { openSqliteStore } from '../../src/store/sqlite/store.ts';
import { accepted, fact, keyOf } from '../support/facts.ts';
import { judging } from './judging.ts';

// Writes batch after batch and says which are committed, until it is killed.
const store = openSqliteStore(process.argv[2] ?? '');
for (let batch = 0; ; batch += 1) {
  const news = [0, 1, 2].map((n) => ({
    key: keyOf(`${batch}-${n}`),
    facts: [accepted(), fact('stored', 1)],
  }));
  await store.records.update(news, judging());
  process.stdout.write(`${batch}\n`);
  await new Promise((resolve) => setImmediate(resolve));
}
