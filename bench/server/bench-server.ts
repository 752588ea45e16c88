import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Prosody, runProsodyWhere, startProsody } from '../../test/support/prosody.ts';
import { BenchDaemon, COMPONENT, DOMAIN, SECRET } from '../measure/daemon.ts';
import { Helper } from '../measure/helper.ts';
import { cpuSeconds, OTHER_CORE, pin, SERVER_CORE } from '../measure/process.ts';
import type { Delivered, GeneratorOrder } from './generator.ts';
import { accountsOf } from './pair.ts';

export type Variant = 'with the module' | 'without it';

/** What a load cost the server. */
export interface Cost {
  readonly perSecond: number;
  readonly cpuMicroseconds: number;
  /** The share of one core that Prosody had. */
  readonly busy: number;
}

const GENERATOR = new URL('./generator.js', import.meta.url);
const PAIRS = 4;
const SETTLE_MS = 300;

/** A fresh Prosody and fresh clients; with the module also the daemon, which takes all that it reports. */
export class BenchServer {
  readonly #prosody: Prosody;
  readonly #generator: Helper;
  readonly #daemon: BenchDaemon | undefined;
  readonly #folder: string;

  static async start(variant: Variant): Promise<BenchServer> {
    if (runProsodyWhere().kind !== 'package')
      throw new Error('this measures an installed Prosody: apt-get install prosody');
    const prosody = await startProsody({
      hosts: [{ name: DOMAIN }],
      components: [{ domain: COMPONENT, secret: SECRET }],
      s2s: false,
      logLevel: 'warn',
      ...(variant === 'with the module' ? { receipts: { receipts_component: COMPONENT } } : {}),
    });
    pin(prosody.pid, SERVER_CORE);
    for (const jid of accountsOf(PAIRS)) await prosody.register(jid);
    const folder = await mkdtemp(join(tmpdir(), 'xmpp-receipts-bench-'));
    const { component: port } = prosody.ports;
    const daemon =
      variant === 'with the module'
        ? await BenchDaemon.start({ port, database: join(folder, 'bench.db') })
        : undefined;
    const generator = Helper.start(GENERATOR, OTHER_CORE);
    const order: GeneratorOrder = { kind: 'connect', port: prosody.ports.c2s, pairs: PAIRS };
    await generator.ask(order);
    await sleep(SETTLE_MS);
    return new BenchServer({ prosody, generator, daemon, folder });
  }

  private constructor(parts: {
    readonly prosody: Prosody;
    readonly generator: Helper;
    readonly daemon: BenchDaemon | undefined;
    readonly folder: string;
  }) {
    this.#prosody = parts.prosody;
    this.#generator = parts.generator;
    this.#daemon = parts.daemon;
    this.#folder = parts.folder;
  }

  /** Seconds on a core, of the server and of the daemon. */
  async bear(order: GeneratorOrder): Promise<Cost> {
    const before = cpuSeconds(this.#prosody.pid);
    const { messages, seconds } = await this.#generator.ask<Delivered>(order);
    const cpu = cpuSeconds(this.#prosody.pid) - before;
    return {
      perSecond: messages / seconds,
      cpuMicroseconds: (cpu / messages) * 1e6,
      busy: cpu / seconds,
    };
  }

  async end(): Promise<void> {
    await this.#generator.end();
    await this.#daemon?.end();
    await this.#prosody.dispose();
    await rm(this.#folder, { recursive: true });
  }
}
