import type { Config } from '../config/config.ts';
import type { Environment } from '../config/environment.ts';
import { createLink } from '../link/component-link.ts';
import { setUpOf } from '../operator/doctor/set-up.ts';
import { type Door, openDoors } from '../operator/http/listening.ts';
import { Metrics } from '../operator/metrics/metrics.ts';
import { pagesFor } from '../operator/page/pages.ts';
import { withoutPassword } from '../store/address.ts';
import { lockStore, type StoreLock } from '../store/locking.ts';
import { openStore } from '../store/open.ts';
import { createAdjustableLog, type Logger } from '../telemetry/log.ts';
import { VERSION } from '../telemetry/version.ts';
import { createDaemon, type Daemon } from './daemon.ts';
import { Reloader } from './reload.ts';
import { ServiceManager } from './service-manager.ts';
import { onSignals } from './signals.ts';

/** The settings and the environment that the daemon is started with. */
export interface Start {
  /** Reads the settings. Throws BadConfig. */
  readonly settings: () => Config;
  readonly environment: Environment;
}

/**
 * Runs until SIGTERM or SIGINT. Resolves when it has begun; rejects with BadConfig,
 * StoreUnavailable or CannotListen.
 */
export async function run({ settings, environment }: Start): Promise<void> {
  // The store holds who writes to whom: no other user of this machine may read it.
  process.umask(0o077);
  const config = settings();
  const adjustable = createAdjustableLog(config.log);
  const { log } = adjustable;
  const lock = await lockStore(config.store);
  const store = openStore(config.store, {
    onGrown: (bytes) => warnOfReader(log, bytes),
    component: config.component.domain,
    domains: config.domains,
    fence: lock.fence,
  });
  const link = createLink({ ...config.component, log });
  const daemon = createDaemon({ config, link, store, log });
  const metrics = new Metrics(daemon);
  const { operator, counters } = daemon;
  const makePages = pagesFor({ setUp: setUpOf(config) });
  const doors = await openDoors(config.http, { operator, metrics, counters, log, makePages }).catch(
    async (error: unknown) => {
      // An open store would keep the process alive, which does nothing now.
      await store.close();
      await lock.release();
      throw error;
    },
  );
  const manager = new ServiceManager(environment, log);
  const reloader = new Reloader({ config, read: settings, log: adjustable });
  const end = () => stop(daemon, { doors, lock, manager });
  void lock.lost.then(() => endWithoutStore(end, log));
  onSignals({ stop: end, reload: () => reload(reloader, manager), log });
  sayStart(log, config);
  daemon.start();
  manager.keepWatch();
  void manager.ready();
}

function sayStart(log: Logger, { component, domains, store }: Config): void {
  const shown = withoutPassword(store);
  const about = { version: VERSION, component: component.domain, domains, store: shown };
  log.info(about, 'xmpp-receipts starts');
}

function warnOfReader(log: Logger, bytes: number): void {
  log.warn(
    { megabytes: Math.round(bytes / 1e6) },
    'the write-ahead log of the store grows, because another program reads an old state of it, for instance an open sqlite3 or a backup. End that program (fuser on the database file names it): the log becomes small again by itself',
  );
}

/** Two daemons on one store would both send what waits. */
async function endWithoutStore(end: () => Promise<void>, log: Logger): Promise<never> {
  log.error(
    'another daemon has taken over the store, because this one gave no sign of life for too long: it ends now. If two daemons were started, end one of them',
  );
  await end();
  process.exit(69);
}

function reload(reloader: Reloader, manager: ServiceManager): void {
  void manager.reloading();
  reloader.reload();
  void manager.ready();
}

interface Held {
  readonly doors: readonly Door[];
  readonly lock: StoreLock;
  readonly manager: ServiceManager;
}

async function stop(daemon: Daemon, { doors, lock, manager }: Held): Promise<void> {
  const said = manager.stopping();
  await Promise.all(doors.map((door) => door.close()));
  await daemon.stop();
  await lock.release();
  await said;
}
