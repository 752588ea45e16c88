import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Element } from '../../../src/protocol/xml.ts';
import { Cluster } from '../../support/ejabberd/cluster.ts';
import { freePorts } from '../../support/server/ports.ts';
import { COMPONENT } from '../../support/stage.ts';
import { KeptDaemon } from '../daemon.ts';
import { Relay } from '../relay.ts';
import { RECIPIENTS, type Recipient } from './plan.ts';
import { Promises } from './promises.ts';
import { Talker } from './talker.ts';
import { Watch } from './watch.ts';

const DOMAIN = 'here.test';
const SECRET = 'secret';
const HOST = '127.0.0.1';

export const SENDER = `alice@${DOMAIN}`;
/** She is never online: of every message to her the sender is told `stored`. */
export const ABSENT = `dora@${DOMAIN}`;
export const addressOf = (who: Recipient) => `${who}@${DOMAIN}`;

/** A cluster, the daemon as a process, and a client of every person on every node. */
export class ClusterWorld {
  readonly folder: string;
  readonly cluster: Cluster;
  /** The daemon's way to each node. */
  readonly ways: readonly Relay[];
  readonly daemon: KeptDaemon;
  readonly promises = new Map(RECIPIENTS.map((who) => [addressOf(who), new Promises()]));
  readonly watch = new Watch(this.promises);
  readonly senders: readonly Talker[];
  readonly recipients: ReadonlyMap<Recipient, readonly Talker[]>;
  /** The newest messages that each recipient has got. */
  readonly got = new Map<string, string[]>();

  constructor(folder: string, cluster: Cluster, ways: readonly Relay[], daemon: KeptDaemon) {
    this.folder = folder;
    this.cluster = cluster;
    this.ways = ways;
    this.daemon = daemon;
    this.senders = this.#talkers(SENDER, (stanza) => this.watch.senderHears(stanza));
    this.recipients = new Map(
      RECIPIENTS.map((who) => [
        who,
        this.#talkers(addressOf(who), (stanza) => this.#get(addressOf(who), stanza)),
      ]),
    );
  }

  get talkers(): readonly Talker[] {
    return [...this.senders, ...[...this.recipients.values()].flat()];
  }

  get running(): number {
    return this.cluster.servers.filter((server) => server.isRunning).length;
  }

  async keepLogs(): Promise<string> {
    await writeFile(join(this.folder, 'daemon.log'), this.daemon.log);
    const folders = this.cluster.servers.map(({ folder }) => folder);
    return [this.folder, ...folders].join(' and ');
  }

  async dispose({ keep = false } = {}): Promise<void> {
    await Promise.all(this.talkers.map((talker) => talker.dispose()));
    await this.daemon.dispose();
    await Promise.all(this.ways.map((way) => way.close()));
    if (keep) await Promise.all(this.cluster.servers.map((server) => server.kill()));
    else await this.cluster.dispose();
    if (!keep) await rm(this.folder, { recursive: true, force: true });
  }

  #talkers(jid: string, hears: (stanza: Element) => void): readonly Talker[] {
    return this.cluster.servers.map((node) => new Talker({ jid, node, hears }));
  }

  #get(recipient: string, stanza: Element): void {
    const id = stanza.attrs['id'];
    if (stanza.getChild('request') === undefined || id === undefined) return;
    this.got.set(recipient, [...(this.got.get(recipient) ?? []), id].slice(-KEPT));
  }
}

const KEPT = 4;

export async function startCluster(nodes: number): Promise<ClusterWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'cluster-faults-'));
  const cluster = await Cluster.start({
    hosts: [{ name: DOMAIN }],
    components: [{ domain: COMPONENT, secret: SECRET }],
    receipts: { receipts_component: COMPONENT },
    s2s: false,
  });
  for (let node = 1; node < nodes; node += 1) await cluster.join();
  await meet(cluster);
  const ports = await freePorts(nodes);
  const ways = await Promise.all(ports.map((port, node) => openWay(cluster, node, port)));
  return new ClusterWorld(folder, cluster, ways, daemonFor(folder, ports));
}

async function meet(cluster: Cluster): Promise<void> {
  const recipients = [ABSENT, ...RECIPIENTS.map(addressOf)];
  for (const jid of [SENDER, ...recipients]) await cluster.server(0).register(jid);
  for (const jid of recipients) await cluster.server(0).befriend(SENDER, jid);
}

function openWay(cluster: Cluster, node: number, port: number): Promise<Relay> {
  const target = cluster.server(node).ports.component;
  return Relay.open({ port, host: HOST }, { port: target, host: HOST });
}

function daemonFor(folder: string, ports: readonly number[]): KeptDaemon {
  const environment = {
    XMPP_RECEIPTS_COMPONENT_DOMAIN: COMPONENT,
    XMPP_RECEIPTS_COMPONENT_SERVER: ports.map((port) => `${HOST}:${port}`).join(','),
    XMPP_RECEIPTS_COMPONENT_SECRET: SECRET,
    XMPP_RECEIPTS_DOMAINS: DOMAIN,
    XMPP_RECEIPTS_STORE: `sqlite:${join(folder, 'store.db')}`,
    XMPP_RECEIPTS_RECEIPTS_MAX_PER_MINUTE: '600',
    XMPP_RECEIPTS_RECEIPTS_GRACE_MS: '300',
    XMPP_RECEIPTS_COMMANDS_PER_MINUTE: '600',
    XMPP_RECEIPTS_LOG_LEVEL: 'debug',
  };
  return new KeptDaemon({ environment, folder });
}
