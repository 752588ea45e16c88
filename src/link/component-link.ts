import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { NS } from '../protocol/namespaces.ts';
import { type Element, element } from '../protocol/xml.ts';
import { Addresses } from './addresses.ts';
import { type Ending, explain, isAboutSize } from './failure.ts';
import { Keepalive } from './keepalive.ts';
import type { Link, LinkState } from './link.ts';
import { type LinkDown, notConnected } from './link-error.ts';
import { Listeners } from './listeners.ts';
import { type LinkOptions, type LinkTimings, TIMINGS } from './options.ts';
import { Outage } from './outage.ts';
import { ReadBrake, type StanzaHandler } from './read-brake.ts';
import { ReconnectPolicy } from './reconnect-policy.ts';
import { Requests } from './requests.ts';
import { StanzaLimit } from './stanza-limit.ts';
import { textFrom, withDefaults } from './stanza-text.ts';
import { Stream } from './stream.ts';
import { Unread } from './unread.ts';
import { WriteQueue } from './write-queue.ts';

export function createLink(options: LinkOptions): Link {
  return new ComponentLink(options);
}

const STANZAS_IN_HAND = 16;
const QUEUE_LIMITS = { unsentSize: 1024 * 1024, waitingSize: 8 * 1024 * 1024 };

/** What exists from the handshake to the end of the stream. */
interface Session {
  readonly queue: WriteQueue;
  readonly keepalive: Keepalive;
  readonly unread: Unread;
  readonly since: number;
}

interface Outcome {
  readonly ending: Ending;
  /** Absent if the handshake did not succeed. */
  readonly upMs: number | undefined;
}

