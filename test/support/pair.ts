import { mkdtemp, rm, symlink, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Client, type LoginOptions, login } from './client.ts';
import { DaemonProcess } from './daemon-process.ts';
import { compiledModule } from './ejabberd/process.ts';
import { expectEjabberd } from './ejabberd/where.ts';
import { DAEMONS, moduleFolder, type Version } from './first-version.ts';
import type { ServerOptions } from './server/options.ts';
import { type HostOptions, SERVER_KIND, type Server, startServer } from './server.ts';
import { COMPONENT } from './stage.ts';

export interface Versions {
  readonly daemon: Version;
  readonly module: Version;
}

/** A real server and a daemon process, each of its own version, and their users. */
export class Pair {
  readonly server: Server;
  readonly #place: ModulePlace;
  readonly #folder: string;
  readonly #clients: Client[] = [];
  #daemon: DaemonProcess | undefined;

  constructor(server: Server, place: ModulePlace, folder: string) {
    this.server = server;
    this.#place = place;
    this.#folder = folder;
  }

  /** Resolves when it is connected. */
  async startDaemon(version: Version): Promise<void> {
    this.#daemon = new DaemonProcess(environmentOf(this.server, this.#folder), {
      main: DAEMONS[version],
    });
    await this.#daemon.start();
  }

  async stopDaemon(): Promise<void> {
    await this.#daemon?.end();
  }

  /** What the daemon has written since its start. */
  get log(): string {
    return this.#daemon?.output ?? '';
  }

  /** The server stops, has the other module, and starts. */
  async restartServer(version: Version): Promise<void> {
    await this.leave();
    await this.server.stop();
    await this.#replaceModule(version);
    await this.server.start();
  }

  /** The running server has the other module, and its sessions stay. */
  async upgradeInPlace(version: Version, host: string): Promise<void> {
    await this.#replaceModule(version);
    if (this.server.kind === 'prosody') return this.server.reloadModule(host, 'receipts');
    await this.server.unloadModule(host, 'receipts');
    const ebin = compiledModule(expectEjabberd(), moduleFolder(version));
    await this.server.runInside({ lua: '', erlang: LOAD_CODE }, ebin);
    await this.server.loadModule(host, 'receipts');
  }

  async #replaceModule(version: Version): Promise<void> {
    this.#place.moduleFolder = await placedModule(this.#folder, version);
  }

  async enter(jid: string, options: Partial<LoginOptions> = {}): Promise<Client> {
    const client = await login({ jid, port: this.server.ports.c2s, ...options });
    this.#clients.push(client);
    return client;
  }

  async leave(): Promise<void> {
    await Promise.all(
      this.#clients.splice(0).map((client) => client.close().catch(() => undefined)),
    );
  }

  async dispose(): Promise<void> {
    await this.leave();
    await this.#daemon?.end('SIGKILL');
    await this.server.dispose();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

interface ModulePlace {
  moduleFolder: string;
}

/** Without a daemon, until it is started. */
export async function startPair(
  module: Version,
  hosts: readonly HostOptions[],
  more: Partial<ServerOptions> = {},
): Promise<Pair> {
  const folder = await mkdtemp(join(tmpdir(), 'receipts-'));
  const options = {
    hosts,
    components: [{ domain: COMPONENT, secret: 'secret' }],
    receipts: { receipts_component: COMPONENT } as const,
    moduleFolder: await placedModule(folder, module),
    ...more,
  };
  return new Pair(await startServer(options), options, folder);
}

/** Prosody finds its modules under one path as long as it runs. */
async function placedModule(folder: string, version: Version): Promise<string> {
  if (SERVER_KIND !== 'prosody') return moduleFolder(version);
  const link = join(folder, 'modules');
  await unlink(link).catch(() => undefined);
  await symlink(moduleFolder(version), link);
  return link;
}

/** As `ext_mod` does: the old code goes before the new one comes. */
const LOAD_CODE = `[Ebin] = Args,
[begin code:purge(Part), code:delete(Part), code:purge(Part) end
 || {Part, _} <- code:all_loaded(), lists:prefix("mod_receipts", atom_to_list(Part))],
true = code:add_patha(binary_to_list(Ebin)),
ok`;

function environmentOf(server: Server, folder: string): Readonly<Record<string, string>> {
  return {
    XMPP_RECEIPTS_COMPONENT_DOMAIN: COMPONENT,
    XMPP_RECEIPTS_COMPONENT_SERVER: `127.0.0.1:${server.ports.component}`,
    XMPP_RECEIPTS_COMPONENT_SECRET: 'secret',
    XMPP_RECEIPTS_DOMAINS: server.options.hosts.map(({ name }) => name).join(),
    XMPP_RECEIPTS_STORE: `sqlite:${join(folder, 'receipts.db')}`,
    XMPP_RECEIPTS_RECEIPTS_MAX_PER_MINUTE: '600',
    XMPP_RECEIPTS_RECEIPTS_GRACE_MS: '400',
    XMPP_RECEIPTS_POLICY_DEFAULT: 'automatic',
    XMPP_RECEIPTS_QUESTIONS_GATHER_MS: '0',
    XMPP_RECEIPTS_QUESTIONS_PER_HOUR: '3600',
  };
}
