import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { NS } from '../protocol/namespaces.ts';
import { type Element, element } from '../protocol/xml.ts';
import { type Ending, explain } from './failure.ts';
import { Keepalive } from './keepalive.ts';
import { LinkDown } from './link-error.ts';
import { type LinkOptions, type LinkTimings, TIMINGS } from './options.ts';
import { Outage } from './outage.ts';
import { ReadBrake, type StanzaHandler } from './read-brake.ts';
import { ReconnectPolicy } from './reconnect-policy.ts';
import { Requests } from './requests.ts';
import { Stream } from './stream.ts';
import { wellFormed } from './well-formed.ts';
import { WriteQueue } from './write-queue.ts';

export { isLinkError, LinkBusy, LinkDown, RequestTimeout } from './link-error.ts';

export type { LinkOptions, LinkTimings } from './options.ts';

/** The component's connection to its XMPP server, which keeps itself alive. */
export interface Link {
  /** Connects, and keeps coming back by itself until `stop`. Once only. */
  start(): void;
  /** Closes the stream cleanly; for good. */
  stop(): Promise<void>;
  readonly isOnline: boolean;
  /**
   * Resolves when the operating system has taken the stanza, in the order of the calls; `from` is filled in.
   * Rejects with LinkDown or LinkBusy, and never throws.
   */
  send(stanza: Element): Promise<void>;
  /**
   * Resolves with the answer, result or error, of the address that was asked; `id` and `from` are filled in.
   * Rejects with LinkDown, LinkBusy or RequestTimeout. Not to be awaited by a stanza handler: while
   * too many of these are pending nothing is read, answers included.
   */
  request(iq: Element): Promise<Element>;
  onOnline(listener: () => void): void;
  onOffline(listener: () => void): void;
  /** Who takes every stanza that answers no request. Nothing more is read while too many are in hand. */
  onStanza(handler: StanzaHandler): void;
}

export function createLink(options: LinkOptions): Link {
  return new ComponentLink(options);
}

const STANZAS_IN_HAND = 16;
const QUEUE_LIMITS = { unsentSize: 1024 * 1024, waitingSize: 8 * 1024 * 1024 };

/** What lives from the handshake to the end of the stream. */
interface Session {
  readonly queue: WriteQueue;
  readonly keepalive: Keepalive;
  readonly since: number;
}

interface Outcome {
  readonly ending: Ending;
  /** Absent if the handshake was never done. */
  readonly upMs: number | undefined;
}

