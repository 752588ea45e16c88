import { execFile } from 'node:child_process';
import type { Environment } from '../config/environment.ts';
import type { Logger } from '../telemetry/log.ts';

/**
 * The program that speaks for us; it comes with systemd. Node itself cannot write to a socket of
 * datagrams, sd_notify(3).
 */
const NOTIFY = 'systemd-notify';

/** What a service manager hears of us, by sd_notify(3). Without one all of this does nothing. */
export class ServiceManager {
  readonly #environment: Environment;
  readonly #log: Logger;
  /** The last message. Messages go one at a time, so that what is said first is heard first. */
  #said: Promise<void> = Promise.resolve();
  #isWaiting = false;
  #isWatched = false;
  #hasFailed = false;

  constructor(environment: Environment, log: Logger) {
    this.#environment = environment;
    this.#log = log;
  }

  /** Settings and store are good. Whether the server is there does not matter for it. */
  ready(): Promise<void> {
    return this.#say('READY=1');
  }

  reloading(): Promise<void> {
    return this.#say('RELOADING=1', `MONOTONIC_USEC=${process.hrtime.bigint() / 1000n}`);
  }

  stopping(): Promise<void> {
    return this.#say('STOPPING=1');
  }

  /** Says from now on that the event loop turns, twice in the time that we have for it. */
  keepWatch(): void {
    const everyMs = watchdogMs(this.#environment) / 2;
    const isNew = !this.#isWatched;
    this.#isWatched = true;
    if (isNew && everyMs > 0) setInterval(() => this.#alive(), everyMs).unref();
  }

  #alive(): void {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    void this.#say('WATCHDOG=1').finally(() => {
      this.#isWaiting = false;
    });
  }

  #say(...words: readonly string[]): Promise<void> {
    if ((this.#environment['NOTIFY_SOCKET'] ?? '') === '') return Promise.resolve();
    this.#said = this.#said.then(() => this.#notify(words));
    return this.#said;
  }

  #notify(words: readonly string[]): Promise<void> {
    return new Promise((resolve) => {
      execFile(NOTIFY, [...words], { env: this.#environment, timeout: 2000 }, (error) => {
        if (error !== null) this.#complain(error);
        resolve();
      });
    });
  }

  #complain(err: Error): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#log.warn({ err }, `${NOTIFY} failed, so the service manager hears nothing of us`);
  }
}

/** A watchdog of another process is not ours, sd_watchdog_enabled(3). */
function watchdogMs({ WATCHDOG_USEC, WATCHDOG_PID }: Environment): number {
  const isOurs = WATCHDOG_PID === undefined || Number(WATCHDOG_PID) === process.pid;
  const millis = Number(WATCHDOG_USEC) / 1000;
  return isOurs && millis > 0 ? millis : 0;
}
