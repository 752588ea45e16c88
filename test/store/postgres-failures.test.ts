import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { StoreConflict } from '../../src/store/conflict.ts';
import { makePool } from '../../src/store/postgres/connection.ts';
import { openPostgresStore } from '../../src/store/postgres/store.ts';
import { Transactions, WRITE } from '../../src/store/postgres/transactions.ts';
import { StoreUnavailable } from '../../src/store/store.ts';
import { Postgres } from '../support/postgres.ts';

let postgres: Postgres;

beforeAll(async () => {
  postgres = await Postgres.start();
});

afterAll(() => postgres?.stop());

describe('a connection that cannot be had is an expected failure that says what to do', () => {
  /** What a server says that wants a password: AuthenticationSASL, then SASLContinue. */
  const WANTS_PASSWORD = [
    Buffer.from('R\0\0\0\x17\0\0\0\x0aSCRAM-SHA-256\0\0', 'latin1'),
    Buffer.from('R\0\0\0\x0b\0\0\0\x0br=n', 'latin1'),
  ];

  const REFUSED: readonly (readonly [
    what: string,
    address: () => Promise<string>,
    says: RegExp,
  ])[] = [
    [
      'no password is set where one is wanted',
      () => serverThatSays(...WANTS_PASSWORD),
      /password.*Correct user and password/,
    ],
    [
      'the server does not speak TLS',
      async () => `${await serverThatSays(Buffer.from('N'))}?sslmode=verify-full`,
      /SSL.*Correct "sslmode"/,
    ],
    [
      'the port is no port',
      async () => 'postgres://receipts@localhost:99999/store',
      /postgres:\/\/user@host:port\/database/,
    ],
    [
      'nobody knows the host',
      async () => 'postgres://receipts@nowhere.invalid/store',
      /correct host and port/,
    ],
  ];

  test.each(REFUSED)('it says what to do when %s', async (_, address, says) => {
    const store = openPostgresStore(await address());
    onTestFinished(() => store.close());
    const failing = store.upkeep.backlog();
    await expect(failing).rejects.toThrow(StoreUnavailable);
    await expect(failing).rejects.toThrow(says);
  });
});

describe('a transaction whose connection the server has ended', () => {
  test('is done again when we said nothing for too long, as this machine slept', async () => {
    const transactions = await someTransactions();
    const sleeping = transactions.run(WRITE, async (sql) => {
      await sql.run("SET idle_in_transaction_session_timeout = '50ms'");
      await delay(500);
      await sql.rows('SELECT 1');
    });
    await expect(sleeping).rejects.toThrow(StoreConflict);
  });

  test('fails at once when the server did not answer, as the next try would take as long', async () => {
    const transactions = await someTransactions();
    const silent = transactions.run(WRITE, async () => {
      throw new Error('Query read timeout');
    });
    await expect(silent).rejects.toThrow(StoreUnavailable);
    await expect(silent).rejects.toThrow('Start PostgreSQL');
  });

  test('leaves its place to the next one', async () => {
    const transactions = await someTransactions();
    const ended = transactions.run(WRITE, (sql) =>
      sql.rows('SELECT pg_terminate_backend(pg_backend_pid())'),
    );
    await expect(ended).rejects.toThrow(StoreConflict);
    expect(await transactions.run(WRITE, (sql) => sql.rows('SELECT 1 AS one'))).toEqual([
      { one: 1 },
    ]);
  });
});

test('a transaction that cannot be committed is not said to be', async () => {
  const transactions = await someTransactions();
  const failing = transactions.run(WRITE, async (sql) => {
    await sql.run('SELECT 1 / 0').catch(() => {});
  });
  await expect(failing).rejects.toThrow('the transaction was rolled back');
});

/** With one connection: if it is not given back, the next transaction waits for ever. */
async function someTransactions(): Promise<Transactions> {
  const transactions = new Transactions(makePool(await postgres.database(), 1));
  onTestFinished(() => transactions.close());
  return transactions;
}

async function serverThatSays(...said: readonly Buffer[]): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    const answers = [...said];
    socket.on('data', () => socket.write(answers.shift() ?? ''));
  });
  onTestFinished(() => void server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `postgres://receipts@127.0.0.1:${address.port}/store`;
}
