import type { Config } from '../config/config.ts';
import { type Door, openDoors } from '../http/listening.ts';
import { createLink } from '../link/component-link.ts';
import { createLogger, type Logger } from '../observing/log.ts';
import { VERSION } from '../observing/version.ts';
import { makePages } from '../page/pages.ts';
import { lockStore, openStore, type StoreLock } from '../store/open.ts';
import { createDaemon, type Daemon } from './daemon.ts';

/**
 * Runs until SIGTERM or SIGINT. Resolves when it has begun; rejects with StoreUnavailable or
 * CannotListen.
 */
export async function run(config: Config): Promise<void> {
  // The store holds who writes to whom: no other user of this machine may read it.
  process.umask(0o077);
  const { component, domains } = config;
  const log = createLogger(config.log);
  const lock = lockStore(config.store);
  const store = openStore(config.store, { onGrown: (bytes) => warnOfReader(log, bytes) });
  const link = createLink({ ...component, log });
  const daemon = createDaemon({ config, link, store, log });
  const doors = await openDoors(config.http, { operator: daemon.operator, log, makePages });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => void stop(daemon, { doors, lock }));
  }
  log.info(
    { component: component.domain, domains, store: config.store },
    `xmpp-receipts ${VERSION} starts`,
  );
  daemon.start();
}

function warnOfReader(log: Logger, bytes: number): void {
  log.warn(
    { megabytes: Math.round(bytes / 1e6) },
    'the write-ahead log of the store grows, because another program reads an old state of it, for instance an open sqlite3 or a backup. End that program (fuser on the database file names it): the log becomes small again by itself',
  );
}

interface Held {
  readonly doors: readonly Door[];
  readonly lock: StoreLock;
}

async function stop(daemon: Daemon, { doors, lock }: Held): Promise<void> {
  await Promise.all(doors.map((door) => door.close()));
  await daemon.stop();
  lock.release();
  process.exit(0);
}