class ComponentLink implements Link {
  readonly #options: LinkOptions;
  readonly #timings: LinkTimings;
  readonly #address: string;
  readonly #policy: ReconnectPolicy;
  readonly #outage: Outage;
  readonly #requests: Requests;
  readonly #brake: ReadBrake;
  readonly #stopping = new AbortController();
  readonly #onlineListeners: (() => void)[] = [];
  readonly #offlineListeners: (() => void)[] = [];
  #running: Promise<void> | undefined;
  #stream: Stream | undefined;
  #session: Session | undefined;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#timings = { ...TIMINGS, ...options.timings };
    this.#address = `${options.host}:${options.port}`;
    this.#policy = new ReconnectPolicy(this.#timings, options.random ?? Math.random);
    this.#outage = new Outage(options.log);
    this.#requests = new Requests(this.#timings.requestMs);
    this.#brake = new ReadBrake(STANZAS_IN_HAND, options.log);
  }

  get isOnline(): boolean {
    return this.#session !== undefined;
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
    const addressed = withDefaults(stanza, { from: this.#options.domain });
    await this.#session.queue.put(wellFormed(addressed));
  }

  async request(iq: Element): Promise<Element> {
    const { id = randomUUID(), to } = iq.attrs;
    const answer = this.#requests.answerTo(id, to);
    const identified = withDefaults(iq, { id, from: this.#options.domain });
    this.send(identified).catch((error: Error) => this.#requests.fail(id, error));
    return answer;
  }

  onOnline(listener: () => void): void {
    this.#onlineListeners.push(listener);
  }

  onOffline(listener: () => void): void {
    this.#offlineListeners.push(listener);
  }

  onStanza(handler: StanzaHandler): void {
    this.#brake.handleBy(handler);
  }

  async #stayConnected(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const outcome = await this.#connectOnce();
      if (!signal.aborted) await this.#pauseAfter(outcome);
    }
  }

  /** Resolves when the connection, made or not, is over. */
  #connectOnce(): Promise<Outcome> {
    return new Promise((resolve) => {
      const stream: Stream = new Stream(
        { ...this.#options, timings: this.#timings },
        {
          opened: () => this.#goOnline(stream),
          heard: () => this.#session?.keepalive.heard(),
          received: (stanza) => this.#receive(stanza),
          ended: (ending) => resolve({ ending, upMs: this.#goOffline() }),
        },
      );
      this.#stream = stream;
    });
  }

  async #pauseAfter({ ending, upMs }: Outcome): Promise<void> {
    const { domain } = this.#options;
    const circumstances = { domain, address: this.#address, wasOnline: upMs !== undefined };
    const { sentence, retry } = explain(ending, circumstances);
    const waitMs = this.#policy.waitMs(retry, upMs ?? 0);
    this.#outage.failed(sentence, waitMs);
    // Rejects only when we are stopped, and then the loop ends.
    await delay(waitMs, undefined, { signal: this.#stopping.signal }).catch(() => {});
  }

  #goOnline(stream: Stream): void {
    const queue = new WriteQueue(stream, QUEUE_LIMITS);
    const keepalive = this.#watch(stream, queue);
    this.#session = { queue, keepalive, since: performance.now() };
    this.#brake.readFrom(stream);
    this.#outage.over(this.#options.domain, this.#address);
    this.#tell(this.#onlineListeners);
  }

  /** How long we were online, if we were. */
  #goOffline(): number | undefined {
    if (this.#session === undefined) return undefined;
    const { queue, keepalive, since } = this.#session;
    this.#session = undefined;
    keepalive.stop();
    queue.shut(this.#down());
    this.#requests.failAll(this.#down());
    this.#tell(this.#offlineListeners);
    return performance.now() - since;
  }

  #receive(stanza: Element): void {
    if (this.isOnline && !this.#requests.settle(stanza)) this.#brake.take(stanza);
  }

  #watch(stream: Stream, queue: WriteQueue): Keepalive {
    const { keepAliveMs: silenceMs, pingTimeoutMs: answerMs } = this.#timings;
    return new Keepalive({
      silenceMs,
      answerMs,
      // While we read nothing there is nothing to hear, unless the server cannot take our answers.
      isExcused: () => this.#brake.isPaused && !queue.isBlocked,
      ask: () => this.#ping(),
      giveUp: () => stream.end({ kind: 'silent', forMs: silenceMs + answerMs }),
    });
  }

  // XEP-0199 §3: whatever comes back, an error too, shows that somebody is there. Being heard is
  // the keepalive's affair, so the answer itself does not matter.
  #ping(): void {
    const ping = element('ping', { xmlns: NS.ping });
    this.request(element('iq', { type: 'get', to: this.#options.domain }, ping)).catch(() => {});
  }

  #tell(listeners: readonly (() => void)[]): void {
    for (const listener of listeners) {
      try {
        listener();
      } catch (err) {
        this.#options.log.error({ err }, 'a listener of the link failed: a bug, please report it');
      }
    }
  }

  #down(): LinkDown {
    return new LinkDown(`not connected to ${this.#address}`);
  }
}

// A copy if anything is missing, because the stanza is the caller's.
function withDefaults(stanza: Element, defaults: Readonly<Record<string, string>>): Element {
  const isComplete = Object.keys(defaults).every((name) => stanza.attrs[name] !== undefined);
  if (isComplete) return stanza;
  const copy = element(stanza.name, { ...defaults, ...stanza.attrs });
  copy.children = stanza.children;
  return copy;
}