class ComponentLink implements Link {
  readonly #options: LinkOptions;
  readonly #timings: LinkTimings;
  readonly #addresses: Addresses;
  readonly #policy: ReconnectPolicy;
  readonly #outage: Outage;
  readonly #requests: Requests;
  readonly #brake: ReadBrake;
  readonly #limit = new StanzaLimit();
  readonly #stopping = new AbortController();
  readonly #onlineListeners: Listeners;
  readonly #offlineListeners: Listeners;
  readonly #sentListeners: Listeners<[stanza: Element]>;
  #running: Promise<void> | undefined;
  #stream: Stream | undefined;
  #session: Session | undefined;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#timings = { ...TIMINGS, ...options.timings };
    this.#addresses = new Addresses(options, options.others);
    this.#policy = new ReconnectPolicy(this.#timings, options.random ?? Math.random);
    this.#outage = new Outage(options.log);
    this.#requests = new Requests(this.#timings.requestMs);
    this.#brake = new ReadBrake(STANZAS_IN_HAND, options.log);
    this.#onlineListeners = new Listeners(options.log);
    this.#offlineListeners = new Listeners(options.log);
    this.#sentListeners = new Listeners(options.log);
  }

  get isOnline(): boolean {
    return this.#session !== undefined;
  }

  get state(): LinkState {
    return this.isOnline ? { isOnline: true } : { isOnline: false, ...this.#outage.state };
  }

  start(): void {
    this.#running ??= this.#stayConnected();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#goOffline();
    this.#stream?.close();
    await this.#running;
  }

  async send(stanza: Element): Promise<void> {
    if (this.#session === undefined) throw this.#down();
    const { queue, unread } = this.#session;
    const text = textFrom(this.#options.domain, stanza);
    unread.wrote(this.#limit.admit(text), stanza.attrs['id']);
    await queue.put(text);
    this.#sentListeners.tell(stanza);
  }

  get maxBytes(): number {
    return this.#limit.bytes;
  }

  fits(stanza: Element): boolean {
    const { domain } = this.#options;
    return (
      this.maxBytes === Infinity || Buffer.byteLength(textFrom(domain, stanza)) <= this.maxBytes
    );
  }

  limitTo(bytes: number, forMs: number): void {
    this.#limit.hold(bytes, forMs);
  }

  onLimited(listener: (bytes: number) => void): void {
    this.#limit.onLearned(listener);
  }

  onSent(listener: (stanza: Element) => void): void {
    this.#sentListeners.add(listener);
  }

  async request(iq: Element): Promise<Element> {
    const { id = randomUUID(), to } = iq.attrs;
    const answer = this.#requests.answerTo(id, to);
    const identified = withDefaults(iq, { id, from: this.#options.domain });
    // What cannot be sent ends the request with the same error.
    this.send(identified).catch((error: Error) => this.#requests.fail(id, error));
    return answer;
  }

  onOnline(listener: () => void): void {
    this.#onlineListeners.add(listener);
  }

  onOffline(listener: () => void): void {
    this.#offlineListeners.add(listener);
  }

  onStanza(handler: StanzaHandler): void {
    this.#brake.handleBy(handler);
  }

  async #stayConnected(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      if (this.#options.mayConnect?.() === false) await this.#pause(this.#timings.retryFirstMs);
      else await this.#pauseAfter(await this.#connectOnce());
    }
  }

  /** Resolves when the connection has ended, or could not be made. */
  #connectOnce(): Promise<Outcome> {
    const timings = this.#addresses.within(this.#timings);
    return new Promise((resolve) => {
      const stream: Stream = new Stream(
        { ...this.#options, ...this.#addresses.current, timings },
        {
          opened: () => this.#goOnline(stream),
          received: (stanza) => this.#receive(stanza),
          ended: (ending) => resolve(this.#outcomeOf(ending)),
        },
      );
      this.#stream = stream;
    });
  }

  #outcomeOf(ending: Ending): Outcome {
    const bytes = this.#session?.unread.largest ?? 0;
    const upMs = this.#goOffline();
    if (!isAboutSize(ending, bytes)) return { ending, upMs };
    this.#limit.endedAt(bytes);
    return { ending: { kind: 'too-big', bytes, condition: ending.condition }, upMs };
  }

  async #pauseAfter({ ending, upMs }: Outcome): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    const { domain } = this.#options;
    const attempt = { domain, address: this.#addresses.text, wasOnline: upMs !== undefined };
    const failure = explain(ending, attempt);
    const waitMs = this.#policy.waitMs(this.#addresses.moveOn(failure.retry), upMs ?? 0);
    this.#outage.failed(failure, waitMs);
    await this.#pause(waitMs);
  }

  /** The delay rejects only when we are stopped; then the loop ends. */
  #pause(ms: number): Promise<void> {
    return delay(ms, undefined, { signal: this.#stopping.signal }).catch(() => {});
  }

  #goOnline(stream: Stream): void {
    const queue = new WriteQueue(stream, QUEUE_LIMITS);
    const keepalive = this.#watch(stream, queue);
    this.#session = { queue, keepalive, unread: new Unread(), since: performance.now() };
    this.#brake.readFrom(stream);
    this.#addresses.connected();
    this.#outage.over(this.#options.domain, this.#addresses.text);
    this.#onlineListeners.tell();
  }

  /** How many milliseconds we were online; `undefined`: we were not. */
  #goOffline(): number | undefined {
    if (this.#session === undefined) return undefined;
    const { queue, keepalive, since } = this.#session;
    this.#session = undefined;
    keepalive.stop();
    queue.shut(this.#down());
    this.#requests.failAll(this.#down());
    this.#offlineListeners.tell();
    return performance.now() - since;
  }

  #receive(stanza: Element): void {
    if (!this.isOnline) return;
    if (this.#requests.settle(stanza)) this.#answered(stanza);
    else this.#brake.take(stanza);
  }

  /** An answer shows that the server reads what we send, and that we can read what it sends. */
  #answered(stanza: Element): void {
    this.#session?.unread.answered(stanza.attrs['id']);
    this.#session?.keepalive.heard();
  }

  #watch(stream: Stream, queue: WriteQueue): Keepalive {
    const { keepAliveMs: silenceMs, pingTimeoutMs: answerMs } = this.#timings;
    return new Keepalive({
      silenceMs,
      answerMs,
      // While we do not read, silence is normal, unless the server does not take our answers.
      isExcused: () => this.#brake.isPaused && !queue.isBlocked,
      ask: () => this.#ping(),
      giveUp: () => stream.end({ kind: 'silent', forMs: silenceMs + answerMs }),
    });
  }

  // XEP-0199 §3: any answer, also an error, shows that the server is there. The keepalive notices
  // every answer, so what this one says does not matter.
  #ping(): void {
    const ping = element('ping', { xmlns: NS.ping });
    this.request(element('iq', { type: 'get', to: this.#options.domain }, ping)).catch(() => {});
  }

  #down(): LinkDown {
    return notConnected(this.#addresses.text);
  }
}
