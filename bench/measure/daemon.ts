import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { OTHER_CORE, pin } from './process.ts';

export const DOMAIN = 'bench.test';
export const COMPONENT = 'receipts.bench.test';
export const SECRET = 'only for the benchmark';

const MAIN = fileURLToPath(new URL('../../xmpp-receipts.js', import.meta.url));
const HOUR_MS = 3_600_000;

export interface DaemonOptions {
  readonly port: number;
  /** The file of the store. */
  readonly database: string;
  /** What else is set, as in the environment. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** The real daemon in a process of its own, bound to its core. */
export class BenchDaemon {
  readonly #child: ChildProcess;

  /** Resolves when it is connected. */
  static async start({ port, database, settings = {} }: DaemonOptions): Promise<BenchDaemon> {
    const child = spawn(process.execPath, [...profiling(), MAIN, 'run'], {
      env: {
        PATH: process.env['PATH'],
        XMPP_RECEIPTS_COMPONENT_DOMAIN: COMPONENT,
        XMPP_RECEIPTS_COMPONENT_SERVER: `127.0.0.1:${port}`,
        XMPP_RECEIPTS_COMPONENT_SECRET: SECRET,
        XMPP_RECEIPTS_DOMAINS: DOMAIN,
        XMPP_RECEIPTS_STORE: `sqlite:${database}`,
        // Beyond the end of the run: what is told after the grace would be another load.
        XMPP_RECEIPTS_RECEIPTS_GRACE_MS: String(HOUR_MS),
        ...settings,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const daemon = new BenchDaemon(child);
    pin(daemon.pid, OTHER_CORE);
    await daemon.#connected();
    return daemon;
  }

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill('SIGTERM');
    await once(this.#child, 'exit');
  }

  #connected(): Promise<void> {
    return new Promise((resolve, reject) => {
      let output = '';
      this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        if (output.includes('connected')) resolve();
      });
      this.#child.once('exit', (code) =>
        reject(new Error(`the daemon ended with ${code}:\n${output}`)),
      );
    });
  }
}

/** BENCH_PROFILE=folder: a CPU profile of each daemon goes there. */
function profiling(): readonly string[] {
  const folder = process.env['BENCH_PROFILE'];
  return folder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${folder}`];
}
