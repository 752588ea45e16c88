import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { lockStore } from '../../src/store/locking.ts';
import { OwnDaemon } from '../support/own-daemon.ts';
import { Postgres } from '../support/postgres.ts';

const PATIENCE = { timeout: 50_000 };

let postgres: Postgres;

beforeAll(async () => {
  postgres = await Postgres.start();
});

afterAll(() => postgres?.stop());

test('a daemon that stands by is ready for the service manager, waits while the database is away, and ends in order', async () => {
  const address = await postgres.database();
  const serving = await lockStore(address, 'receipts.test');
  const standby = new OwnDaemon();
  onTestFinished(() => standby.dispose());
  standby.write({ store: address });
  standby.start();
  await vi.waitUntil(() => standby.told.includes('READY=1'), PATIENCE);
  expect(standby.output).toContain(`:${process.pid}:`);
  await postgres.query('postgres', closeConnections('store1'));
  expect(standby.output).not.toContain('xmpp-receipts starts');
  standby.signal('SIGTERM');
  expect(await standby.ended()).toEqual({ code: 0, signal: null });
  expect(standby.told.at(-1)).toBe('STOPPING=1');
  expect(standby.log.filter(({ msg }) => String(msg).includes('stands by'))).toHaveLength(1);
  await serving.release();
});

function closeConnections(database: string): string {
  return `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${database}'`;
}
