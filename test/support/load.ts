import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, login } from './client.ts';
import type { Sent } from './feed-component.ts';
import type { Server } from './server.ts';

export interface LoadOptions {
  readonly host: string;
  readonly perSecond: number;
  /** What ids and the recipient's resource end with. */
  readonly long?: { readonly id: string; readonly resource: string };
}

const STEP_MS = 50;
/** The module remembers 2000 unacknowledged messages of a stream. */
const MAX_AT_ONCE = 100;
const PROBE_MS = 200;
/** The others go to somebody who is online. */
const ONE_IN_SO_MANY_IS_ABSENT = 100;

/** Messages that ask for receipts, at a steady rate: alice's to bob, whose client acknowledges them, and to carol, who is offline. */
export class Load {
  readonly sent: Sent[] = [];
  readonly #alice: Client;
  readonly #bob: Client;
  readonly #idEnd: string;
  readonly #timer: NodeJS.Timeout;
  readonly #began = performance.now();

  static async start(server: Server, options: LoadOptions): Promise<Load> {
    const { host, long } = options;
    const alice = await enter(server, `alice@${host}/pc`);
    const bob = await enter(server, `bob@${host}/phone${long?.resource ?? ''}`);
    await server.register(`carol@${host}`);
    return new Load(alice, bob, options);
  }

  private constructor(alice: Client, bob: Client, { perSecond, long }: LoadOptions) {
    this.#alice = alice;
    this.#bob = bob;
    this.#idEnd = long?.id ?? '';
    this.#timer = setInterval(() => this.#catchUp(perSecond), STEP_MS);
  }

  /** Sends no more; resolves when bob has the last one, which is acknowledged soon. */
  async end(): Promise<void> {
    clearInterval(this.#timer);
    const last = this.sent.findLast(({ to }) => to === this.#bob.bareJid);
    if (last !== undefined) await this.#bob.waitForMessage(last.id, { ms: 20_000 });
  }

  /** What bob should have, and has not. */
  missing(): readonly Sent[] {
    const got = new Set(this.#bob.received.map(({ attrs }) => attrs['id']));
    return this.sent.filter(({ to, id }) => to === this.#bob.bareJid && !got.has(id));
  }

  async leave(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all([this.#alice.close(), this.#bob.close()]);
  }

  /** A timer that comes late is no reason for fewer messages. */
  #catchUp(perSecond: number): void {
    const due = ((performance.now() - this.#began) / 1000) * perSecond;
    const end = Math.min(due, this.sent.length + MAX_AT_ONCE);
    while (this.sent.length < end) this.#send();
  }

  #send(): void {
    const number = this.sent.length;
    const isToAbsent = number % ONE_IN_SO_MANY_IS_ABSENT === 0;
    const to = isToAbsent ? this.#bob.bareJid.replace('bob', 'carol') : this.#bob.bareJid;
    const id = `m${number}${this.#idEnd}`;
    this.#alice.ask(to, id);
    this.sent.push({ from: this.#alice.bareJid, to, id });
  }
}

/** One message after another, from dora to erin: how long does each take, without the time that this process could not run? */
export class Probe {
  readonly sent: Sent[] = [];
  readonly latencies: number[] = [];
  readonly #lag = new Lag();
  readonly #dora: Client;
  readonly #erin: Client;
  readonly #running: Promise<void>;
  #isOver = false;

  static async start(server: Server, host: string): Promise<Probe> {
    const dora = await enter(server, `dora@${host}/pc`);
    return new Probe(dora, await enter(server, `erin@${host}/phone`));
  }

  private constructor(dora: Client, erin: Client) {
    this.#dora = dora;
    this.#erin = erin;
    this.#running = this.#run();
  }

  async end(): Promise<void> {
    this.#isOver = true;
    await this.#running;
  }

  async leave(): Promise<void> {
    this.#isOver = true;
    this.#lag.end();
    await Promise.all([this.#dora.close(), this.#erin.close()]);
  }

  async #run(): Promise<void> {
    while (!this.#isOver) {
      const one = { from: this.#dora.bareJid, to: this.#erin.bareJid, id: `p${this.sent.length}` };
      const began = performance.now() - this.#lag.total;
      this.#dora.ask(one.to, one.id);
      this.sent.push(one);
      await this.#erin.waitForMessage(one.id, { ms: 20_000 });
      this.latencies.push(performance.now() - this.#lag.total - began);
      await sleep(PROBE_MS);
    }
  }
}

/** How long timers of this process have been late, all together. */
class Lag {
  #total = 0;
  #due = performance.now() + STEP_MS;
  readonly #timer = setInterval(() => this.#look(), STEP_MS);

  /** Also that of the moment. */
  get total(): number {
    return this.#total + Math.max(0, performance.now() - this.#due);
  }

  end(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const now = performance.now();
    this.#total += Math.max(0, now - this.#due);
    this.#due = now + STEP_MS;
  }
}

async function enter(server: Server, jid: string): Promise<Client> {
  await server.register(jid.replace(/\/.*/, ''));
  return login({ jid, port: server.ports.c2s });
}
