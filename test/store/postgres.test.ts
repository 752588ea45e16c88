import { afterAll, beforeAll } from 'vitest';
import { openPostgresStore } from '../../src/store/postgres/store.ts';
import { Postgres } from '../support/postgres.ts';
import { storeContract } from './contract/contract.ts';
import { dieOf, killWhileWriting } from './crash/killed.ts';
import { SERVED } from './served.ts';

let postgres: Postgres;

beforeAll(async () => {
  postgres = await Postgres.start();
});

afterAll(() => postgres?.stop());

storeContract('a PostgreSQL database', async () => {
  const address = await postgres.database();
  return {
    open: () => openPostgresStore(address, { served: SERVED }),
    crash: (act, death) => dieOf(address, act, death),
    killWhileWriting: () => killWhileWriting(address),
    remove: async () => {},
  };
});
