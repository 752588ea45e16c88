import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { DAEMON, DaemonProcess } from './daemon-process.ts';
import { type Server, type ServerOptions, startServer } from './server.ts';
import { COMPONENT } from './stage.ts';

const SECRET = 'component secret';

/** How a command of the operator ended. */
export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly errors: string;
}

export interface OperatorOptions {
  readonly hosts: ServerOptions['hosts'];
  readonly server?: Partial<ServerOptions>;
  /** The daemon's domain; that of the other stages unless named. */
  readonly component?: string;
  /** Over those that attach the daemon to the server. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

/**
 * A real server, the daemon as a process with a settings file, and the commands that an operator
 * types. The daemon is not started: a test may want to see that.
 */
export class OperatorStage {
  readonly server: Server;
  readonly daemon: DaemonProcess;
  readonly folder: string;
  readonly settingsFile: string;
  readonly #component: string;

  private constructor(server: Server, folder: string, component: string) {
    this.server = server;
    this.folder = folder;
    this.#component = component;
    this.settingsFile = join(folder, 'receipts.yaml');
    this.daemon = new DaemonProcess({}, { words: ['--config', this.settingsFile] });
  }

  static async start(options: OperatorOptions): Promise<OperatorStage> {
    const { hosts, server, settings, component = COMPONENT } = options;
    const started = await startServer({
      hosts,
      components: [{ domain: component, secret: SECRET }],
      receipts: { receipts_component: component },
      ...server,
    });
    const folder = await mkdtemp(join(tmpdir(), 'operator-'));
    const stage = new OperatorStage(started, folder, component);
    await stage.write({ domains: hosts.map(({ name }) => name), ...settings });
    return stage;
  }

  /** Writes the settings anew: those that attach the daemon, and these. */
  async write(settings: Readonly<Record<string, unknown>>): Promise<void> {
    const component = {
      domain: this.#component,
      server: `127.0.0.1:${this.server.ports.component}`,
      secret: SECRET,
    };
    await writeFile(this.settingsFile, stringify({ component, ...settings }));
  }

  /** A command with the settings of this stage. */
  run(...words: readonly string[]): Promise<Ended> {
    return runMain([...words, '--config', this.settingsFile], this.folder);
  }

  /** A command that goes on until it is ended by a signal, or by itself. */
  follow(...words: readonly string[]): Following {
    return new Following([...words, '--config', this.settingsFile], this.folder);
  }

  async dispose(): Promise<void> {
    await this.daemon.end();
    await this.server.dispose();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** A command that runs, and what it has written. */
export class Following {
  readonly ended: Promise<number>;
  out = '';
  errors = '';
  readonly #child: ChildProcess;

  constructor(words: readonly string[], cwd: string) {
    const env = { PATH: process.env['PATH'], NO_COLOR: '1' };
    const child = spawn(process.execPath, [DAEMON, ...words], { env, cwd });
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.errors += text;
    });
    this.ended = new Promise((resolve) => child.once('close', (code) => resolve(code ?? -1)));
    this.#child = child;
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }
}

function runMain(words: readonly string[], cwd: string): Promise<Ended> {
  const env = { PATH: process.env['PATH'], NO_COLOR: '1' };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [DAEMON, ...words], { env, cwd }, (_, out, errors) =>
      resolve({ code: child.exitCode ?? -1, out, errors }),
    );
  });
}
