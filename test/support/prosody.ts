import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { InsideCode, Server } from './any-server.ts';
import { configText, dataPath, logPath } from './prosody/config.ts';
import { Control, type Json } from './prosody/control.ts';
import type { Ports, ProsodyOptions } from './prosody/options.ts';
import {
  ADD_PEERS,
  CLOSED_PORTS,
  CREATE_USER,
  DELETE_USER,
  MANAGE_MODULE,
  SUBSCRIBE,
} from './prosody/orders.ts';
import { findPorts, usedPorts } from './prosody/ports.ts';
import { configPath, type ServerProcess, spawnProsody, stopProcess } from './prosody/process.ts';

export { introduce } from './any-server.ts';
export type { HostOptions, Ports, ProsodyOptions } from './prosody/options.ts';
export { type ProsodyPlace, runProsodyWhere } from './prosody/where.ts';

const START_MS = 20_000;
const POLL_MS = 30;
const LOG_LINES_SHOWN = 15;

/** Starts a real Prosody of one's own: private loopback ports, a new temporary folder. */
export async function startProsody(options: ProsodyOptions): Promise<Prosody> {
  const folder = await mkdtemp(join(tmpdir(), 'prosody-'));
  await mkdir(dataPath(folder));
  const ports = await findPorts();
  const prosody = new Prosody({ options, folder, ports });
  try {
    await prosody.start();
  } catch (error) {
    await prosody.dispose();
    throw error;
  }
  return prosody;
}

interface Place {
  readonly options: ProsodyOptions;
  readonly folder: string;
  readonly ports: Ports;
}

export class Prosody implements Server {
  readonly kind = 'prosody';
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

  /** Of the running process, or of the last one. */
  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  get version(): string {
    return this.#version;
  }

  get isRunning(): boolean {
    return this.#process !== undefined && !this.#process.hasExited();
  }

  /** Every domain that this server is the server of. */
  get domains(): readonly string[] {
    const { hosts, components = [], muc } = this.options;
    return [
      ...hosts.map(({ name }) => name),
      ...components.map(({ domain }) => domain),
      ...(muc ? [muc] : []),
    ];
  }

  /** Starts it on the data that is there; resolves when every port answers. */
  async start(): Promise<void> {
    if (this.isRunning) throw new Error('this Prosody is running already');
    const asRoot = process.getuid?.() === 0;
    const { options, folder, ports } = this;
    await writeFile(
      configPath(folder),
      configText({ options, folder, ports, peers: this.#peers, asRoot }),
    );
    this.#process = spawnProsody(folder);
    this.#control = await this.#reachControl(this.#process);
    await this.#expectOpenPorts();
    this.#version = String(await this.runLua('return prosody.version'));
  }

  /** Stops it in good order; the data stay. */
  async stop(): Promise<void> {
    if (this.#process === undefined) return;
    await stopProcess(this.#process);
    this.#control?.close();
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** Ends the process as by a power cut, and waits until it is gone. */
  async kill(): Promise<void> {
    if (!this.isRunning) return;
    this.signal('SIGKILL');
    await this.#process?.exited;
  }

  /** Sends any signal, for instance SIGSTOP and SIGCONT for a server that hangs for a while. */
  signal(name: NodeJS.Signals): void {
    this.#process?.signal(name);
  }

  /** Stops it and removes its folder. */
  async dispose(): Promise<void> {
    await this.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** The whole log of all runs. */
  async log(): Promise<string> {
    const log = await readFile(logPath(this.folder), 'utf8').catch(() => '');
    return log + (this.#process?.output() ?? '');
  }

  /** Runs Lua inside the server; `...` in the code are the arguments, its `return` is the result. */
  async runLua(code: string, ...args: readonly Json[]): Promise<unknown> {
    if (this.#control === undefined) throw new Error('this Prosody was never started');
    return await this.#control.run(code, ...args);
  }

  async register(jid: string, password = 'secret'): Promise<void> {
    await this.runLua(CREATE_USER, jid, password);
  }

  /** Deletes the account as an administrator would: sessions end, modules are told. */
  async deleteUser(jid: string): Promise<void> {
    await this.runLua(DELETE_USER, jid);
  }

  /** Each of the two sees the other's presence, without asking; the halves that are not ours are left out. */
  async befriend(a: string, b: string): Promise<void> {
    await this.runLua(SUBSCRIBE, a, b, 'both');
    await this.runLua(SUBSCRIBE, b, a, 'both');
  }

  /** Only the watcher sees the presence of the watched. */
  async subscribe(watcher: string, watched: string): Promise<void> {
    await this.runLua(SUBSCRIBE, watcher, watched, 'to');
    await this.runLua(SUBSCRIBE, watched, watcher, 'from');
  }

  async loadModule(host: string, name: string): Promise<void> {
    await this.#manageModule('load', host, name);
  }

  async unloadModule(host: string, name: string): Promise<void> {
    await this.#manageModule('unload', host, name);
  }

  async reloadModule(host: string, name: string): Promise<void> {
    await this.#manageModule('reload', host, name);
  }

  /** From now on this server finds the domains of the other one; also after a restart. */
  async learnPeers(other: Pick<Server, 'domains' | 'ports'>): Promise<void> {
    const learned = Object.fromEntries(other.domains.map((domain) => [domain, other.ports.s2s]));
    this.#peers = { ...this.#peers, ...learned };
    await this.runLua(ADD_PEERS, learned);
  }

  async runInside({ lua }: InsideCode, ...args: readonly Json[]): Promise<unknown> {
    return await this.runLua(lua, ...args);
  }

  receiptsPath(host: string, name: string): string {
    const hostFolder = host.replaceAll('.', '%2e');
    return join(dataPath(this.folder), hostFolder, 'receipts', name);
  }

  async #manageModule(
    verb: 'load' | 'unload' | 'reload',
    host: string,
    name: string,
  ): Promise<void> {
    await this.runLua(MANAGE_MODULE, verb, host, name);
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

  async #expectOpenPorts(): Promise<void> {
    const expected = usedPorts(this.ports, this.options);
    const closed = await this.runLua(CLOSED_PORTS, expected);
    if (closed === '') return;
    await this.stop();
    throw await this.#failure(`could not open port ${closed}`);
  }

  async #failure(what: string): Promise<Error> {
    const last = (await this.log()).trimEnd().split('\n').slice(-LOG_LINES_SHOWN).join('\n');
    return new Error(
      `Prosody ${what}; the last it said (all of it is in ${this.folder}):\n${last}`,
    );
  }
}
