import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { claimStore, lockStore, type StoreLock } from '../../src/store/locking.ts';
import { openStore } from '../../src/store/open.ts';
import { openPostgresStore } from '../../src/store/postgres/store.ts';
import { StoreUnavailable } from '../../src/store/store.ts';
import { Postgres } from '../support/postgres.ts';

let postgres: Postgres;

beforeAll(async () => {
  postgres = await Postgres.start();
});

afterAll(() => postgres?.stop());

const [HERE, THERE] = ['receipts.here.test', 'receipts.there.test'];

describe('only one daemon serves a component', () => {
  test('a second one is refused, and told who serves it', async () => {
    const address = await postgres.database();
    const lock = await lockStore(address, HERE);
    await expect(lockStore(address, HERE)).rejects.toThrow(
      new RegExp(
        `another daemon \\(host:process .*:${process.pid}:.*\\) uses this database for ${HERE}`,
      ),
    );
    await lock.release();
  });

  test('one that waits for it hears at each look who serves it, and has it when that one has gone', async () => {
    const address = await postgres.database();
    const first = await lockStore(address, HERE);
    const second = claimStore(address, HERE);
    for (let look = 0; look < 3; look += 1)
      expect(await second.take()).toMatchObject({ component: HERE });
    await first.release();
    expect(await second.take()).toBeUndefined();
    await second.release();
  });

  test('a component that was given back is served by the next daemon at once', async () => {
    const address = await postgres.database();
    await (await lockStore(address, HERE)).release();
    const next = claimStore(address, HERE);
    expect(await next.take()).toBeUndefined();
    await next.release();
  });

  test('a daemon that was killed is followed by the next one when its lease is over', async () => {
    const address = await postgres.database();
    const killed = await lockStore(address, HERE);
    await endLeases(address);
    const next = await lockStore(address, HERE);
    // It was not killed after all, but only away for long: it hears that it has lost the component.
    await killed.lost;
    expect(killed.isSure()).toBe(false);
    expect(next.isSure()).toBe(true);
    await killed.release();
    await next.release();
  });

  test('ten that want it at once are one that has it and nine that hear who', async () => {
    const address = await postgres.database();
    const claims = Array.from({ length: 10 }, () => claimStore(address, HERE));
    const holders = await Promise.all(claims.map((claim) => claim.take()));
    expect(holders.filter((holder) => holder === undefined)).toHaveLength(1);
    await Promise.all(claims.map((claim) => claim.release()));
  });
});

describe('daemons of several components share a database', () => {
  test('each has its own, and one that loses it leaves the others theirs', async () => {
    const address = await postgres.database();
    const [here, there] = [await lockStore(address, HERE), await lockStore(address, THERE)];
    const store = openStore(address, { fence: there.fence });
    onTestFinished(() => store.close());
    await endLeases(address);
    const next = await lockStore(address, HERE);
    await here.lost;
    await store.upkeep.keepClock({ seen: 1, ahead: 0 });
    for (const lock of [here, there, next]) await lock.release();
  });

  test('the number of a fence is that of one daemon only', async () => {
    const address = await postgres.database();
    const locks = [];
    for (const component of [HERE, THERE, HERE, THERE]) {
      locks.push(await lockStore(address, component));
      await endLeases(address);
    }
    expect(new Set(locks.map(({ fence }) => fence?.number)).size).toBe(4);
    for (const lock of locks) await lock.release();
  });
});

describe('who needs all of a database', () => {
  test('waits until no daemon uses any of it, and no daemon begins meanwhile', async () => {
    const address = await postgres.database();
    const there = await lockStore(address, THERE);
    const all = claimStore(address);
    expect(await all.take()).toMatchObject({ component: THERE });
    await there.release();
    expect(await all.take()).toBeUndefined();
    const here = claimStore(address, HERE);
    expect(await here.take()).toMatchObject({ component: undefined });
    await all.release();
    expect(await here.take()).toBeUndefined();
    await here.release();
  });

  test('shuts out a daemon that slept, and so does a daemon that follows it', async () => {
    const address = await postgres.database();
    const slept = await lockStore(address, HERE);
    await endLeases(address);
    const all = await lockStore(address);
    await expectShutOut(address, slept);
    await endLeases(address);
    const next = await lockStore(address, THERE);
    await expectShutOut(address, all);
    for (const lock of [slept, all, next]) await lock.release();
  });

  test('is, too, a daemon of an older version, which knows no other lease', async () => {
    const address = await postgres.database();
    await (await lockStore(address)).release();
    await postgres.query(
      nameIn(address),
      "INSERT INTO leases VALUES ('daemon', 'older:1:1', now() + interval '1 hour')",
    );
    const newer = claimStore(address, HERE);
    expect(await newer.take()).toEqual({ component: undefined, process: 'older:1:1' });
    await endLeases(address);
    expect(await newer.take()).toBeUndefined();
    await newer.release();
  });
});

async function expectShutOut(address: string, { fence }: StoreLock): Promise<void> {
  const store = openStore(address, { fence });
  const writing = store.upkeep.keepClock({ seen: 1, ahead: 0 });
  await expect(writing).rejects.toThrow('another daemon has taken over the database');
  await store.close();
}

/** As if the time of all leases was over. */
async function endLeases(address: string): Promise<void> {
  await postgres.query(nameIn(address), "UPDATE leases SET until = now() - interval '1 ms'");
}

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
});

function nameIn(address: string): string {
  return new URL(address.replace('@/', '@localhost/')).pathname.slice(1);
}
