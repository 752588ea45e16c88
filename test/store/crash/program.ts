import { openPostgres } from '../../../src/store/postgres/store.ts';
import { openSqlite } from '../../../src/store/sqlite/store.ts';
import { SERVED } from '../served.ts';
import { ACTS, type Act } from './acts.ts';
import { dyingStore, type Moment } from './dying.ts';

// Uses a store as it is told, and is killed: by itself at that moment, or by who started it.
const [path = '', act, transaction, moment] = process.argv.slice(2);
const store = dyingStore(
  path.startsWith('postgres:') ? openPostgres(path, { served: SERVED }) : openSqlite(path),
  { transaction: Number(transaction), moment: moment as Moment },
  () => {
    process.kill(process.pid, 'SIGKILL');
    return new Promise(() => {});
  },
);
await ACTS[act as Act](store, (text) => process.stdout.write(text));
