import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What the daemon is given; all else has its default. */
export interface DaemonOptions {
  readonly folder: string;
  readonly component: string;
  readonly domain: string;
  readonly port: number;
  readonly secret: string;
  readonly graceMs: number;
}

const MAIN = fileURLToPath(new URL('../xmpp-receipts.js', import.meta.url));
const START_MS = 30_000;
const STOP_MS = 5000;
const LAST_LINES = 15;

/** The daemon says this of each server whose module it has met. */
const IS_ATTACHED = /with mod_receipts .* proves/;

/** The real daemon, as an operator runs it: a process of its own with a file of settings. */
export class DaemonProcess {
  readonly paths: { readonly config: string; readonly database: string; readonly log: string };
  #child: ChildProcess | undefined;
  /** Nothing more comes from it: it has ended, and what it said is in the log. */
  #closed: Promise<unknown> = Promise.resolve();

  constructor(options: DaemonOptions) {
    const inside = (name: string) => join(options.folder, name);
    this.paths = {
      config: inside('config.yaml'),
      database: inside('receipts.db'),
      log: inside('daemon.log'),
    };
    writeFileSync(inside('secret'), `${options.secret}\n`, { mode: 0o600 });
    writeFileSync(this.paths.log, '');
    writeFileSync(this.paths.config, configText(options));
    process.once('exit', () => this.#child?.kill());
  }

  /** Resolves when it is attached to the server and the server's module has greeted it. */
  async start(): Promise<void> {
    const child = spawn(process.execPath, [MAIN, 'run', '--config', this.paths.config], {
      env: ownEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    this.#closed = new Promise((resolve) => child.once('close', resolve));
    await this.#expectAttached(child);
  }

  async stop(): Promise<void> {
    this.#child?.kill('SIGTERM');
    const insist = setTimeout(() => this.#child?.kill('SIGKILL'), STOP_MS);
    await this.#closed;
    clearTimeout(insist);
  }

  /** Its last lines, and whether it still runs. */
  lastWords(): string {
    const lines = readFileSync(this.paths.log, 'utf8').trimEnd().split('\n').slice(-LAST_LINES);
    return [...lines, `(${stateOf(this.#child)})`].join('\n');
  }

  #expectAttached(child: ChildProcess): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = (what: string) =>
        reject(new Error(`the daemon ${what}; the last it said:\n${this.lastWords()}`));
      const timer = setTimeout(
        () => fail(`was not attached to the server within ${START_MS} ms`),
        START_MS,
      );
      let said = '';
      const keep = (chunk: Buffer) => {
        appendFileSync(this.paths.log, chunk);
        said += chunk.toString();
        if (IS_ATTACHED.test(said)) settle(resolve);
      };
      const settle = (how: () => void) => {
        clearTimeout(timer);
        how();
      };
      child.stdout?.on('data', keep);
      child.stderr?.on('data', keep);
      child.once('error', (error) => settle(() => fail(`cannot be started: ${error.message}`)));
      child.once('close', (code) => settle(() => fail(`ended with status ${code}`)));
    });
  }
}

function stateOf(child: ChildProcess | undefined): string {
  if (child === undefined) return 'it was never started';
  if (child.signalCode !== null) return `it was ended by ${child.signalCode}`;
  return child.exitCode === null ? 'it is running' : `it ended with status ${child.exitCode}`;
}

/** Settings of the daemon that stand in our own environment are for another one. */
function ownEnvironment(): NodeJS.ProcessEnv {
  const others = Object.entries(process.env).filter(([name]) => !name.startsWith('XMPP_RECEIPTS_'));
  return Object.fromEntries(others);
}

/** What people wait for, so that they are told little, is not to be waited for here. */
function configText(options: DaemonOptions): string {
  const { component, port, domain, graceMs } = options;
  return [
    `component: { domain: ${component}, server: 127.0.0.1:${port}, secretFile: ./secret }`,
    `domains: [${domain}]`,
    'store: sqlite:./receipts.db',
    `receipts: { graceMs: ${graceMs}, text: true, textStoredAfterMs: 0, gatherTextMs: 0 }`,
    'questions: { gatherMs: 0 }',
    '',
  ].join('\n');
}
