import { setTimeout as delay } from 'node:timers/promises';
import type { Config } from '../config/config.ts';
import { type Door, openDoorsTo } from '../operator/http/listening.ts';
import { behindStandby } from '../operator/http/standby-api.ts';
import { Standby } from '../operator/standby.ts';
import { RETRY_MS } from '../store/locking.ts';
import { StoreUnavailable } from '../store/store.ts';
import type { Holder, StoreClaim } from '../store/store-lock.ts';
import { Counters } from '../telemetry/counters.ts';
import type { Logger } from '../telemetry/log.ts';
import type { ServiceManager } from './service-manager.ts';

export interface Waiting {
  readonly config: Config;
  readonly log: Logger;
  readonly manager: ServiceManager;
  /** Ends the waiting. */
  readonly signal: AbortSignal;
}

/**
 * Resolves when what was claimed is ours, if need be after another daemon has ended; with false if
 * the waiting was ended before. Rejects with StoreUnavailable if it cannot be asked for at all, and
 * with CannotListen.
 */
export async function own(claim: StoreClaim, waiting: Waiting): Promise<boolean> {
  const holder = await claim.take();
  if (holder === undefined) return true;
  const standby = new Standby(waiting.config.component.domain, holder.process);
  const doors = await openStandbyDoors(standby, waiting);
  try {
    waiting.manager.keepWatch();
    void waiting.manager.ready();
    sayHolder(waiting, holder);
    return await standBy(claim, standby, waiting);
  } finally {
    await Promise.all(doors.map((door) => door.close()));
  }
}

async function standBy(claim: StoreClaim, standby: Standby, waiting: Waiting): Promise<boolean> {
  const { log, signal } = waiting;
  const patient = new PatientClaim(claim, log);
  while (!signal.aborted) {
    await delay(RETRY_MS, undefined, { signal }).catch(() => {});
    const found = signal.aborted ? 'unknown' : await patient.take();
    if (found === undefined) return true;
    if (found === 'unknown' || found.process === standby.holder) continue;
    standby.holder = found.process;
    sayHolder(waiting, found);
  }
  return false;
}

function openStandbyDoors(standby: Standby, { config, log }: Waiting): Promise<readonly Door[]> {
  return openDoorsTo(behindStandby({ standby, counters: new Counters(), log }), config.http);
}

function sayHolder({ config, log }: Waiting, { component, process: holder }: Holder): void {
  const what = component === undefined ? 'uses all of the database' : `serves ${component}`;
  log.info(
    { component: config.component.domain, holder },
    `this daemon stands by: another one (host:process ${holder}) ${what}, and this one takes over when that one ends`,
  );
}

/** While the database is away nobody serves; whoever waits goes on waiting. */
class PatientClaim {
  readonly #claim: StoreClaim;
  readonly #log: Logger;
  #isFailing = false;

  constructor(claim: StoreClaim, log: Logger) {
    this.#claim = claim;
    this.#log = log;
  }

  async take(): Promise<Holder | undefined | 'unknown'> {
    try {
      const holder = await this.#claim.take();
      this.#isFailing = false;
      return holder;
    } catch (error) {
      // Expected: it is tried again. Anything else is our bug.
      if (!(error instanceof StoreUnavailable)) throw error;
      this.#complain(error);
      return 'unknown';
    }
  }

  #complain(err: StoreUnavailable): void {
    if (!this.#isFailing)
      this.#log.warn({ err }, 'this daemon stands by, and the store cannot be asked now');
    this.#isFailing = true;
  }
}
