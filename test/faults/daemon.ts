import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DaemonProcess } from '../support/daemon-process.ts';
import { OwnClock } from './clock.ts';

const LOOK_MS = 100;
const ANSWER_MS = 1000;

export interface KeptDaemonParts {
  readonly environment: Readonly<Record<string, string>>;
  /** For its socket and its clock. */
  readonly folder: string;
  /** The program, if it is not today's daemon. */
  readonly main?: string;
}

/** The daemon under a service manager, which starts it again whenever it has ended. */
export class KeptDaemon {
  readonly #process: DaemonProcess;
  readonly #socket: string;
  readonly #clock: OwnClock;
  isWanted = true;
  readonly #looking: NodeJS.Timeout;

  constructor({ environment, folder, main }: KeptDaemonParts) {
    this.#clock = new OwnClock(folder);
    this.#socket = join(folder, 'api.sock');
    this.#process = new DaemonProcess(
      { ...environment, ...this.#clock.environment, XMPP_RECEIPTS_HTTP_SOCKET: this.#socket },
      main === undefined ? {} : { main },
    );
    this.#looking = setInterval(() => this.#look(), LOOK_MS);
  }

  get log(): string {
    return this.#process.output;
  }

  async end(name: NodeJS.Signals): Promise<void> {
    this.isWanted = false;
    await this.#process.end(name);
  }

  async pause(ms: number): Promise<void> {
    this.#process.signal('SIGSTOP');
    await sleep(ms);
    this.#process.signal('SIGCONT');
  }

  /** The clock of its machine is set. */
  stepClock(seconds: number): Promise<void> {
    return this.#clock.step(seconds);
  }

  /** Whether it is connected, and each module has greeted it. */
  isReady(): Promise<boolean> {
    return new Promise((resolve) => {
      const options = { socketPath: this.#socket, path: '/readyz', timeout: ANSWER_MS };
      const asking = request(options, (answer) => {
        answer.resume();
        resolve(answer.statusCode === 200);
      });
      asking.on('timeout', () => asking.destroy());
      asking.on('error', () => resolve(false));
      asking.end();
    });
  }

  async dispose(): Promise<void> {
    clearInterval(this.#looking);
    await this.end('SIGKILL');
  }

  #look(): void {
    if (!this.isWanted || this.#process.isRunning) return;
    // Expected: it was killed before it was connected, or its database is away.
    void this.#process.start().catch(() => undefined);
  }
}
