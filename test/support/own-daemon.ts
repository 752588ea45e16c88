import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { stringify } from 'yaml';
import { REPOSITORY } from './repository.ts';

const LOADER = join(REPOSITORY, 'test/support/typescript-loader.mjs');
const MAIN = join(REPOSITORY, 'src/main.ts');

/** Stands for systemd-notify(1), which is only there where systemd is. */
const NOTIFY = '#!/bin/sh\necho "$@" >> "$NOTIFY_SOCKET"\n';

/** How a process ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The daemon as a process under a service manager, with no server to connect to. */
export class OwnDaemon {
  readonly folder = mkdtempSync(join(tmpdir(), 'own-daemon-'));
  readonly #told = join(this.folder, 'told');
  #child: ChildProcess | undefined;
  #output = '';

  constructor() {
    writeFileSync(this.#told, '');
    writeFileSync(join(this.folder, 'systemd-notify'), NOTIFY, { mode: 0o755 });
  }

  /** Writes the settings anew: those that are needed, and these. */
  write(settings: Readonly<Record<string, unknown>>): void {
    // Nobody listens there.
    const component = { domain: 'receipts.test', server: '127.0.0.1:9', secret: 'hidden secret' };
    this.writeText(stringify({ component, domains: ['example.org'], ...settings }));
  }

  writeText(text: string): void {
    writeFileSync(join(this.folder, 'receipts.yaml'), text);
  }

  start(environment: Readonly<Record<string, string>> = {}): void {
    const words = ['run', '--config', join(this.folder, 'receipts.yaml')];
    const child = spawn(process.execPath, ['--import', LOADER, MAIN, ...words], {
      env: {
        PATH: `${this.folder}${delimiter}${process.env['PATH']}`,
        NOTIFY_SOCKET: this.#told,
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    const hear = (text: string) => {
      this.#output += text;
    };
    child.stdout.setEncoding('utf8').on('data', hear);
    child.stderr.setEncoding('utf8').on('data', hear);
  }

  /** Everything that it has written. */
  get output(): string {
    return this.#output;
  }

  /** The lines of its log. */
  get log(): readonly Readonly<Record<string, unknown>>[] {
    const lines = this.#output.split('\n').filter((line) => line.startsWith('{'));
    return lines.map((line) => JSON.parse(line));
  }

  /** What the service manager was told, in order. */
  get told(): readonly string[] {
    return readFileSync(this.#told, 'utf8').split('\n').slice(0, -1);
  }

  signal(name: NodeJS.Signals): void {
    this.#child?.kill(name);
  }

  async ended(): Promise<Ended> {
    const child = this.#child;
    if (child === undefined) throw new Error('the daemon was not started');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
    return { code: child.exitCode, signal: child.signalCode };
  }

  async dispose(): Promise<void> {
    this.signal('SIGKILL');
    if (this.#child !== undefined) await this.ended();
    rmSync(this.folder, { recursive: true });
  }
}
