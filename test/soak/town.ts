import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../../src/store/open.ts';
import { Dice, type StoreKind } from '../faults/plan.ts';
import { DaemonProcess } from '../support/daemon-process.ts';
import type { Server, ServerKind } from '../support/server/server.ts';
import { startServer } from '../support/server.ts';
import { COMPONENT } from '../support/stage.ts';
import { DaemonApi } from './daemon-api.ts';
import { HIBERNATION_SECONDS } from './habits.ts';
import { HOST, NOBODY, NOWHERE, PEOPLE } from './people.ts';
import { Resident, type Tally } from './resident.ts';
import { openPlace, type StorePlace } from './store-place.ts';

export interface TownOptions {
  readonly server: ServerKind;
  readonly store: StoreKind;
  readonly minutes: number;
  /** Messages a second. */
  readonly rate: number;
  readonly seed: number;
  readonly onFailure: (what: string) => void;
}

const SECRET = 'secret';
const MINUTE = 60_000;

/** Messages and questions go when they are so old: what is kept is the same from then on. */
export const KEPT_MS = 12 * MINUTE;
/** A message without news is called expired before it goes. */
const EXPIRES_MS = 8 * MINUTE;
const PRUNED_EVERY_MS = 2 * MINUTE;

/** About as many as there are in these runs: sent receipts are kept for a day. */
const RECEIPTS_A_MESSAGE = 0.55;
const STEP_MS = 100;
/** One message in so many goes to an address without an account, or to one that no server has. */
const ASTRAY = 40;

/** A real server, the daemon as a process, its store, and people who live with them. */
export class Town {
  readonly server: Server;
  readonly daemon: DaemonProcess;
  readonly api: DaemonApi;
  readonly place: StorePlace;
  readonly tally: Tally;
  readonly #folder: string;
  readonly #residents: readonly Resident[];
  readonly #dice: Dice;
  readonly #timers: NodeJS.Timeout[] = [];

  constructor(parts: TownParts) {
    this.server = parts.server;
    this.daemon = parts.daemon;
    this.api = parts.api;
    this.place = parts.place;
    this.tally = parts.tally;
    this.#folder = parts.folder;
    this.#residents = parts.residents;
    this.#dice = parts.dice;
  }

  /** From now on people come, go and write. */
  begin({ rate, onFailure }: Pick<TownOptions, 'rate' | 'onFailure'>): void {
    for (const resident of this.#residents) void resident.live();
    const began = performance.now();
    const write = () => this.#catchUp(((performance.now() - began) / 1000) * rate);
    this.#timers.push(setInterval(write, STEP_MS));
    const prune = () => void this.api.prune(KEPT_MS).catch((error) => onFailure(String(error)));
    this.#timers.push(setInterval(prune, PRUNED_EVERY_MS));
  }

  get online(): number {
    return this.#residents.filter(({ isOnline }) => isOnline).length;
  }

  /** What does not come from the settings of the daemon: warnings and errors of its log. */
  get complaints(): readonly string[] {
    return this.daemon.output.split('\n').filter((line) => /^\{"level":[456]0/.test(line));
  }

  /** Leaves nothing running, and no files. */
  async end(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    for (const resident of this.#residents) resident.end();
    await this.daemon.end();
    await this.place.close();
    await this.server.dispose();
    await rm(this.#folder, { recursive: true, force: true });
  }

  #due = 0;

  /** A message that nobody could write, because all were away, is not made up for. */
  #catchUp(due: number): void {
    for (; this.#due < due; this.#due += 1) this.#write();
  }

  #write(): void {
    const writers = this.#residents.filter(({ isOnline }) => isOnline);
    if (writers.length === 0) return;
    const writer = this.#dice.pick(writers);
    writer.write(this.#addressee(writer));
  }

  #addressee({ person }: Resident): string {
    const kind = this.#dice.below(ASTRAY);
    if (kind > 1) return this.#dice.pick(person.friends);
    return kind === 0 ? NOBODY : NOWHERE;
  }
}

interface TownParts {
  readonly server: Server;
  readonly daemon: DaemonProcess;
  readonly api: DaemonApi;
  readonly place: StorePlace;
  readonly tally: Tally;
  readonly folder: string;
  readonly residents: readonly Resident[];
  readonly dice: Dice;
}

export async function foundTown(options: TownOptions): Promise<Town> {
  const folder = await mkdtemp(join(tmpdir(), 'soak-'));
  const server = await startServer(serverOptions(), options.server);
  await settle(server);
  const place = await openPlace(options.store, folder);
  await prepare(place, options);
  const socket = join(folder, 'api.sock');
  const daemon = daemonFor(server, place, socket);
  await daemon.start();
  const tally = newTally();
  const dice = new Dice(options.seed);
  const residents = residentsOf(server, tally, options);
  const api = new DaemonApi(socket);
  return new Town({ server, daemon, api, place, tally, folder, residents, dice });
}

function serverOptions() {
  return {
    hosts: [{ name: HOST }],
    components: [{ domain: COMPONENT, secret: SECRET }],
    receipts: { receipts_component: COMPONENT },
    streamManagement: { hibernationSeconds: HIBERNATION_SECONDS },
    s2s: false,
  } as const;
}

async function settle(server: Server): Promise<void> {
  for (const { jid } of PEOPLE) await server.register(jid);
  for (const { jid, friends } of PEOPLE)
    for (const friend of friends.filter((it) => it > jid)) await server.befriend(jid, friend);
}

/** Sent receipts of yesterday, of which as many go in each minute of the run as come. */
async function prepare(place: StorePlace, { rate, minutes }: TownOptions): Promise<void> {
  const store = openStore(place.address);
  await store.upkeep.backlog();
  await store.close();
  const forMs = (minutes + 5) * MINUTE;
  await place.fill(Math.ceil(((rate * forMs) / 1000) * RECEIPTS_A_MESSAGE), forMs);
}

function daemonFor(server: Server, place: StorePlace, socket: string): DaemonProcess {
  return new DaemonProcess({
    XMPP_RECEIPTS_COMPONENT_DOMAIN: COMPONENT,
    XMPP_RECEIPTS_COMPONENT_SERVER: `127.0.0.1:${server.ports.component}`,
    XMPP_RECEIPTS_COMPONENT_SECRET: SECRET,
    XMPP_RECEIPTS_DOMAINS: HOST,
    XMPP_RECEIPTS_STORE: place.address,
    XMPP_RECEIPTS_HTTP_SOCKET: socket,
    XMPP_RECEIPTS_RETENTION_DAYS: '1',
    XMPP_RECEIPTS_RECEIPTS_EXPIRE_AFTER_MS: String(EXPIRES_MS),
    XMPP_RECEIPTS_RECEIPTS_MAX_PER_MINUTE: '120',
    XMPP_RECEIPTS_QUESTIONS_PER_HOUR: '120',
    XMPP_RECEIPTS_QUESTIONS_EXPIRE_AFTER_MS: String(KEPT_MS),
  });
}

function residentsOf(
  server: Server,
  tally: Tally,
  { seed, onFailure }: TownOptions,
): readonly Resident[] {
  const port = server.ports.c2s;
  return PEOPLE.map(
    (person, number) =>
      new Resident({ person, port, tally, onFailure, dice: new Dice(seed * 1009 + number) }),
  );
}

function newTally(): Tally {
  return {
    sent: 0,
    logins: 0,
    resumptions: 0,
    receipts: 0,
    answers: 0,
    policies: 0,
    failures: 0,
  };
}
