import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { element } from '../src/protocol/xml.ts';
import { openStore } from '../src/store/open.ts';
import { login } from '../test/support/client.ts';
import { type Server, type ServerKind, startServer } from '../test/support/server.ts';
import { ALICE, BOB, BOT, CAROL, COMPONENT, DOMAIN, LI, PASSWORD, PROBE } from './cast.ts';
import type { Cleanup } from './cleanup.ts';
import { DaemonProcess } from './daemon.ts';
import { FactWatch } from './fact-watch.ts';
import type { InOrder } from './in-order.ts';
import { Journal } from './journal.ts';
import { Probe } from './probe.ts';
import { Recipient } from './recipient.ts';
import { Sender } from './sender.ts';

/** How long a recipient's app has to answer by itself; 5 s unless the operator says otherwise, here short. */
export const GRACE_MS = 1000;

const COMPONENT_SECRET = 'only for the demo';
const LOG_LINES_SHOWN = 15;

const NAMES = { prosody: 'Prosody', ejabberd: 'ejabberd' } as const;

/** All that the scenes play on: a server with the module, the daemon, and four people with clients. */
export interface Stage {
  readonly server: Server;
  readonly daemon: DaemonProcess;
  readonly journal: Journal;
  readonly facts: FactWatch;
  readonly alice: Sender;
  readonly bob: Recipient;
  readonly carol: Recipient;
  readonly li: Recipient;
  /** Somebody says something to the bot that is not shown. */
  tellQuietly(jid: string, text: string): Promise<void>;
  /** What server and daemon said last, for somebody who has to find out what went wrong. */
  lastWords(): Promise<string>;
}

/** Whatever is started is ended, and whatever is written removed, by the cleanup; also if this rejects half-way. */
export async function setStage(
  kind: ServerKind,
  printer: InOrder,
  cleanup: Cleanup,
): Promise<Stage> {
  const server = await openServer(kind, cleanup);
  const name = `${NAMES[kind]} ${server.version}`;
  printer.progress(`${name} with mod_receipts runs on ports of its own.`);
  const daemon = await startDaemon(server, cleanup);
  printer.progress('The daemon xmpp-receipts is attached to it.');
  const journal = new Journal(printer);
  const facts = await watchFacts({ server, daemon, journal }, cleanup);
  const tellQuietly = (jid: string, text: string) => tellBot(jid, text, server);
  await tellQuietly(LI, '语言 中文');
  const people = await gather({ server, journal, facts }, cleanup);
  printer.progress('Alice, Bob, Carol and Li are online with ordinary clients.');
  return {
    server,
    daemon,
    journal,
    facts,
    ...people,
    tellQuietly,
    lastWords: () => lastWords(server, daemon),
  };
}

async function openServer(kind: ServerKind, cleanup: Cleanup): Promise<Server> {
  const server = await startServer(
    {
      hosts: [{ name: DOMAIN }],
      components: [{ domain: COMPONENT, secret: COMPONENT_SECRET }],
      receipts: { receipts_component: COMPONENT },
      s2s: false,
    },
    kind,
  );
  cleanup.add(() => server.dispose());
  for (const jid of [ALICE, BOB, CAROL, LI, PROBE]) await server.register(jid, PASSWORD);
  // Who may not see somebody's presence is not told whether that somebody is online.
  for (const friend of [BOB, CAROL, LI]) await server.befriend(ALICE, friend);
  return server;
}

async function startDaemon(server: Server, cleanup: Cleanup): Promise<DaemonProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'xmpp-receipts-demo-'));
  cleanup.add(() => rm(folder, { recursive: true, force: true }));
  const daemon = new DaemonProcess({
    folder,
    component: COMPONENT,
    domain: DOMAIN,
    port: server.ports.component,
    secret: COMPONENT_SECRET,
    graceMs: GRACE_MS,
  });
  cleanup.add(() => daemon.stop());
  await daemon.start();
  return daemon;
}

async function watchFacts(
  { server, daemon, journal }: Pick<Stage, 'server' | 'daemon' | 'journal'>,
  cleanup: Cleanup,
): Promise<FactWatch> {
  const client = await login({ jid: PROBE, port: server.ports.c2s, password: PASSWORD });
  cleanup.add(() => client.close());
  const store = openStore(`sqlite:${daemon.paths.database}`);
  const facts = new FactWatch(store, journal, new Probe(client, store));
  cleanup.add(() => facts.stop());
  return facts;
}

/** With a device that is online only for that. */
async function tellBot(jid: string, text: string, { ports }: Server): Promise<void> {
  const client = await login({ jid: `${jid}/web`, port: ports.c2s, password: PASSWORD });
  client.send(element('message', { to: BOT, type: 'chat' }, element('body', {}, text)));
  // The bot also asks the client for its time (XEP-0202).
  await client.waitFor((stanza) => stanza.is('message') && stanza.attrs['from'] === BOT);
  await client.close();
}

interface Surroundings {
  readonly server: Server;
  readonly journal: Journal;
  readonly facts: FactWatch;
}

async function gather({ server, journal, facts }: Surroundings, cleanup: Cleanup) {
  const common = { port: server.ports.c2s, password: PASSWORD };
  const client = await login({ ...common, jid: `${ALICE}/laptop` });
  const alice = new Sender({ client, bot: BOT, journal, facts });
  cleanup.add(() => alice.leaves());
  const person = (jid: string, answers: boolean) =>
    new Recipient({ ...common, jid: `${jid}/phone`, answers, bot: BOT, journal });
  const [bob, carol, li] = [person(BOB, true), person(CAROL, false), person(LI, true)];
  for (const recipient of [bob, carol, li]) {
    cleanup.add(() => recipient.leaves());
    await recipient.comesOnline();
  }
  return { alice, bob, carol, li };
}

async function lastWords(server: Server, daemon: DaemonProcess): Promise<string> {
  const said = (await server.log()).trimEnd().split('\n').slice(-LOG_LINES_SHOWN).join('\n');
  return `The server’s last lines:\n${said}\n\nThe daemon’s last lines:\n${daemon.lastWords()}`;
}
