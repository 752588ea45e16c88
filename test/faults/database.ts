import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { Postgres } from '../support/postgres.ts';
import type { StoreKind } from './plan.ts';
import { Relay } from './relay.ts';

const LOOK_MS = 10;

/** Where the daemon keeps its store, and what can befall it. */
export interface StorePlace {
  /** As the daemon is given it, and as the driver reads it past all faults. */
  readonly daemonsAddress: string;
  readonly address: string;
  /** A database over a network has a link. */
  readonly link?: Relay;
  readonly postgres?: Postgres;
  lock(ms: number): Promise<void>;
  dispose(): Promise<void>;
}

export function openPlace(kind: StoreKind, folder: string): Promise<StorePlace> {
  return kind === 'sqlite' ? Promise.resolve(sqliteIn(folder)) : postgresBehindALink(folder);
}

function sqliteIn(folder: string): StorePlace {
  const file = join(folder, 'receipts.db');
  return {
    daemonsAddress: `sqlite:${file}`,
    address: `sqlite:${file}`,
    lock: (ms) => lockFile(file, ms),
    dispose: async () => undefined,
  };
}

/** As another program does that writes: it begins as soon as the daemon does not write. */
async function lockFile(file: string, ms: number): Promise<void> {
  const other = new Database(file, { timeout: 0 });
  for (let isLocked = false; !isLocked; await sleep(LOOK_MS)) isLocked = begin(other);
  await sleep(ms);
  other.exec('ROLLBACK');
  other.close();
}

function begin(other: Database.Database): boolean {
  try {
    other.exec('BEGIN IMMEDIATE');
    return true;
  } catch {
    // The daemon is writing just now.
    return false;
  }
}

async function postgresBehindALink(folder: string): Promise<StorePlace> {
  const postgres = await Postgres.start();
  const address = await postgres.database();
  const link = await Relay.open({ path: join(folder, '.s.PGSQL.5432') }, { path: postgres.socket });
  return {
    daemonsAddress: address.replace(/host=.*/, `host=${encodeURIComponent(folder)}`),
    address,
    link,
    postgres,
    lock: async () => undefined,
    dispose: async () => {
      await link.close();
      await postgres.stop();
    },
  };
}
