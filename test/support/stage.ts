import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import type { Config } from '../../src/config/config.ts';
import { settingsSchema } from '../../src/config/schema.ts';
import { createDaemon, type Daemon } from '../../src/daemon/daemon.ts';
import { createLink } from '../../src/link/component-link.ts';
import type { LinkTimings } from '../../src/link/link.ts';
import type { Fact, FactKind } from '../../src/message/fact.ts';
import type { BareJid } from '../../src/message/jid.ts';
import { newestLife } from '../../src/message/life.ts';
import type { Policy } from '../../src/message/policy.ts';
import { factsReadUpTo, type Proof, proofsOf } from '../../src/message/status.ts';
import type { Element } from '../../src/protocol/xml.ts';
import { openStore } from '../../src/store/open.ts';
import type { Found } from '../../src/store/record-store.ts';
import type { Store } from '../../src/store/store.ts';
import type { Client } from './client.ts';
import {
  type HostOptions,
  type Server,
  type ServerKind,
  type ServerOptions,
  startServer,
} from './server.ts';

export const COMPONENT = 'receipts.test';
export const BOT = `receipts@${COMPONENT}`;
export const COMPONENT_SECRET = 'component secret';
const LOOPBACK = '127.0.0.1';

export interface StageOptions {
  readonly hosts: readonly HostOptions[];
  /** That of the environment (SERVER) unless named. */
  readonly kind?: ServerKind;
  readonly server?: Partial<ServerOptions>;
  readonly policy?: Policy;
  /** The operator's policy in full; `policy` is its default. */
  readonly policies?: Partial<Config['policy']>;
  readonly questions?: Partial<Config['questions']>;
  readonly commands?: Partial<Config['commands']>;
  readonly admins?: readonly string[];
  readonly disclosure?: Config['disclosure'];
  readonly receipts?: Partial<Config['receipts']>;
  /** Whose feed the daemon takes; all hosts unless named. */
  readonly domains?: readonly string[];
  /** `:memory:` unless named. */
  readonly store?: string;
  /** The component ports of the other nodes of a cluster. */
  readonly otherNodes?: readonly number[];
  /** Off where a test starts daemons by itself. */
  readonly daemon?: boolean;
}

/** Who sent what to whom, as tests name a message. */
export interface Sent {
  readonly from: string;
  readonly to: string;
  readonly id: string;
}

/** Time for the client's own answer; short, so that tests that wait for it to pass are short. */
export const GRACE_MS = 400;
/** By now the grace has passed and what follows has arrived. */
export const AFTER_GRACE_MS = 1000;

const WARN = 40;
const ERROR = 50;

/** Far more than anything takes: on a busy machine it takes longer. */
const PATIENCE_MS = 20_000;

interface LogLine {
  readonly level: number;
  readonly msg: string;
  /** What is wrong, where the message is the same for several problems. */
  readonly problem?: string;
}

/** A real server with mod_receipts, and a whole daemon in this process attached to it. */
export class Stage {
  readonly server: Server;
  readonly #options: StageOptions;
  /** What the daemons have said to their operator: warnings and errors. */
  readonly said: string[] = [];
  /** What the daemons said at error level, as JSON. */
  readonly errors: string[] = [];
  #daemon: Daemon | undefined;
  #store: Store | undefined;

  constructor(server: Server, options: StageOptions) {
    this.server = server;
    this.#options = options;
  }

