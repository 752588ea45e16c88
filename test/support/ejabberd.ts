import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { InsideCode, Server } from './any-server.ts';
import { configText, dataPath, logPath } from './ejabberd/config.ts';
import {
  ADD_PEERS,
  CLOSED_PORTS,
  CREATE_USER,
  DELETE_USER,
  IS_STARTED,
  MANAGE_MODULE,
  SUBSCRIBE,
  VERSION,
  WRITE_LOG,
} from './ejabberd/orders.ts';
import { configPath, spawnEjabberd } from './ejabberd/process.ts';
import { Control, type Json } from './prosody/control.ts';
import type { Ports, ProsodyOptions } from './prosody/options.ts';
import { findPorts, usedPorts } from './prosody/ports.ts';
import { type ServerProcess, stopProcess } from './prosody/process.ts';

const START_MS = 30_000;
const POLL_MS = 30;
const LOG_LINES_SHOWN = 15;

/** Starts a real ejabberd of one's own: private loopback ports, a new temporary folder. */
export async function startEjabberd(options: ProsodyOptions): Promise<Ejabberd> {
  const folder = await mkdtemp(join(tmpdir(), 'ejabberd-'));
  await mkdir(dataPath(folder));
  const ports = await findPorts();
  const ejabberd = new Ejabberd({ options, folder, ports });
  try {
    await ejabberd.start();
  } catch (error) {
    await ejabberd.dispose();
    throw error;
  }
  return ejabberd;
}

interface Place {
  readonly options: ProsodyOptions;
  readonly folder: string;
  readonly ports: Ports;
}

export class Ejabberd implements Server {
  readonly kind = 'ejabberd';
  readonly options: ProsodyOptions;
  readonly folder: string;
  readonly ports: Ports;
  #peers: Readonly<Record<string, number>> = {};
  #process: ServerProcess | undefined;
  #control: Control | undefined;
  #version = '';

  constructor({ options, folder, ports }: Place) {
    this.options = options;
    this.folder = folder;
    this.ports = ports;
  }

  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  get version(): string {
    return this.#version;
  }

  get isRunning(): boolean {
    return this.#process !== undefined && !this.#process.hasExited();
  }

  get domains(): readonly string[] {
    const { hosts, components = [], muc } = this.options;
    return [
      ...hosts.map(({ name }) => name),
      ...components.map(({ domain }) => domain),
      ...(muc ? [muc] : []),
    ];
  }

  async start(): Promise<void> {
    if (this.isRunning) throw new Error('this ejabberd is running already');
    const { options, folder, ports } = this;
    await writeFile(configPath(folder), configText({ options, folder, ports }));
    this.#process = spawnEjabberd({
      folder,
      controlPort: ports.control,
      schedulers: options.ejabberd?.schedulers,
    });
    this.#control = await this.#reachControl(this.#process);
    await this.#expectStarted(this.#process);
    await this.runErlang(ADD_PEERS, this.#peers);
    this.#version = String(await this.runErlang(VERSION));
  }

  async stop(): Promise<void> {
    if (this.#process === undefined) return;
    await stopProcess(this.#process);
    this.#control?.close();
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  async kill(): Promise<void> {
    if (!this.isRunning) return;
    this.signal('SIGKILL');
    await this.#process?.exited;
  }

  signal(name: NodeJS.Signals): void {
    this.#process?.signal(name);
  }

  async dispose(): Promise<void> {
    await this.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  async log(): Promise<string> {
    if (this.isRunning) await this.runErlang(WRITE_LOG).catch(() => undefined);
    // What it prints stands in the file too, unless it ends before there is one.
    const log = await readFile(logPath(this.folder), 'utf8').catch(() => '');
    return log === '' ? (this.#process?.output() ?? '') : log;
  }

  /** Runs Erlang inside the server; `Args` are the arguments, the last value is the result. */
  async runErlang(code: string, ...args: readonly Json[]): Promise<unknown> {
    if (this.#control === undefined) throw new Error('this ejabberd was never started');
    return await this.#control.run(code, ...args);
  }

  async register(jid: string, password = 'secret'): Promise<void> {
    await this.runErlang(CREATE_USER, jid, password);
  }

  async deleteUser(jid: string): Promise<void> {
    await this.runErlang(DELETE_USER, jid);
  }

  async befriend(a: string, b: string): Promise<void> {
    await this.runErlang(SUBSCRIBE, a, b, 'both');
    await this.runErlang(SUBSCRIBE, b, a, 'both');
  }

  async subscribe(watcher: string, watched: string): Promise<void> {
    await this.runErlang(SUBSCRIBE, watcher, watched, 'to');
    await this.runErlang(SUBSCRIBE, watched, watcher, 'from');
  }

  async loadModule(host: string, name: string): Promise<void> {
    await this.runErlang(MANAGE_MODULE, 'load', host, name);
  }

  async unloadModule(host: string, name: string): Promise<void> {
    await this.runErlang(MANAGE_MODULE, 'unload', host, name);
  }

  async reloadModule(host: string, name: string): Promise<void> {
    await this.runErlang(MANAGE_MODULE, 'reload', host, name);
  }

  async learnPeers(other: Pick<Server, 'domains' | 'ports'>): Promise<void> {
    const learned = Object.fromEntries(other.domains.map((domain) => [domain, other.ports.s2s]));
    this.#peers = { ...this.#peers, ...learned };
    await this.runErlang(ADD_PEERS, learned);
  }

  async runInside({ erlang }: InsideCode, ...args: readonly Json[]): Promise<unknown> {
    return await this.runErlang(erlang, ...args);
  }

  receiptsPath(host: string, name: string): string {
    return join(dataPath(this.folder), 'receipts', host, name);
  }

  async #reachControl(server: ServerProcess): Promise<Control> {
    for (const end = Date.now() + START_MS; Date.now() < end; await sleep(POLL_MS)) {
      if (server.hasExited())
        throw await this.#failure(`ended while starting (${await server.exited})`);
      const control = await Control.connect(this.ports.control).catch(() => undefined);
      if (control !== undefined) return control;
    }
    await stopProcess(server);
    throw await this.#failure(`did not answer on port ${this.ports.control} within ${START_MS} ms`);
  }

  async #expectStarted(server: ServerProcess): Promise<void> {
    for (const end = Date.now() + START_MS; Date.now() < end; await sleep(POLL_MS)) {
      if (server.hasExited())
        throw await this.#failure(`ended while starting (${await server.exited})`);
      const isStarted = await this.runErlang(IS_STARTED).catch(() => false);
      if (isStarted === true) return this.#expectOpenPorts();
    }
    throw await this.#failure(`has not started within ${START_MS} ms`);
  }

  async #expectOpenPorts(): Promise<void> {
    const expected = usedPorts(this.ports, this.options);
    const closed = await this.runErlang(CLOSED_PORTS, expected);
    if (closed === '') return;
    await this.stop();
    throw await this.#failure(`could not open port ${closed}`);
  }

  async #failure(what: string): Promise<Error> {
    const last = (await this.log()).trimEnd().split('\n').slice(-LOG_LINES_SHOWN).join('\n');
    return new Error(
      `ejabberd ${what}; the last it said (all of it is in ${this.folder}):\n${last}`,
    );
  }
}
