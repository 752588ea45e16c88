import { constants } from 'node:os';
import type { Logger } from '../telemetry/log.ts';

export interface OnSignals {
  /** Ends everything in order; the process ends after it. */
  readonly stop: () => Promise<void>;
  readonly reload: () => void;
  readonly log: Logger;
}

const ENDING = ['SIGTERM', 'SIGINT'] as const;

/** The first signal ends the daemon in order, a second one at once. SIGHUP reloads. */
export function onSignals({ stop, reload, log }: OnSignals): void {
  let isStopping = false;
  for (const signal of ENDING) {
    process.on(signal, () => {
      if (isStopping) endNow(signal, log);
      isStopping = true;
      void stop().then(() => process.exit(0));
    });
  }
  process.on('SIGHUP', () => {
    if (!isStopping) reload();
  });
}

/** The exit code is the one that shells use: 128 and the number of the signal. */
function endNow(signal: (typeof ENDING)[number], log: Logger): never {
  log.warn({ signal }, 'a second signal came: the daemon ends at once');
  process.exit(128 + constants.signals[signal]);
}
