import type { ModuleHello } from '../../protocol/hello.ts';
import { waitingIn } from '../../servers/hear-nodes.ts';
import type { Backlog } from '../../store/upkeep-store.ts';
import { Gauge } from '../../telemetry/prom-client.ts';
import type { DaemonState } from '../status.ts';

/** What is so at the moment of a scrape. */
export class StateMetrics {
  readonly #online = gauge('link_online', 'Whether we are connected to the server (0 or 1).');
  readonly #ready = gauge(
    'ready',
    'Whether it is connected and every module has greeted (0 or 1).',
  );
  readonly #greeted = gauge('server_greeted', 'Whether the module has greeted us (0 or 1).', [
    'host',
  ]);
  readonly #spool = gauge('spool_facts', 'Facts that waited on a server at its last hello.', [
    'host',
  ]);
  readonly #nodes = gauge('node_up', 'Whether mod_receipts answers on that node (0 or 1).', [
    'host',
    'node',
  ]);
  readonly #backlog = gauge('backlog', 'What waits here, counted up to 100,000.', ['kind']);

  readonly #served = gauge('member_served', 'Whether a daemon of the store is served (0 or 1).', [
    'component',
  ]);
  readonly #differences = gauge(
    'settings_differing',
    'Settings in which the daemons of the store differ.',
  );
  readonly #storeClock = gauge(
    'store_clock_ahead_seconds',
    'How far the clock of this machine is ahead of that of the store.',
  );

  get all(): readonly Gauge[] {
    const ofServers = [this.#online, this.#ready, this.#greeted, this.#spool, this.#nodes];
    const ofDaemons = [this.#served, this.#differences, this.#storeClock];
    return [...ofServers, this.#backlog, ...ofDaemons];
  }

  /** Without a backlog: the store cannot be asked now. */
  show({ link, servers, daemons }: DaemonState, waiting: Backlog | undefined): void {
    this.#showDaemons(daemons);
    const isGreeted = servers.every(({ problem }) => problem === undefined);
    this.#online.set(Number(link.isOnline));
    this.#ready.set(Number(link.isOnline && isGreeted));
    for (const gauge of [this.#greeted, this.#spool, this.#nodes, this.#backlog]) gauge.reset();
    for (const { domain: host, problem, hello } of servers) {
      this.#greeted.set({ host }, Number(problem === undefined));
      if (hello !== undefined) this.#showHello(host, hello);
    }
    for (const [kind, count] of Object.entries(waiting ?? {})) this.#backlog.set({ kind }, count);
  }

  #showHello(host: string, hello: ModuleHello): void {
    const { node, others } = hello;
    this.#spool.set({ host }, waitingIn(hello));
    if (node !== '') this.#nodes.set({ host, node }, 1);
    for (const { name, state } of others)
      this.#nodes.set({ host, node: name }, Number(state === 'up'));
  }

  #showDaemons({ members, differences, clockAheadMs }: DaemonState['daemons']): void {
    this.#served.reset();
    for (const { component, isServed } of members)
      this.#served.set({ component }, Number(isServed));
    this.#differences.set(differences.length);
    this.#storeClock.set(clockAheadMs / 1000);
  }
}

function gauge(noun: string, help: string, labelNames: readonly string[] = []): Gauge {
  const name = `xmpp_receipts_${noun}`;
  return new Gauge({ name, help, labelNames: [...labelNames], registers: [] });
}
