import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Policy } from '../src/message/policy.ts';
import { openStore } from '../src/store/open.ts';
import { login } from '../test/support/client.ts';
import { type Prosody, startProsody } from '../test/support/prosody.ts';
import type { Cleanup } from './cleanup.ts';
import { DaemonProcess } from './daemon.ts';
import { FactWatch } from './fact-watch.ts';
import { Journal } from './journal.ts';
import type { Printer } from './printer.ts';
import { Recipient } from './recipient.ts';
import { Sender } from './sender.ts';

export const DOMAIN = 'example.org';
export const COMPONENT = `receipts.${DOMAIN}`;
export const BOT = `receipts@${COMPONENT}`;
export const ALICE = `alice@${DOMAIN}`;
export const BOB = `bob@${DOMAIN}`;
export const CAROL = `carol@${DOMAIN}`;
export const PASSWORD = 'secret';

/** How long a recipient's app has to answer by itself; 5 s unless the operator says otherwise, here short. */
export const GRACE_MS = 1000;

const COMPONENT_SECRET = 'only for the demo';
const LOG_LINES_SHOWN = 15;

/** All that the scenes play on: a server with the module, the daemon, and three people with clients. */
export interface Stage {
  readonly prosody: Prosody;
  readonly daemon: DaemonProcess;
  readonly journal: Journal;
  readonly facts: FactWatch;
  readonly alice: Sender;
  readonly bob: Recipient;
  readonly carol: Recipient;
  /** The operator changes what recipients allow, and starts the daemon again. */
  setPolicy(policy: Policy): Promise<void>;
  /** What server and daemon said last, for somebody who has to find out what went wrong. */
  lastWords(): Promise<string>;
}

/** Whatever is started is ended, and whatever is written removed, by the cleanup; also if this rejects half-way. */
export async function setStage(printer: Printer, cleanup: Cleanup): Promise<Stage> {
  const prosody = await startServer(cleanup);
  printer.progress(`Prosody ${prosody.version} with mod_receipts runs on ports of its own.`);
  const daemon = await startDaemon(prosody, cleanup);
  printer.progress('The daemon xmpp-receipts is attached to it.');
  const journal = new Journal(printer);
  const facts = new FactWatch(openStore(`sqlite:${daemon.paths.database}`), journal);
  cleanup.add(() => facts.stop());
  const people = await gather({ prosody, journal, facts }, cleanup);
  printer.progress('Alice, Bob and Carol are online with ordinary clients.');
  return {
    prosody,
    daemon,
    journal,
    facts,
    ...people,
    setPolicy: async (policy) => {
      await daemon.stop();
      await daemon.start(policy);
    },
    lastWords: () => lastWords(prosody, daemon),
  };
}

async function startServer(cleanup: Cleanup): Promise<Prosody> {
  const prosody = await startProsody({
    hosts: [{ name: DOMAIN }],
    components: [{ domain: COMPONENT, secret: COMPONENT_SECRET }],
    receipts: { receipts_component: COMPONENT },
    s2s: false,
  });
  cleanup.add(() => prosody.dispose());
  for (const jid of [ALICE, BOB, CAROL]) await prosody.register(jid, PASSWORD);
  // Who may not see somebody's presence is not told whether that somebody is online.
  for (const friend of [BOB, CAROL]) await prosody.befriend(ALICE, friend);
  return prosody;
}

async function startDaemon(prosody: Prosody, cleanup: Cleanup): Promise<DaemonProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'xmpp-receipts-demo-'));
  cleanup.add(() => rm(folder, { recursive: true, force: true }));
  const daemon = new DaemonProcess({
    folder,
    component: COMPONENT,
    domain: DOMAIN,
    port: prosody.ports.component,
    secret: COMPONENT_SECRET,
    graceMs: GRACE_MS,
  });
  cleanup.add(() => daemon.stop());
  await daemon.start('client');
  return daemon;
}

interface Surroundings {
  readonly prosody: Prosody;
  readonly journal: Journal;
  readonly facts: FactWatch;
}

async function gather({ prosody, journal, facts }: Surroundings, cleanup: Cleanup) {
  const common = { port: prosody.ports.c2s, password: PASSWORD };
  const client = await login({ ...common, jid: `${ALICE}/laptop` });
  const alice = new Sender({ client, bot: BOT, journal, facts });
  cleanup.add(() => alice.leaves());
  const bob = new Recipient({ ...common, jid: `${BOB}/phone`, answers: true, journal });
  const carol = new Recipient({ ...common, jid: `${CAROL}/phone`, answers: false, journal });
  for (const recipient of [bob, carol]) {
    cleanup.add(() => recipient.leaves());
    await recipient.comesOnline();
  }
  return { alice, bob, carol };
}

async function lastWords(prosody: Prosody, daemon: DaemonProcess): Promise<string> {
  const server = (await prosody.log()).trimEnd().split('\n').slice(-LOG_LINES_SHOWN).join('\n');
  return `The server’s last lines:\n${server}\n\nThe daemon’s last lines:\n${daemon.lastWords()}`;
}
