import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import type { Server } from '../support/server/server.ts';
import type { KeptDaemon } from './daemon.ts';
import type { StorePlace } from './database.ts';
import type { Device } from './device.ts';
import type { Restore, Stop } from './excuses.ts';
import type { Ledger } from './ledger.ts';
import { PEOPLE, type Person } from './people.ts';
import type { Relay } from './relay.ts';
import { Tally } from './tally.ts';

export interface WorldParts {
  readonly folder: string;
  readonly server: Server;
  readonly place: StorePlace;
  readonly component: Relay;
  readonly daemon: KeptDaemon;
  readonly ledger: Ledger;
  readonly devices: ReadonlyMap<string, Device>;
}

/** A real server, the daemon as a process, its database, and people with devices. */
export class World {
  readonly folder: string;
  readonly server: Server;
  readonly place: StorePlace;
  readonly component: Relay;
  readonly daemon: KeptDaemon;
  readonly ledger: Ledger;
  readonly devices: ReadonlyMap<string, Device>;
  /** The ends of the server so far. */
  readonly stops: Stop[] = [];
  /** When the store was restored, and when the backup was made. */
  readonly restores: Restore[] = [];
  readonly tally = new Tally();
  #store: Store;
  #backedUpAt: number | undefined;

  constructor(parts: WorldParts) {
    this.folder = parts.folder;
    this.server = parts.server;
    this.place = parts.place;
    this.component = parts.component;
    this.daemon = parts.daemon;
    this.#store = openStore(parts.place.address);
    this.ledger = parts.ledger;
    this.devices = parts.devices;
  }

  /** The driver's own way to the store. */
  get store(): Store {
    return this.#store;
  }

  /** In turns: a backup is made, and some time later it is put in the place of the store. */
  async backUpOrRestore(): Promise<void> {
    if (this.#backedUpAt === undefined) {
      this.#backedUpAt = Date.now();
      return this.place.backUp();
    }
    await this.#restore(this.#backedUpAt);
    this.#backedUpAt = undefined;
  }

  async #restore(backedUpAt: number): Promise<void> {
    await this.daemon.end('SIGTERM');
    await this.#store.close();
    await this.place.restore();
    this.restores.push({ backedUpAt, restoredAt: Date.now() });
    this.#store = openStore(this.place.address);
    this.daemon.isWanted = true;
    this.tally.add('restored');
  }

  device(name: string): Device {
    const found = this.devices.get(name);
    if (found === undefined) throw new Error(`there is no device ${name}`);
    return found;
  }

  devicesOf({ name, resources }: Person): readonly Device[] {
    return resources.map((resource) => this.device(`${name}/${resource}`));
  }

  /** The link of that name in a plan; a store in a file has none. */
  linkOf(name: string): Relay | undefined {
    if (name === 'component') return this.component;
    return name === 'database' ? this.place.link : this.device(name).link;
  }

  /** To be called before the server ends: who has no session that is awake? */
  noteStop(how: Stop['how']): void {
    const asleep = PEOPLE.filter((person) => !this.devicesOf(person).some((it) => it.isAwake));
    this.stops.push({ at: Date.now(), how, asleep: asleep.map(({ name }) => name) });
  }

  /** Keeps what explains an anomaly. */
  async keepLogs(): Promise<string> {
    await writeFile(join(this.folder, 'daemon.log'), this.daemon.log);
    return `${this.folder} and ${this.server.folder}`;
  }

  async dispose({ keep = false } = {}): Promise<void> {
    await Promise.all([...this.devices.values()].map((device) => device.dispose()));
    await this.#store.close();
    await this.daemon.dispose();
    await this.component.close();
    await (keep ? this.server.kill() : this.server.dispose());
    await this.place.dispose();
    if (!keep) await rm(this.folder, { recursive: true, force: true });
  }
}
