import type { Config } from '../config/config.ts';
import type { Environment } from '../config/environment.ts';
import { claimStore } from '../store/locking.ts';
import type { StoreClaim } from '../store/store-lock.ts';
import { createAdjustableLog } from '../telemetry/log.ts';
import { memberOf } from './agreement.ts';
import { Reloader } from './reload.ts';
import { sayStoreNews } from './say-store-news.ts';
import { type Serving, serve } from './serve.ts';
import { ServiceManager } from './service-manager.ts';
import { onSignals } from './signals.ts';
import { own, type Waiting } from './standby.ts';

/** The settings and the environment that the daemon is started with. */
export interface Start {
  /** Reads the settings. Throws BadConfig. */
  readonly settings: () => Config;
  readonly environment: Environment;
}

/**
 * Runs until SIGTERM or SIGINT, and waits before where another daemon serves the component. Resolves
 * when it has begun; rejects with BadConfig, StoreUnavailable or CannotListen.
 */
export async function run({ settings, environment }: Start): Promise<void> {
  // The store holds who writes to whom: no other user of this machine may read it.
  process.umask(0o077);
  const config = settings();
  const adjustable = createAdjustableLog(config.log);
  const { log } = adjustable;
  const manager = new ServiceManager(environment, log);
  const stopping = new AbortController();
  const waiting = { config, log, manager, signal: stopping.signal };
  const claim = claimStore(config.store, memberOf(config), (news) => sayStoreNews(log, news));
  const serving = serveOwned(claim, waiting);
  const reloader = new Reloader({ config, read: settings, log: adjustable });
  const stop = async () => {
    stopping.abort();
    const said = manager.stopping();
    await (await serving)?.stop();
    await said;
  };
  onSignals({ stop, reload: () => reload(reloader, manager), log });
  if ((await serving) === undefined) return;
  manager.keepWatch();
  void manager.ready();
}

/** `undefined`: it was ended before it had its component. */
async function serveOwned(claim: StoreClaim, waiting: Waiting): Promise<Serving | undefined> {
  try {
    if (await own(claim, waiting)) return await serve(claim, waiting);
  } catch (error) {
    await claim.release();
    throw error;
  }
  await claim.release();
  return undefined;
}

function reload(reloader: Reloader, manager: ServiceManager): void {
  void manager.reloading();
  reloader.reload();
  void manager.ready();
}
