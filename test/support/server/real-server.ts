import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BackEnd, Pasted } from './back-end.ts';
import { Control, type Json } from './control.ts';
import type { Ports, ServerOptions } from './options.ts';
import { findPorts, usedPorts } from './ports.ts';
import { type ServerProcess, stopProcess } from './process.ts';
import type { InsideCode, Server } from './server.ts';

const START_MS = 60_000;
const POLL_MS = 30;
const LOG_LINES_SHOWN = 15;

/** Where a server lives: private loopback ports, a new temporary folder. */
export interface Place {
  readonly options: ServerOptions;
  readonly folder: string;
  readonly ports: Ports;
}

export async function newPlace(
  options: ServerOptions,
  { kind, dataPath }: BackEnd,
): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), `${kind}-`));
  await mkdir(dataPath(folder));
  return { options, folder, ports: await findPorts() };
}

/** A server that could not start leaves nothing behind. */
export async function started<Started extends Server>(server: Started): Promise<Started> {
  try {
    await server.start();
  } catch (error) {
    await server.dispose();
    throw error;
  }
  return server;
}

/** A server as an operator runs it; what differs between Prosody and ejabberd is in the back end. */
export class RealServer implements Server {
  readonly options: ServerOptions;
  readonly folder: string;
  readonly ports: Ports;
  readonly #backEnd: BackEnd;
  #peers: Readonly<Record<string, number>> = {};
  #pasted: readonly Pasted[] = [];
  #process: ServerProcess | undefined;
  #control: Control | undefined;
  #version = '';

  constructor(backEnd: BackEnd, { options, folder, ports }: Place) {
    this.#backEnd = backEnd;
    this.options = options;
    this.folder = folder;
    this.ports = ports;
  }

  get kind() {
    return this.#backEnd.kind;
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
    const { name, orders, spawn } = this.#backEnd;
    if (this.isRunning) throw new Error(`this ${name} is running already`);
    const { options, folder, ports } = this;
    const given = { peers: this.#peers, pasted: this.#pasted };
    this.#process = await spawn({ options, folder, ports, ...given });
    this.#control = await this.#reachControl(this.#process);
    await this.#expectStarted(this.#process);
    await this.run(orders.ADD_PEERS, this.#peers);
    this.#version = String(await this.run(orders.VERSION));
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

  paste(lines: Pasted): void {
    this.#pasted = [...this.#pasted, lines];
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
    const { logPath, orders, printsItsLog } = this.#backEnd;
    if (orders.WRITE_LOG !== undefined && this.isRunning)
      await this.run(orders.WRITE_LOG).catch(() => undefined);
    const log = await readFile(logPath(this.folder), 'utf8').catch(() => '');
    const printed = this.#process?.output() ?? '';
    // It may end before there is a file.
    return printsItsLog && log !== '' ? log : log + printed;
  }

  /** Runs code of the server's own language inside it. */
  async run(code: string, ...args: readonly Json[]): Promise<unknown> {
    if (this.#control === undefined)
      throw new Error(`this ${this.#backEnd.name} was never started`);
    return await this.#control.run(code, ...args);
  }

  async runInside(code: InsideCode, ...args: readonly Json[]): Promise<unknown> {
    return await this.run(this.#backEnd.codeOf(code), ...args);
  }

  async register(jid: string, password = 'secret'): Promise<void> {
    await this.run(this.#backEnd.orders.CREATE_USER, jid, password);
  }

  async deleteUser(jid: string): Promise<void> {
    await this.run(this.#backEnd.orders.DELETE_USER, jid);
  }

  async befriend(a: string, b: string): Promise<void> {
    const { SUBSCRIBE } = this.#backEnd.orders;
    await this.run(SUBSCRIBE, a, b, 'both');
    await this.run(SUBSCRIBE, b, a, 'both');
  }

  async subscribe(watcher: string, watched: string): Promise<void> {
    const { SUBSCRIBE } = this.#backEnd.orders;
    await this.run(SUBSCRIBE, watcher, watched, 'to');
    await this.run(SUBSCRIBE, watched, watcher, 'from');
  }

  async loadModule(host: string, name: string): Promise<void> {
    await this.run(this.#backEnd.orders.MANAGE_MODULE, 'load', host, name);
  }

  async unloadModule(host: string, name: string): Promise<void> {
    await this.run(this.#backEnd.orders.MANAGE_MODULE, 'unload', host, name);
  }

  async reloadModule(host: string, name: string): Promise<void> {
    await this.run(this.#backEnd.orders.MANAGE_MODULE, 'reload', host, name);
  }

  async learnPeers(other: Pick<Server, 'domains' | 'ports'>): Promise<void> {
    const learned = Object.fromEntries(other.domains.map((domain) => [domain, other.ports.s2s]));
    this.#peers = { ...this.#peers, ...learned };
    await this.run(this.#backEnd.orders.ADD_PEERS, learned);
  }

  receiptsPath(host: string, name: string): string {
    return this.#backEnd.receiptsPath(this.folder, host, name);
  }

  async #reachControl(server: ServerProcess): Promise<Control> {
    for (const end = Date.now() + START_MS; Date.now() < end; await sleep(POLL_MS)) {
      await this.#expectRunning(server);
      const control = await Control.connect(this.ports.control).catch(() => undefined);
      if (control !== undefined) return control;
    }
    await stopProcess(server);
    throw await this.#failure(`did not answer on port ${this.ports.control} within ${START_MS} ms`);
  }

  async #expectStarted(server: ServerProcess): Promise<void> {
    for (const end = Date.now() + START_MS; Date.now() < end; await sleep(POLL_MS)) {
      await this.#expectRunning(server);
      const isStarted = await this.run(this.#backEnd.orders.IS_STARTED).catch(() => false);
      if (isStarted === true) return this.#expectOpenPorts();
    }
    throw await this.#failure(`has not started within ${START_MS} ms`);
  }

  async #expectRunning(server: ServerProcess): Promise<void> {
    if (server.hasExited())
      throw await this.#failure(`ended while starting (${await server.exited})`);
  }

  async #expectOpenPorts(): Promise<void> {
    const expected = usedPorts(this.ports, this.options);
    const closed = await this.run(this.#backEnd.orders.CLOSED_PORTS, expected);
    if (closed === '') return;
    await this.stop();
    throw await this.#failure(`could not open port ${closed}`);
  }

  async #failure(what: string): Promise<Error> {
    const last = (await this.log()).trimEnd().split('\n').slice(-LOG_LINES_SHOWN).join('\n');
    return new Error(
      `${this.#backEnd.name} ${what}; the last it said (all of it is in ${this.folder}):\n${last}`,
    );
  }
}
