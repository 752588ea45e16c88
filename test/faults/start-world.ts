import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { say } from '../support/bot-chat.ts';
import type { Client } from '../support/client.ts';
import { freePorts } from '../support/server/ports.ts';
import type { Server, ServerKind } from '../support/server/server.ts';
import { startServer } from '../support/server.ts';
import { COMPONENT } from '../support/stage.ts';
import { until } from '../support/until.ts';
import { KeptDaemon } from './daemon.ts';
import { openPlace, type StorePlace } from './database.ts';
import { Device } from './device.ts';
import { Ledger } from './ledger.ts';
import { HOSTS, PEOPLE, type Person, RECIPIENTS, SENDER } from './people.ts';
import type { StoreKind } from './plan.ts';
import { Relay } from './relay.ts';
import { World } from './world.ts';

const GRACE_MS = 300;
/** Words come soon enough to be compared. */
const STORED_AFTER_MS = 200;
const GATHER_TEXT_MS = 300;
const RESULT_SECONDS = 2;
/** How long a session waits for its client to come back. */
export const HIBERNATION_MS = 3000;

const SECRET = 'secret';
const HOST = '127.0.0.1';

export interface WorldOptions {
  readonly server: ServerKind;
  readonly store: StoreKind;
  /** The daemon, if it is not today's. */
  readonly main?: string;
}

export async function startWorld({ server: kind, store, main }: WorldOptions): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'faults-'));
  const server = await startServer(serverOptions(), kind);
  await meet(server);
  const place = await openPlace(store, folder);
  const componentPort = await freePort();
  const component = await linkTo(server.ports.component, componentPort);
  const daemon = daemonFor({ folder, place, port: componentPort, ...(main && { main }) });
  const ledger = new Ledger();
  component.hears = (bytes) => ledger.daemonSays(bytes);
  const devices = await devicesFor(server, ledger);
  const world = new World({ folder, server, place, component, daemon, ledger, devices });
  await begin(world);
  return world;
}

function serverOptions() {
  const [first, second] = HOSTS;
  return {
    hosts: [{ name: first }, { name: second, mam: true }],
    components: [{ domain: COMPONENT, secret: SECRET }],
    receipts: {
      receipts_component: COMPONENT,
      receipts_result_timeout: RESULT_SECONDS,
    },
    streamManagement: { hibernationSeconds: HIBERNATION_MS / 1000 },
    s2s: false,
    lua: 'limits = {}',
  } as const;
}

async function meet(server: Server): Promise<void> {
  for (const { jid } of PEOPLE) await server.register(jid);
  for (const { jid } of RECIPIENTS) await server.befriend(SENDER.jid, jid);
  // What is set up is no part of what a kill may take: ejabberd writes it when it stops.
  if (server.kind === 'ejabberd') await server.restart();
}

interface DaemonOptions {
  readonly folder: string;
  readonly place: StorePlace;
  readonly port: number;
  readonly main?: string;
}

function daemonFor({ folder, place, port, ...rest }: DaemonOptions): KeptDaemon {
  const environment = {
    XMPP_RECEIPTS_COMPONENT_DOMAIN: COMPONENT,
    XMPP_RECEIPTS_COMPONENT_SERVER: `${HOST}:${port}`,
    XMPP_RECEIPTS_COMPONENT_SECRET: SECRET,
    XMPP_RECEIPTS_DOMAINS: HOSTS.join(','),
    XMPP_RECEIPTS_STORE: place.daemonsAddress,
    XMPP_RECEIPTS_RECEIPTS_MAX_PER_MINUTE: '600',
    XMPP_RECEIPTS_RECEIPTS_GRACE_MS: String(GRACE_MS),
    XMPP_RECEIPTS_RECEIPTS_TEXT_STORED_AFTER_MS: String(STORED_AFTER_MS),
    XMPP_RECEIPTS_RECEIPTS_GATHER_TEXT_MS: String(GATHER_TEXT_MS),
    XMPP_RECEIPTS_LOG_LEVEL: 'debug',
  };
  return new KeptDaemon({ environment, folder, ...rest });
}

async function devicesFor(server: Server, ledger: Ledger): Promise<ReadonlyMap<string, Device>> {
  const devices = new Map<string, Device>();
  for (const person of PEOPLE)
    for (const resource of person.resources) {
      const name = `${person.name}/${resource}`;
      devices.set(name, await deviceOf({ person, resource, name }, server, ledger));
    }
  return devices;
}

interface Named {
  readonly person: Person;
  readonly resource: string;
  readonly name: string;
}

async function deviceOf(
  { person, resource, name }: Named,
  server: Server,
  ledger: Ledger,
): Promise<Device> {
  const port = await freePort();
  return new Device({
    name,
    jid: `${person.jid}/${resource}`,
    port,
    link: await linkTo(server.ports.c2s, port),
    answers: person.voice === 'client' || person.voice === 'refuse',
    readsArchive: person.readsArchive ?? false,
    hears: (stanza) => {
      if (person === SENDER) return void ledger.senderHears(stanza);
      const sighting = ledger.recipientHears(name, stanza);
      return sighting && (() => ledger.isKnown(sighting));
    },
  });
}

/** All are there; who lets the server speak has said so, and so has who wants words. */
async function begin(world: World): Promise<void> {
  for (const device of world.devices.values()) device.isWanted = true;
  await until(() => [...world.devices.values()].every((device) => device.isAwake), 'the devices');
  while (!(await world.daemon.isReady())) await sleep(100);
  for (const person of RECIPIENTS)
    for (const { client } of world.devicesOf(person)) await choosePolicy(person, client);
  for (const { client } of world.devicesOf(SENDER)) await say(client, 'text on');
}

async function choosePolicy({ voice }: Person, client: Client): Promise<void> {
  if (voice === 'server') await say(client, 'policy automatic');
  if (voice === 'refuse') await say(client, 'policy refuse');
}

async function linkTo(target: number, port: number): Promise<Relay> {
  return Relay.open({ port, host: HOST }, { port: target, host: HOST });
}

async function freePort(): Promise<number> {
  const [port = 0] = await freePorts(1);
  return port;
}
