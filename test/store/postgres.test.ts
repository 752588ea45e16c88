import { execFileSync } from 'node:child_process';
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
  const address = await emptyDatabase();
  return {
    open: () => openPostgresStore(address, { served: SERVED }),
    crash: (act, death) => dieOf(address, act, death),
    killWhileWriting: () => killWhileWriting(address),
    remove: async () => {},
  };
});

/**
 * Of the PostgreSQL of this test file or, to try another server that speaks its language, the one
 * whose address this command prints: with our tables or without any.
 */
async function emptyDatabase(): Promise<string> {
  const command = process.env['XMPP_RECEIPTS_TEST_DATABASE'];
  if (command === undefined) return postgres.database();
  return execFileSync(command, { encoding: 'utf8' }).trim();
}
