import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Policy } from '../src/receipt/rules.ts';

/** What the daemon is given; all else has its default. */
export interface DaemonOptions {
  readonly folder: string;
  readonly component: string;
  readonly domain: string;
  readonly port: number;
  readonly secret: string;
  readonly graceMs: number;
}

const MAIN = fileURLToPath(new URL('../src/main.js', import.meta.url));
const START_MS = 10_000;
const STOP_MS = 5000;
const LAST_LINES = 15;

/** The daemon says this of each server whose module it has met. */
const IS_ATTACHED = /with mod_receipts .* proves/;

/** The real daemon, as an operator runs it: a process of its own with a file of settings. */
export class DaemonProcess {
  readonly paths: { readonly config: string; readonly database: string; readonly log: string };
  readonly #options: DaemonOptions;
  #child: ChildProcess | undefined;

  constructor(options: DaemonOptions) {
    this.#options = options;
    const inside = (name: string) => join(options.folder, name);
    this.paths = {
      config: inside('config.yaml'),
      database: inside('receipts.db'),
      log: inside('daemon.log'),
    };
    writeFileSync(inside('secret'), `${options.secret}\n`, { mode: 0o600 });
    writeFileSync(this.paths.log, '');
    process.once('exit', () => this.#child?.kill());
  }

  /** Resolves when it is attached to the server and the server's module has greeted it. */
  async start(policy: Policy): Promise<void> {
    writeFileSync(this.paths.config, configText(this.#options, policy));
    const child = spawn(process.execPath, [MAIN, 'run', '--config', this.paths.config], {
      env: ownEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    await this.#expectAttached(child);
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (child === undefined || hasEnded(child)) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    const insist = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    await ended;
    clearTimeout(insist);
  }

  lastLines(): string {
    return readFileSync(this.paths.log, 'utf8').trimEnd().split('\n').slice(-LAST_LINES).join('\n');
  }

  #expectAttached(child: ChildProcess): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = (what: string) =>
        reject(new Error(`the daemon ${what}; the last it said:\n${this.lastLines()}`));
      const timer = setTimeout(
        () => fail(`was not attached to the server within ${START_MS} ms`),
        START_MS,
      );
      const keep = (chunk: Buffer) => {
        appendFileSync(this.paths.log, chunk);
        if (IS_ATTACHED.test(chunk.toString())) settle(resolve);
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

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** Settings of the daemon that stand in our own environment are for another one. */
function ownEnvironment(): NodeJS.ProcessEnv {
  const others = Object.entries(process.env).filter(([name]) => !name.startsWith('XMPP_RECEIPTS_'));
  return Object.fromEntries(others);
}

function configText(options: DaemonOptions, policy: Policy): string {
  const { component, port, domain, graceMs } = options;
  return [
    `component: { domain: ${component}, server: 127.0.0.1:${port}, secretFile: ./secret }`,
    `domains: [${domain}]`,
    'store: sqlite:./receipts.db',
    `receipts: { graceMs: ${graceMs}, text: true }`,
    `policy: { default: ${policy} }`,
    '',
  ].join('\n');
}
