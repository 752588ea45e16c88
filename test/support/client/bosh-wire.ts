import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Element } from '../../../src/protocol/xml.ts';
import { parseOne } from '../xml.ts';
import { CLOSE_MS, type Wire, wholeElement } from './wire.ts';

const HTTP_BIND = 'http://jabber.org/protocol/httpbind';
const VERSION = "xmpp:version='1.0' xmlns:xmpp='urn:xmpp:xbosh' xml:lang='en'";
const WAIT_SECONDS = 30;
const MOST_REQUESTS = 2; // one that waits, one that carries
// Two requests are two connections: closer ones overtake each other, and ejabberd 23.01 loses some of what comes so.
const APART_MS = 50;
const LARGEST_FIRST_RID = 2 ** 31;
const ignore = () => undefined;

/** XMPP over HTTP requests (XEP-0124, XEP-0206): while nothing is sent, one request waits at the server. */
export class BoshWire implements Wire {
  readonly closed: Promise<void>;
  readonly #url: string;
  readonly #onElement: (element: Element) => void;
  readonly #abort = new AbortController();
  #sayClosed = ignore;
  #sid: string | undefined;
  #rid = randomInt(LARGEST_FIRST_RID);
  #inFlight = 0;
  #lastRequestAt = 0;
  #isWaiting = false;
  #outgoing = '';
  /** Answers are read in the order of the requests, whichever comes first. */
  #lastRead: Promise<void> = Promise.resolve();
  #mayRead: Promise<void> = Promise.resolve();
  #readOn: () => void = ignore;

  constructor(port: number, onElement: (element: Element) => void) {
    this.#url = `http://127.0.0.1:${port}/http-bind`;
    this.#onElement = onElement;
    this.closed = new Promise((resolve) => {
      this.#sayClosed = () => void resolve();
    });
  }

  get isClosed(): boolean {
    return this.#abort.signal.aborted;
  }

  // XEP-0206 §3, §5
  openStream(domain: string): void {
    const begin = `ver='1.6' hold='1' wait='${WAIT_SECONDS}'`;
    const how = this.#sid === undefined ? begin : "xmpp:restart='true'";
    this.#request(`to='${domain}' ${VERSION} ${how}`);
  }

  write(data: string | Uint8Array): void {
    this.#outgoing += wholeElement(data);
    this.#keepAsking();
  }

  /** What the server has answered already is read later, and nothing more is asked for. */
  pause(): void {
    this.#mayRead = new Promise((resolve) => {
      this.#readOn = resolve;
    });
  }

  unpause(): void {
    this.#readOn();
  }

  destroy(): void {
    this.#abort.abort();
    this.#sayClosed();
  }

  // XEP-0124 §13
  async closeStream(): Promise<void> {
    this.unpause();
    await sleep(this.#tooEarlyMs());
    this.#request("type='terminate'");
    const giveUp = setTimeout(() => this.destroy(), CLOSE_MS);
    await this.closed;
    clearTimeout(giveUp);
  }

  #keepAsking(): void {
    const isDue = this.#outgoing === '' ? this.#inFlight === 0 : this.#inFlight < MOST_REQUESTS;
    if (!isDue || this.#isWaiting || this.isClosed) return;
    const tooEarlyMs = this.#tooEarlyMs();
    if (tooEarlyMs === 0) this.#request();
    else this.#askIn(tooEarlyMs);
  }

  #askIn(ms: number): void {
    this.#isWaiting = true;
    setTimeout(() => {
      this.#isWaiting = false;
      this.#keepAsking();
    }, ms);
  }

  #tooEarlyMs(): number {
    return Math.max(0, Math.ceil(this.#lastRequestAt + APART_MS - performance.now()));
  }

  #request(attributes = ''): void {
    const sid = this.#sid === undefined ? '' : `sid='${this.#sid}'`;
    const body = `<body xmlns='${HTTP_BIND}' rid='${++this.#rid}' ${sid} ${attributes}>${this.#outgoing}</body>`;
    this.#outgoing = '';
    this.#inFlight += 1;
    this.#lastRequestAt = performance.now();
    this.#lastRead = Promise.all([this.#post(body), this.#lastRead])
      .then(async ([answer]) => {
        await this.#mayRead;
        this.#take(answer);
      })
      .catch(() => this.destroy());
  }

  async #post(body: string): Promise<string> {
    const headers = { 'content-type': 'text/xml; charset=utf-8' };
    const { signal } = this.#abort;
    const answer = await fetch(this.#url, { method: 'POST', headers, body, signal });
    if (!answer.ok) throw new Error(`HTTP status ${answer.status}`);
    return await answer.text();
  }

  #take(answer: string): void {
    this.#inFlight -= 1;
    if (this.isClosed) return;
    const body = parseOne(answer);
    this.#sid ??= body.attrs['sid'];
    for (const child of body.children) if (typeof child !== 'string') this.#onElement(child);
    if (body.attrs['type'] === 'terminate') this.destroy();
    // What is said in reply goes with it.
    else setImmediate(() => this.#keepAsking());
  }
}
