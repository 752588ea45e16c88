import { randomUUID } from 'node:crypto';
import {
  isLinkError,
  type Link,
  LinkDown,
  type LinkState,
  StanzaTooBig,
} from '../../src/link/link.ts';
import { Requests } from '../../src/link/requests.ts';
import { wellFormed } from '../../src/link/well-formed.ts';
import type { Element } from '../../src/protocol/xml.ts';
import { parseOne } from './xml.ts';

const REQUEST_MS = 30_000;

/** What the server answers to an iq of ours; `undefined`: nothing, for now. */
export type Answering = (iq: Element) => Element | undefined;

/** The component's link to a server that does only what a test makes it do. */
export class FakeLink implements Link {
  /** All that was sent, as it arrives at the server. */
  readonly sent: Element[] = [];
  isOnline = false;
  answering: Answering = () => undefined;
  readonly #domain: string;
  readonly #requests = new Requests(REQUEST_MS);
  readonly #onlineListeners: (() => void)[] = [];
  readonly #offlineListeners: (() => void)[] = [];
  readonly #sentListeners: ((stanza: Element) => void)[] = [];
  readonly #limitListeners: ((bytes: number) => void)[] = [];
  #handler: (stanza: Element) => Promise<void> = async () => {};

  constructor(domain: string) {
    this.#domain = domain;
  }

  get state(): LinkState {
    return this.isOnline
      ? { isOnline: true }
      : { isOnline: false, tries: 0, problem: undefined, reason: undefined };
  }

  start(): void {}

  async stop(): Promise<void> {
    this.drop();
  }

  /** The handshake is done. */
  connect(): void {
    this.isOnline = true;
    for (const listener of this.#onlineListeners) listener();
  }

  /** The connection breaks: nothing that is not answered yet will be. */
  drop(): void {
    if (!this.isOnline) return;
    this.isOnline = false;
    this.#requests.failAll(new LinkDown('not connected'));
    for (const listener of this.#offlineListeners) listener();
  }

  /** The server sends a stanza; done when it is handled. */
  async receive(stanza: Element): Promise<void> {
    if (!this.isOnline) throw new Error('the link is down: nothing can come');
    if (!this.#requests.settle(stanza)) await this.#handler(stanza);
  }

  /** The longest stanza that the server is known to take. */
  maxBytes = Infinity;

  fits(stanza: Element): boolean {
    return Buffer.byteLength(wellFormed(stanza)) <= this.maxBytes;
  }

  limitTo(bytes: number): void {
    this.maxBytes = bytes;
  }

  onLimited(listener: (bytes: number) => void): void {
    this.#limitListeners.push(listener);
  }

  /** The server has ended the stream at a stanza that was too long. */
  limit(bytes: number): void {
    this.maxBytes = bytes;
    for (const listener of this.#limitListeners) listener(bytes);
  }

  async send(stanza: Element): Promise<void> {
    if (!this.isOnline) throw new LinkDown('not connected');
    if (!this.fits(stanza)) throw new StanzaTooBig('too big');
    const arrived = parseOne(wellFormed(stanza));
    arrived.attrs['from'] ??= this.#domain;
    this.sent.push(arrived);
    for (const listener of this.#sentListeners) listener(stanza);
    if (arrived.name === 'iq' && isAsking(arrived)) queueMicrotask(() => this.#answer(arrived));
  }

  onSent(listener: (stanza: Element) => void): void {
    this.#sentListeners.push(listener);
  }

  async request(iq: Element): Promise<Element> {
    const id = iq.attrs['id'] ?? randomUUID();
    iq.attrs['id'] = id;
    const answer = this.#requests.answerTo(id, iq.attrs['to']);
    this.send(iq).catch((error: Error) => this.#requests.fail(id, error));
    return answer;
  }

  onOnline(listener: () => void): void {
    this.#onlineListeners.push(listener);
  }

  onOffline(listener: () => void): void {
    this.#offlineListeners.push(listener);
  }

  onStanza(handler: (stanza: Element) => Promise<void>): void {
    this.#handler = async (stanza) => {
      await handler(stanza).catch((error: unknown) => {
        if (!isLinkError(error)) throw error;
      });
    };
  }

  #answer(iq: Element): void {
    const answer = this.answering(iq);
    if (answer !== undefined && this.isOnline) this.#requests.settle(answer);
  }
}

function isAsking({ attrs: { type } }: Element): boolean {
  return type === 'get' || type === 'set';
}
