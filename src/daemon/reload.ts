import { changedOptions } from '../config/changes.ts';
import { BadConfig, type Config } from '../config/config.ts';
import type { AdjustableLog } from '../telemetry/log.ts';

/** The options that take effect while the daemon runs. All others need a restart. */
const APPLIED = ['log.level', 'log.addresses'];

export interface ReloaderParts {
  readonly config: Config;
  /** Reads the settings anew. Throws BadConfig. */
  readonly read: () => Config;
  readonly log: AdjustableLog;
}

/** Reads the settings again while the daemon runs, and says what changed. */
export class Reloader {
  readonly #parts: ReloaderParts;
  /** What the daemon runs with now. */
  #running: Config;

  constructor(parts: ReloaderParts) {
    this.#parts = parts;
    this.#running = parts.config;
  }

  /** Settings that cannot be used change nothing. */
  reload(): void {
    try {
      this.#take(this.#parts.read());
    } catch (error) {
      if (!(error instanceof BadConfig)) throw error;
      const problems = error.message.split('\n');
      this.#parts.log.log.error(
        { problems },
        'the settings were read again and cannot be used: the daemon goes on with the old ones',
      );
    }
  }

  #take(config: Config): void {
    const changed = changedOptions(this.#running, config);
    this.#running = { ...this.#running, log: config.log };
    this.#parts.log.adjust(config.log);
    this.#say(changed);
  }

  #say(changed: readonly string[]): void {
    const { log } = this.#parts.log;
    const applied = changed.filter((option) => APPLIED.includes(option));
    const needRestart = changed.filter((option) => !APPLIED.includes(option));
    if (needRestart.length > 0) {
      log.warn({ applied, needRestart }, 'the settings were read again: some need a restart');
    } else log.info({ applied }, 'the settings were read again');
  }
}
