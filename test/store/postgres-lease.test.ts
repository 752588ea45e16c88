import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { backUpStore } from '../../src/store/backup.ts';
import { lockStore } from '../../src/store/locking.ts';
import { openPostgresStore } from '../../src/store/postgres/store.ts';
import { StoreUnavailable } from '../../src/store/store.ts';
import { Postgres } from '../support/postgres.ts';

let postgres: Postgres;

beforeAll(async () => {
  postgres = await Postgres.start();
});

afterAll(() => postgres?.stop());

describe('only one daemon uses a database', () => {
  test('a second daemon is refused, and told who uses it', async () => {
    const address = await postgres.database();
    const lock = await lockStore(address);
    await expect(lockStore(address)).rejects.toThrow(
      new RegExp(`another daemon \\(host:process .*:${process.pid}:.*\\) uses this database`),
    );
    await lock.release();
  });

  test('a database that was given back is used by the next daemon at once', async () => {
    const address = await postgres.database();
    await (await lockStore(address)).release();
    const since = performance.now();
    await (await lockStore(address)).release();
    expect(performance.now() - since).toBeLessThan(10_000);
  });

  test('a daemon that was killed is followed by the next one when its lease is over', async () => {
    const address = await postgres.database();
    const killed = await lockStore(address);
    await postgres.query(nameIn(address), "UPDATE leases SET until = now() - interval '1 ms'");
    const next = await lockStore(address);
    // It was not killed after all, but only away for long: it hears that it has lost the store.
    await killed.lost;
    await killed.release();
    await next.release();
  });
});

describe('a database that cannot be used says why, and what to do', () => {
  const REFUSED: readonly (readonly [what: string, address: () => string, says: RegExp])[] = [
    ['is not there', () => postgres.addressOf('nowhere'), /does not exist.*createdb/],
    ['nobody serves', () => 'postgres://receipts@127.0.0.1:9/store', /Start PostgreSQL/],
    [
      'the user may not enter',
      () => postgres.addressOf('postgres').replace('receipts@', 'nobody@'),
      /Correct user and password/,
    ],
  ];

  test.each(REFUSED)('a database that %s', async (_, address, says) => {
    await expect(lockStore(address())).rejects.toThrow(StoreUnavailable);
    await expect(lockStore(address())).rejects.toThrow(says);
  });

  test('tables that a newer version made are not touched', async () => {
    const address = await postgres.database();
    await (await lockStore(address)).release();
    await postgres.query(nameIn(address), 'UPDATE schema_version SET version = 1000');
    await expect(lockStore(address)).rejects.toThrow(/newer xmpp-receipts \(schema 1000/);
    const store = openPostgresStore(address);
    await expect(store.upkeep.backlog()).rejects.toThrow(/newer xmpp-receipts/);
    await store.close();
  });

  test('a database that cannot hold every letter is not used', async () => {
    const options = "TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'";
    await postgres.query('postgres', `CREATE DATABASE latin ${options}`);
    await expect(lockStore(postgres.addressOf('latin'))).rejects.toThrow(
      /expected a database with the encoding UTF8, found LATIN1\. .*createdb --encoding UTF8/,
    );
  });

  test('backup names the tools of PostgreSQL', () => {
    expect(() => backUpStore(postgres.addressOf('any'), '/tmp/copy')).toThrow(/pg_dump/);
  });
});

function nameIn(address: string): string {
  return new URL(address.replace('@/', '@localhost/')).pathname.slice(1);
}
