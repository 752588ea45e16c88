import type { Config } from '../config/config.ts';
import { createLink } from '../link/component-link.ts';
import { setUpOf } from '../operator/doctor/set-up.ts';
import { type Door, openDoors } from '../operator/http/listening.ts';
import { Metrics } from '../operator/metrics/metrics.ts';
import { pagesFor } from '../operator/page/pages.ts';
import { withoutPassword } from '../store/address.ts';
import { openStore } from '../store/open.ts';
import type { Store } from '../store/store.ts';
import type { StoreLock } from '../store/store-lock.ts';
import type { Logger } from '../telemetry/log.ts';
import { VERSION } from '../telemetry/version.ts';
import { createDaemon, type Daemon } from './daemon.ts';
import type { Waiting } from './standby.ts';

/** A daemon that serves its component. */
export interface Serving {
  stop(): Promise<void>;
}

/** By sysexits(3): what is needed is not there. */
const EXIT_UNAVAILABLE = 69;

type Surroundings = Pick<Waiting, 'config' | 'log' | 'manager'>;

/**
 * To be called when the store is ours. Rejects with StoreUnavailable or CannotListen; then
 * nothing is left open.
 */
export async function serve(lock: StoreLock, surroundings: Surroundings): Promise<Serving> {
  const { config, log } = surroundings;
  const store = await openOwned(lock, surroundings);
  const isSure = () => lock.isSure();
  const link = createLink({ ...config.component, mayConnect: isSure, log });
  const daemon = createDaemon({ config, link, store, members: lock.members, isSure, log });
  const doors = await openServingDoors(daemon, store, surroundings);
  const stop = () => stopAll(daemon, { doors, lock });
  void lock.lost.then(() => endWithoutStore({ doors, daemon, lock }, surroundings));
  sayStart(log, config);
  daemon.start();
  return { stop };
}

/** A database over a network is first asked by a verb: it answers, and is no half copy. */
async function openOwned({ fence }: StoreLock, { config, log }: Surroundings): Promise<Store> {
  const store = openStore(config.store, {
    onGrown: (bytes) => warnOfReader(log, bytes),
    component: config.component.domain,
    domains: config.domains,
    fence,
  });
  try {
    await store.upkeep.clock();
    return store;
  } catch (error) {
    // An open store would keep the process alive, which does nothing now.
    await store.close();
    throw error;
  }
}

async function openServingDoors(
  { operator, counters }: Daemon,
  store: Store,
  { config, log }: Surroundings,
): Promise<readonly Door[]> {
  const metrics = new Metrics({ operator, counters });
  const makePages = pagesFor({ setUp: setUpOf(config) });
  try {
    return await openDoors(config.http, { operator, metrics, counters, log, makePages });
  } catch (error) {
    await store.close();
    throw error;
  }
}

interface Held {
  readonly doors: readonly Door[];
  readonly lock: StoreLock;
}

async function stopAll(daemon: Daemon, { doors, lock }: Held): Promise<void> {
  await closeAll(doors);
  await daemon.stop();
  await lock.release();
}

interface Lost extends Held {
  readonly daemon: Daemon;
}

/** Two daemons of one component would both send what waits. */
async function endWithoutStore(
  { daemon, doors, lock }: Lost,
  { log, manager }: Surroundings,
): Promise<never> {
  log.error(
    'another daemon has taken over the store, because this one gave no sign of life for too long: it ends now. Started again, it stands by',
  );
  await Promise.all([daemon.giveWay(), closeAll(doors), manager.stopping()]);
  await lock.release();
  process.exit(EXIT_UNAVAILABLE);
}

async function closeAll(doors: readonly Door[]): Promise<void> {
  await Promise.all(doors.map((door) => door.close()));
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
