import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runProsodyWhere } from '../../test/support/prosody.ts';
import { type Server, type ServerKind, startServer } from '../../test/support/server.ts';
import { BenchDaemon, COMPONENT, DOMAIN, SECRET } from '../measure/daemon.ts';
import { Helper } from '../measure/helper.ts';
import { allThreadsSeconds, cpuSeconds, OTHER_CORE, pin, SERVER_CORE } from '../measure/process.ts';
import type { Delivered, GeneratorOrder } from './generator.ts';
import { accountsOf } from './pair.ts';

/** What a load cost the server. */
export interface Cost {
  readonly perSecond: number;
  readonly cpuMicroseconds: number;
  /** The share of one core that the server had. */
  readonly busy: number;
}

const MODULE = 'receipts';
const GENERATOR = new URL('./generator.js', import.meta.url);
const PAIRS = 4;
/** The daemon has said what holds, and the spool is empty. */
const SETTLE_MS = 400;

/** One server, one set of clients and one daemon, while the module comes and goes. */
export class ToggledServer {
  readonly #server: Server;
  readonly #generator: Helper;
  readonly #daemon: BenchDaemon;
  readonly #folder: string;
  #isLoaded = true;

  static async start(kind: ServerKind): Promise<ToggledServer> {
    const server = await startServerOn(kind);
    for (const jid of accountsOf(PAIRS)) await server.register(jid);
    const folder = await mkdtemp(join(tmpdir(), 'xmpp-receipts-bench-'));
    const { component: port } = server.ports;
    const daemon = await BenchDaemon.start({ port, database: join(folder, 'bench.db') });
    const generator = Helper.start(GENERATOR, OTHER_CORE);
    const order: GeneratorOrder = { kind: 'connect', port: server.ports.c2s, pairs: PAIRS };
    await generator.ask(order);
    await sleep(SETTLE_MS);
    return new ToggledServer({ server, generator, daemon, folder });
  }

  private constructor(parts: {
    readonly server: Server;
    readonly generator: Helper;
    readonly daemon: BenchDaemon;
    readonly folder: string;
  }) {
    this.#server = parts.server;
    this.#generator = parts.generator;
    this.#daemon = parts.daemon;
    this.#folder = parts.folder;
  }

  async setModule(isLoaded: boolean): Promise<void> {
    if (isLoaded !== this.#isLoaded)
      await (isLoaded
        ? this.#server.loadModule(DOMAIN, MODULE)
        : this.#server.unloadModule(DOMAIN, MODULE));
    this.#isLoaded = isLoaded;
    await sleep(SETTLE_MS);
  }

  async bear(order: GeneratorOrder): Promise<Cost> {
    const before = this.#cpuSeconds();
    const { messages, seconds } = await this.#generator.ask<Delivered>(order);
    const cpu = this.#cpuSeconds() - before;
    return {
      perSecond: messages / seconds,
      cpuMicroseconds: (cpu / messages) * 1e6,
      busy: cpu / seconds,
    };
  }

  async end(): Promise<void> {
    await this.#generator.end();
    await this.#daemon.end();
    await this.#server.dispose();
    await rm(this.#folder, { recursive: true });
  }

  // Erlang works in other threads than the first.
  #cpuSeconds(): number {
    const { kind, pid } = this.#server;
    return kind === 'ejabberd' ? allThreadsSeconds(pid) : cpuSeconds(pid);
  }
}

/** Bound to one core, with as many schedulers. */
async function startServerOn(kind: ServerKind): Promise<Server> {
  if (kind === 'prosody' && runProsodyWhere().kind !== 'package')
    throw new Error('this measures an installed Prosody: apt-get install prosody');
  const server = await startServer(
    {
      hosts: [{ name: DOMAIN }],
      components: [{ domain: COMPONENT, secret: SECRET }],
      s2s: false,
      logLevel: 'warn',
      ejabberd: { schedulers: 1 },
      receipts: { receipts_component: COMPONENT },
    },
    kind,
  );
  pin(server.pid, SERVER_CORE);
  return server;
}
