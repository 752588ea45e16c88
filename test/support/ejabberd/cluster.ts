import { type Ejabberd, startEjabberd } from '../ejabberd.ts';
import type { ErlangNode, ServerOptions } from '../server/options.ts';
import { freePorts } from '../server/ports.ts';
import { nodeName } from './process.ts';

const JOIN = '[Node] = Args, ejabberd_cluster:join(binary_to_atom(Node))';
const LEAVE = '[Node] = Args, ejabberd_cluster:leave(binary_to_atom(Node))';
/** For `runErlang`: cuts that node off, which looks to both as if the other were dead. */
export const CUT = `[Text] = Args, Node = binary_to_atom(Text),
erlang:set_cookie(Node, other), erlang:disconnect_node(Node)`;
export const MEND = `[Text] = Args, Node = binary_to_atom(Text),
erlang:set_cookie(Node, test), net_kernel:connect_node(Node)`;
const KNOWN =
  'iolist_to_binary(lists:join($ , lists:sort([atom_to_list(N) || N <- mnesia:system_info(db_nodes)])))';

/**
 * Nodes of one machine, each on a loopback address of its own: they find each other by one port
 * without a port mapper, so no other Erlang here is touched.
 */
export class Cluster {
  readonly #options: ServerOptions;
  readonly #port: number;
  readonly #servers: Ejabberd[] = [];

  private constructor(options: ServerOptions, port: number) {
    this.#options = options;
    this.#port = port;
  }

  /** Starts the first node; `join` adds the others. */
  static async start(options: ServerOptions): Promise<Cluster> {
    const [port = 0] = await freePorts(1);
    const cluster = new Cluster(options, port);
    await cluster.#startOne();
    return cluster;
  }

  get servers(): readonly Ejabberd[] {
    return this.#servers;
  }

  /** By its number, the first is 0. */
  server(number: number): Ejabberd {
    const server = this.#servers[number];
    if (server === undefined) throw new Error(`there is no node ${number}`);
    return server;
  }

  name(number: number): string {
    return nodeName(this.#nodeOf(number));
  }

  /** Starts one more node, and joins it to the first one that runs. */
  async join(): Promise<Ejabberd> {
    const sponsor = this.#runningExcept(this.#servers.length);
    const server = await this.#startOne();
    await server.runErlang(JOIN, this.name(sponsor));
    return server;
  }

  /** As an operator does it on another node: ejabberdctl leave_cluster. */
  async drop(number: number): Promise<void> {
    const other = this.server(this.#runningExcept(number));
    await other.runErlang(LEAVE, this.name(number));
  }

  /** It runs on, and reaches no other node. */
  async cutOff(number: number): Promise<void> {
    for (const other of this.#others(number)) await this.server(number).runErlang(CUT, other);
  }

  async mend(number: number): Promise<void> {
    for (const other of this.#others(number)) await this.server(number).runErlang(MEND, other);
  }

  /** The names of the nodes that this one knows. */
  async knownTo(number: number): Promise<readonly string[]> {
    return String(await this.server(number).runErlang(KNOWN)).split(' ');
  }

  async dispose(): Promise<void> {
    await Promise.all(this.#servers.map((server) => server.dispose()));
  }

  async #startOne(): Promise<Ejabberd> {
    const node = this.#nodeOf(this.#servers.length);
    const ejabberd = { ...this.#options.ejabberd, node };
    const server = await startEjabberd({ ...this.#options, ejabberd });
    this.#servers.push(server);
    return server;
  }

  #others(number: number): readonly string[] {
    return this.#servers.map((_, at) => this.name(at)).filter((_, at) => at !== number);
  }

  #nodeOf(number: number): ErlangNode {
    return { address: `127.0.0.${number + 1}`, port: this.#port };
  }

  #runningExcept(number: number): number {
    const found = this.#servers.findIndex((it, at) => at !== number && it.isRunning);
    if (found < 0) throw new Error('no other node runs');
    return found;
  }
}
