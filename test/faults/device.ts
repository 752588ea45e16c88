import { setTimeout as sleep } from 'node:timers/promises';
import { type Element, element } from '../../src/protocol/xml.ts';
import { accountOf } from '../support/client/login.ts';
import { Client } from '../support/client.ts';
import type { Relay } from './relay.ts';

export interface DeviceParts {
  readonly name: string;
  readonly jid: string;
  /** Of its link to the server. */
  readonly port: number;
  readonly link: Relay;
  readonly answers: boolean;
  readonly readsArchive: boolean;
  /** A stanza has come; what is answered is called when the server knows that it has. */
  readonly hears: (stanza: Element) => (() => void) | undefined;
}

/** What the server may not know of yet. */
interface Open {
  readonly onKnown: () => void;
  /** To be sent once more in a new session. */
  readonly again?: Outgoing;
}

export interface Outgoing {
  readonly stanza: Element;
  readonly onWritten: () => void;
  /** The server has it. */
  readonly onTaken: () => void;
}

const LOOK_MS = 100;
const CONFIRM_MS = 30;
const CLOSED_MS = 300;
/** After so many the client logs in anew. */
const MOST_RESUMPTIONS = 8;

/**
 * A user's client as people have it: it comes back by itself, takes its session up where it can,
 * and sends again what the server has not confirmed.
 */
export class Device {
  readonly name: string;
  readonly link: Relay;
  /** Whether its user wants it online. */
  isWanted = false;
  /** Since when it is not connected. */
  awaySince = Date.now();
  readonly #parts: DeviceParts;
  #client: Client | undefined;
  #isReady = false;
  #resumptions = 0;
  #outbox: Outgoing[] = [];
  #open: Open[] = [];
  #isConfirming = false;
  #isDisposed = false;

  constructor(parts: DeviceParts) {
    this.#parts = parts;
    this.name = parts.name;
    this.link = parts.link;
    void this.#keep();
  }

  /** It is connected, and something can pass. */
  get isAwake(): boolean {
    return this.#isReady && !this.link.isHeld && this.#client?.isClosed === false;
  }

  /** All that came and went is known to the server. */
  get isQuiet(): boolean {
    return this.#outbox.length === 0 && (!this.isWanted || (this.isAwake && !this.#isBusy));
  }

  /** The client itself, for what is done before the first fault. */
  get client(): Client {
    if (this.#client === undefined) throw new Error(`${this.name} is not online`);
    return this.#client;
  }

  send(outgoing: Outgoing): void {
    this.#outbox.push(outgoing);
    this.#flush();
  }

  /** In good order, if it is connected. */
  async leave(): Promise<void> {
    this.isWanted = false;
    if (!this.isAwake || this.#client === undefined) return;
    this.#isReady = false;
    this.awaySince = Date.now();
    await this.#client.close();
    this.#forgetSession();
  }

  async dispose(): Promise<void> {
    this.#isDisposed = true;
    this.isWanted = false;
    this.#client?.die();
    await this.link.close();
  }

  get #isBusy(): boolean {
    return this.#open.length > 0 || this.#isConfirming;
  }

  async #keep(): Promise<void> {
    for (; !this.#isDisposed; await sleep(LOOK_MS)) {
      this.#lookAfter();
      // Expected: the link is cut, or the server away. Then it tries again.
      if (this.isWanted && !this.#isReady) await this.#enter().catch(() => this.#client?.die());
    }
  }

  #lookAfter(): void {
    if (this.#isReady && this.#client?.isClosed === true) this.#lose();
    // What could not be confirmed while the link was held.
    if (this.isAwake) this.#confirmSoon();
  }

  #lose(): void {
    this.#isReady = false;
    this.awaySince = Date.now();
    this.#resumptions = MOST_RESUMPTIONS;
  }

  async #enter(): Promise<void> {
    await (this.#resumptions > 0 ? this.#resume() : this.#logIn());
    this.#isReady = true;
    this.#flush();
    this.#confirmSoon();
  }

  async #resume(): Promise<void> {
    const client = this.client;
    this.#resumptions -= 1;
    try {
      await unlessClosed(client, client.resume());
    } catch (error) {
      if (String(error).includes('<failed')) this.#forgetSession();
      throw error;
    }
  }

  async #logIn(): Promise<void> {
    const { jid, port, answers, readsArchive } = this.#parts;
    this.#forgetSession();
    const client = new Client({ account: accountOf(jid, 'secret'), port, via: 'tcp' });
    this.#client = client;
    client.autoReceipt = answers;
    client.onStanza = (stanza) => this.#hear(stanza);
    await unlessClosed(client, client.connect());
    await unlessClosed(client, client.enableStreamManagement('auto'));
    await unlessClosed(client, client.setPresence());
    if (readsArchive) await unlessClosed(client, this.#readArchive(client));
  }

  async #readArchive(client: Client): Promise<void> {
    for (const archived of await client.catchUp()) this.#hear(archived);
  }

  /** What was sent and not confirmed is sent in the next session. */
  #forgetSession(): void {
    this.#resumptions = 0;
    const again = this.#open.flatMap((open) => open.again ?? []);
    this.#open = [];
    this.#outbox = [...again, ...this.#outbox];
  }

  #hear(stanza: Element): void {
    const onKnown = this.#parts.hears(stanza);
    if (onKnown === undefined) return;
    this.#open.push({ onKnown });
    this.#confirmSoon();
  }

  #flush(): void {
    if (!this.#isReady || this.#client === undefined) return;
    for (const outgoing of this.#outbox.splice(0)) {
      this.#client.send(outgoing.stanza);
      outgoing.onWritten();
      this.#open.push({ onKnown: outgoing.onTaken, again: outgoing });
    }
    this.#confirmSoon();
  }

  #confirmSoon(): void {
    if (this.#isConfirming || this.#open.length === 0) return;
    this.#isConfirming = true;
    // Expected: the link broke. What is open stays so.
    void sleep(CONFIRM_MS)
      .then(() => this.#confirm())
      .catch(() => undefined)
      .finally(() => {
        this.#isConfirming = false;
        if (this.isAwake) this.#confirmSoon();
      });
  }

  /** XEP-0199: whoever answers has read what came before. */
  async #confirm(): Promise<void> {
    const client = this.client;
    if (!this.isAwake) return;
    const open = [...this.#open];
    client.ack();
    const ping = element('ping', { xmlns: 'urn:xmpp:ping' });
    await unlessClosed(client, client.request(element('iq', { type: 'get' }, ping)));
    this.#open = this.#open.filter((it) => !open.includes(it));
    for (const { onKnown } of open) onKnown();
  }
}

/** A closed connection ends what waits for an answer of it. A new one is open at once. */
function unlessClosed<T>(client: Client, work: Promise<T>): Promise<T> {
  let closedMs = 0;
  return new Promise((resolve, reject) => {
    const look = setInterval(() => {
      closedMs = client.isClosed ? closedMs + LOOK_MS : 0;
      if (closedMs > CLOSED_MS) reject(new Error('the connection is closed'));
    }, LOOK_MS);
    void work.then(resolve, reject).finally(() => clearInterval(look));
  });
}
