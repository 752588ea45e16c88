import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPostgresStore } from '../../src/store/postgres/store.ts';
import { ALICE } from '../support/facts.ts';
import { Postgres } from '../support/postgres.ts';
import { storeContract } from './contract/contract.ts';
import { dieOf, killWhileWriting } from './crash/killed.ts';
import { fillWithMany } from './many-rows.ts';
import { recordStatements, type Walk, walksOf } from './postgres-plans.ts';
import { SERVED } from './served.ts';

const statements = recordStatements();

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

describe('no statement walks a table that grows', () => {
  /** Statements that walk all the same, and what bounds them. */
  const BOUNDED: Readonly<Record<string, RegExp>> = {
    'a table of one row': /^Seq Scan (schema_version|copying|policy_number|identity) /,
    'a row for each server': /^Seq Scan gaps /,
    'a row for each component': /^Seq Scan (limits|leases) /,
    'what one more opening pushes out': /^Index Scan epochs_pkey .* DELETE FROM epochs /,
    'the messages that a marker covers': /^Index Scan messages_of_recipient .*<= r\.up_to\)\) /,
  };

  let address: string;

  beforeAll(async () => {
    address = await postgres.database();
    const store = openPostgresStore(address, { served: SERVED });
    await store.upkeep.backlog();
    await store.close();
    await fillWithMany(address);
  });

  test('no statement of the contract walks a table that grows', async () => {
    expect(statements.size).toBeGreaterThan(80);
    const walks = (await walksOf(address, statements)).map(inWords);
    const reasons = Object.values(BOUNDED);
    expect(walks.filter((walk) => !reasons.some((reason) => reason.test(walk)))).toEqual([]);
    expect(reasons.filter((reason) => !walks.some((walk) => reason.test(walk)))).toEqual([]);
  });

  test('a statement that walks a table that grows is found', async () => {
    const walking = new Map<string, readonly unknown[]>([
      ['DELETE FROM outbox WHERE $1 IN (sender, recipient)', [ALICE]],
      ['SELECT count(*) FROM outbox WHERE parcel IS NOT NULL', []],
      ['DELETE FROM messages WHERE shard = $1 AND born < $2', [1, 7]],
      ['SELECT 1 FROM messages WHERE shard = $1 AND id = $2', [1, 'm1']],
      ['SELECT id FROM messages WHERE shard = $1 AND wake < $2 ORDER BY id LIMIT 9', [1, 7]],
    ]);
    const found = new Set((await walksOf(address, walking)).map(({ statement }) => statement));
    expect([...found]).toEqual([...walking.keys()]);
  });
});

function inWords({ step, statement }: Walk): string {
  return `${step} ${statement}`;
}

/**
 * Of the PostgreSQL of this test file or, to try another server that speaks its language, the one
 * whose address this command prints: with our tables or without any.
 */
async function emptyDatabase(): Promise<string> {
  const command = process.env['XMPP_RECEIPTS_TEST_DATABASE'];
  if (command === undefined) return postgres.database();
  return execFileSync(command, { encoding: 'utf8' }).trim();
}
