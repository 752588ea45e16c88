import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { REPOSITORY } from './repository.ts';

/** Today's daemon, compiled before the first test; for tests with its libraries in it, because it starts sooner. */
export const DAEMON = join(
  REPOSITORY,
  process.env['VITEST'] === undefined ? 'dist/xmpp-receipts.js' : 'dist/xmpp-receipts-for-tests.js',
);

interface Running {
  /** The program; today's daemon unless named. */
  readonly main?: string;
  /** What stands behind `run`. */
  readonly words?: readonly string[];
}

/** The daemon as operators run it: a process of its own, set by its environment or by words. */
export class DaemonProcess {
  readonly #environment: Readonly<Record<string, string>>;
  readonly #main: string;
  readonly #words: readonly string[];
  #child: ChildProcess | undefined;
  #output = '';

  constructor(
    environment: Readonly<Record<string, string>>,
    { main = DAEMON, words = [] }: Running = {},
  ) {
    this.#environment = environment;
    this.#main = main;
    this.#words = words;
  }

  /** Everything that it has written. */
  get output(): string {
    return this.#output;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  get isRunning(): boolean {
    const child = this.#child;
    return child !== undefined && child.exitCode === null && child.signalCode === null;
  }

  /** Starts it; resolves when it says that it is connected, or those words. */
  async start(words = 'connected'): Promise<void> {
    const child = spawn(process.execPath, [this.#main, 'run', ...this.#words], {
      env: { PATH: process.env['PATH'], ...this.#environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    const since = this.#output.length;
    await new Promise<void>((resolve, reject) => {
      const hear = (text: string) => {
        this.#output += text;
        if (this.#output.slice(since).includes(words)) resolve();
      };
      child.stdout.setEncoding('utf8').on('data', hear);
      child.stderr.setEncoding('utf8').on('data', hear);
      child.once('exit', (code) =>
        reject(new Error(`the daemon ended with ${code}:\n${this.#output}`)),
      );
    });
  }

  signal(name: NodeJS.Signals): void {
    this.#child?.kill(name);
  }

  /** Resolves with its exit code when it has ended by itself. */
  async ended(): Promise<number | null> {
    const child = this.#child;
    if (child === undefined) throw new Error('the daemon was not started');
    if (this.isRunning) await once(child, 'exit');
    return child.exitCode;
  }

  /** Ends it by that signal and waits until it is gone. */
  async end(name: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const child = this.#child;
    if (child === undefined || !this.isRunning) return;
    child.kill(name);
    if (this.isRunning) await once(child, 'exit');
  }
}
