import { type Client, type LoginOptions, login } from './client.ts';
import { Cluster } from './ejabberd/cluster.ts';
import type { Ejabberd } from './ejabberd.ts';
import { COMPONENT, COMPONENT_SECRET, Stage, type StageOptions } from './stage.ts';

export interface ClusterOptions extends Omit<StageOptions, 'otherNodes'> {
  /** How many nodes there are at the beginning. */
  readonly nodes: number;
}

/** A cluster of real ejabberds with mod_receipts on each, and one daemon that knows all their ports. */
export class ClusterStage {
  readonly cluster: Cluster;
  readonly #options: ClusterOptions;
  #stage: Stage | undefined;

  private constructor(cluster: Cluster, options: ClusterOptions) {
    this.cluster = cluster;
    this.#options = options;
  }

  static async start(options: ClusterOptions): Promise<ClusterStage> {
    const cluster = await Cluster.start({
      hosts: options.hosts,
      components: [{ domain: COMPONENT, secret: COMPONENT_SECRET }],
      receipts: { receipts_component: COMPONENT },
      s2s: false,
      ...options.server,
    });
    const stage = new ClusterStage(cluster, options);
    try {
      for (let number = 1; number < options.nodes; number += 1) await cluster.join();
    } catch (error) {
      await cluster.dispose();
      throw error;
    }
    return stage;
  }

  /** The daemon, and what it keeps. It exists once `attach` was called. */
  get daemon(): Stage {
    if (this.#stage === undefined) throw new Error('no daemon is attached');
    return this.#stage;
  }

  /** Starts the daemon: it tries that node first, then the others in their order. */
  async attach(first = 0): Promise<void> {
    await this.#stage?.stopDaemon();
    const { servers } = this.cluster;
    const turn = [...servers.slice(first), ...servers.slice(0, first)];
    const otherNodes = turn.slice(1).map(({ ports }) => ports.component);
    this.#stage = new Stage(this.cluster.server(first), { ...this.#options, otherNodes });
    await this.#stage.startDaemon();
  }

  async register(...jids: readonly string[]): Promise<void> {
    for (const jid of jids) await this.cluster.server(0).register(jid);
  }

  /** A client that is connected to that node. */
  login(number: number, jid: string, more: Partial<LoginOptions> = {}): Promise<Client> {
    return login({ jid, port: this.#server(number).ports.c2s, ...more });
  }

  async dispose(): Promise<void> {
    await this.#stage?.stopDaemon();
    await this.cluster.dispose();
  }

  #server(number: number): Ejabberd {
    return this.cluster.server(number);
  }
}