  get store(): Store {
    if (this.#store === undefined) throw new Error('no daemon is running');
    return this.#store;
  }

  get counters(): Readonly<Record<string, number>> {
    return this.#daemon?.counters.all() ?? {};
  }

  /** With other settings, perhaps, than the stage began with. */
  async startDaemon(
    timings: Partial<LinkTimings> = {},
    changes: Partial<StageOptions> = {},
  ): Promise<void> {
    const log = pino(
      { level: process.env['TEST_LOG'] ?? 'warn' },
      { write: (line) => this.#heard(line) },
    );
    const config = configFor(this.server, { ...this.#options, ...changes });
    this.#store = openStore(config.store);
    const quick = { retryFirstMs: 100, retryMaxMs: 500, retrySlowMs: 500, ...timings };
    const link = createLink({
      ...config.component,
      log,
      timings: quick,
    });
    const isOnline = new Promise<void>((resolve) => link.onOnline(resolve));
    this.#daemon = createDaemon({ config, link, store: this.#store, log });
    this.#daemon.start();
    await isOnline;
  }

  async stopDaemon(): Promise<void> {
    await this.#daemon?.stop();
    this.#daemon = undefined;
  }

  async dispose(): Promise<void> {
    await this.stopDaemon();
    await this.server.dispose();
  }

  /** What the record of a message proves, furthest last; `undefined` if there is no record. */
  async proofs(sent: Sent): Promise<readonly Proof[] | undefined> {
    const found = await this.#find(sent);
    const life = found === undefined ? undefined : newestLife(found.tracked.record);
    return life === undefined ? undefined : proofsOf(factsReadUpTo(life, found?.readUpTo));
  }

  /** Resolves when the record says so: a status, or a status and who says so (`delivered by client`). */
  async expectStatus(sent: Sent, expected: string, ms = PATIENCE_MS): Promise<void> {
    const until = Date.now() + ms;
    while (Date.now() < until) {
      if (matches((await this.proofs(sent))?.at(-1), expected)) return;
      await sleep(20);
    }
    const proofs = await this.proofs(sent);
    throw new Error(
      `${sent.id} to ${sent.to}: expected ${expected}, the record proves ${JSON.stringify(proofs)}`,
    );
  }

  /**
   * Rejects if after so long the store has anything of this message, be it a fact without `accepted`. Who has seen a later
   * fact of the same server need not wait: facts come in order.
   */
  async expectNoRecord(sent: Sent, ms = 300): Promise<void> {
    await sleep(ms);
    const found = await this.#find(sent);
    if (found !== undefined)
      throw new Error(`${sent.id} to ${sent.to} is kept: ${JSON.stringify(found.tracked.record)}`);
  }

  /** The kinds of all facts that are kept of a message, accepted or not. */
  async kindsOf(sent: Sent): Promise<readonly FactKind[]> {
    return (await this.#find(sent))?.tracked.record.facts.map(({ kind }) => kind) ?? [];
  }

  /** All facts that are kept of a message. */
  async factsOf(sent: Sent): Promise<readonly Fact[]> {
    return (await this.#find(sent))?.tracked.record.facts ?? [];
  }

  /** The ids of a pair's messages, the newest first. */
  async idsBetween({ from, to }: Omit<Sent, 'id'>): Promise<readonly string[]> {
    const found = await this.store.records.latest(from as BareJid, to as BareJid, 1000);
    return found.map(({ tracked }) => tracked.key.id);
  }

  #heard(line: string): void {
    const { level, msg, problem = '' } = JSON.parse(line) as LogLine;
    if (level >= WARN) this.said.push(`${msg} ${problem}`.trim());
    if (level >= ERROR) this.errors.push(line);
    if (process.env['TEST_LOG'] !== undefined) process.stdout.write(line);
  }

  #find({ from, to, id }: Sent): Promise<Found | undefined> {
    return this.store.records.find({ sender: from as BareJid, recipient: to as BareJid, id });
  }
}

export async function startStage(options: StageOptions): Promise<Stage> {
  const server = await startServer(
    {
      hosts: options.hosts,
      components: [{ domain: COMPONENT, secret: COMPONENT_SECRET }],
      receipts: { receipts_component: COMPONENT },
      ...options.server,
    },
    options.kind,
  );
  const stage = new Stage(server, options);
  if (options.daemon !== false) await stage.startDaemon();
  return stage;
}

/** The receipts of ours about one message that a client got, as `status` in the order of arrival. */
export function toldAbout(client: Client, id: string): readonly string[] {
  return receiptsIn(client.received)
    .filter((receipt) => receipt.attrs['id'] === id)
    .map((receipt) => receipt.attrs['status'] ?? '');
}

/** Resolves with the receipt of that status about that message when it comes. */
export async function waitForReceipt(
  client: Client,
  id: string,
  status: string,
  ms = PATIENCE_MS,
): Promise<Element> {
  const isIt = (receipt: Element) =>
    receipt.attrs['id'] === id && receipt.attrs['status'] === status;
  await client.waitUntil((received) => receiptsIn(received).some(isIt), ms);
  return receiptsIn(client.received).find(isIt) as Element;
}

/** Resolves if the client is told exactly these until the grace has passed, and they have come. */
export async function expectTold(
  client: Client,
  id: string,
  statuses: readonly string[],
): Promise<void> {
  const hasCome = () => toldAbout(client, id).length >= statuses.length;
  await sleep(AFTER_GRACE_MS);
  await client.waitUntil(hasCome, PATIENCE_MS).catch(() => undefined); // what came is said below
  const told = toldAbout(client, id);
  if (told.join() !== statuses.join())
    throw new Error(`${id}: expected [${statuses}] to be told, was [${told}]`);
}

export function receiptsIn(received: readonly Element[]): readonly Element[] {
  return received
    .filter((stanza) => stanza.is('message') && stanza.attrs['from'] === BOT)
    .flatMap((message) => message.getChildren('receipt', 'xmpp-receipts:1'));
}

function matches(proof: Proof | undefined, expected: string): boolean {
  return (
    proof !== undefined &&
    (expected === proof.status || expected === `${proof.status} by ${proof.evidence}`)
  );
}

/** The settings of the options, the quick ones that a test needs, and the defaults for the rest. */
function configFor(server: Server, options: StageOptions): Config {
  const domains = [...(options.domains ?? options.hosts.map(({ name }) => name))];
  const address = { domain: COMPONENT, secret: COMPONENT_SECRET };
  const others = (options.otherNodes ?? []).map((port) => ({ host: LOOPBACK, port }));
  const defaults = settingsSchema.parse({ component: address, domains });
  return {
    ...defaults,
    component: { ...address, host: LOOPBACK, port: server.ports.component, others },
    store: options.store ?? 'sqlite::memory:',
    http: { socket: undefined, listen: undefined },
    receipts: {
      ...defaults.receipts,
      graceMs: GRACE_MS,
      maxPerMinute: 600,
      gatherTextMs: 0,
      textStoredAfterMs: 0,
      ...options.receipts,
    },
    policy: {
      ...defaults.policy,
      default: options.policy ?? defaults.policy.default,
      ...options.policies,
    },
    questions: { ...defaults.questions, perHour: 3600, gatherMs: 0, ...options.questions },
    commands: { perMinute: 600, ...options.commands },
    admins: [...(options.admins ?? [])],
    disclosure: options.disclosure ?? defaults.disclosure,
    log: { ...defaults.log, level: 'silent' },
  };
}
