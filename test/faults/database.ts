import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { backUpStore, restoreStore } from '../../src/store/backup.ts';
import { Postgres } from '../support/postgres.ts';
import { Disk } from './disk.ts';
import { HOSTS } from './people.ts';
import type { StoreKind } from './plan.ts';
import { Relay } from './relay.ts';

const LOOK_MS = 10;
const MEGABYTES = { sqlite: 192, postgres: 512 } as const;

/** Where the daemon keeps its store, and what can befall it. */
export interface StorePlace {
  /** As the daemon is given it, and as the driver reads it past all faults. */
  readonly daemonsAddress: string;
  readonly address: string;
  /** A database over a network has a link. */
  readonly link?: Relay;
  readonly postgres?: Postgres;
  /** Only root has one. */
  readonly disk?: Disk;
  /** Another program writes for so long. */
  lock(ms: number): Promise<void>;
  /** No byte is left on the disk. */
  fill(): Promise<void>;
  /** While no daemon runs. */
  setReadOnly(isReadOnly: boolean): Promise<void>;
  backUp(): Promise<void>;
  /** While nobody has it open. */
  restore(): Promise<void>;
  dispose(): Promise<void>;
}

export function openPlace(kind: StoreKind, folder: string): Promise<StorePlace> {
  const disk = Disk.make(MEGABYTES[kind]);
  return kind === 'sqlite'
    ? Promise.resolve(sqliteIn(folder, disk))
    : postgresBehindALink(folder, disk);
}

function sqliteIn(folder: string, disk?: Disk): StorePlace {
  const file = join(disk?.path ?? folder, 'receipts.db');
  const address = `sqlite:${file}`;
  const backup = join(folder, 'yesterday.db');
  return {
    daemonsAddress: `sqlite:${join(disk?.shown ?? folder, 'receipts.db')}`,
    address,
    ...(disk && { disk }),
    lock: (ms) => lockFile(file, ms),
    fill: async () => {
      await emptyLog(file);
      disk?.fill();
    },
    setReadOnly: async (isReadOnly) => disk?.setReadOnly(isReadOnly),
    backUp: async () => {
      await rm(backup, { force: true });
      await backUpStore(address, backup);
    },
    restore: async () => {
      const replaced = await restoreStore(address, backup, { domains: HOSTS });
      if (replaced !== undefined) await rm(replaced, { force: true });
    },
    dispose: async () => disk?.dispose(),
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

/** An empty write-ahead log needs the disk at the next commit. */
async function emptyLog(file: string): Promise<void> {
  const other = new Database(file);
  while (other.pragma('wal_checkpoint(TRUNCATE)', { simple: true }) !== 0) await sleep(LOOK_MS);
  other.close();
}

async function postgresBehindALink(folder: string, disk?: Disk): Promise<StorePlace> {
  const postgres = await Postgres.start(disk && { disk: disk.path });
  const address = await postgres.database();
  const link = await Relay.open({ path: join(folder, '.s.PGSQL.5432') }, { path: postgres.socket });
  return {
    daemonsAddress: address.replace(/host=.*/, `host=${encodeURIComponent(folder)}`),
    address,
    link,
    postgres,
    ...(disk && { disk }),
    lock: async () => undefined,
    fill: async () => disk?.fill(),
    setReadOnly: (isReadOnly) => postgres.setReadOnly(isReadOnly),
    backUp: () => postgres.dump(address),
    restore: () => postgres.restore(address),
    dispose: async () => {
      await link.close();
      await postgres.stop();
      disk?.dispose();
    },
  };
}
