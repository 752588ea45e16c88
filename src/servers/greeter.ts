import { type Link, RequestTimeout } from '../link/link.ts';
import type { Logger } from '../log.ts';
import type { Millis } from '../message/time.ts';
import { FEED_VERSION, helloElement, type ModuleHello, readHello } from '../protocol/hello.ts';
import { conditionOf, resultOf } from '../protocol/iq.ts';
import { type Element, element } from '../protocol/xml.ts';
import type { Completeness } from '../records/completeness.ts';
import { VERSION } from '../version.ts';

/** A quiet server is asked again after so long, so that its messages can expire. */
const REPEAT: Millis = 60_000;

export interface GreeterParts {
  readonly link: Link;
  readonly completeness: Completeness;
  readonly domains: readonly string[];
  readonly component: string;
  readonly log: Logger;
  /** A module of ours is there. */
  readonly onMet: (domain: string, hello: ModuleHello) => void;
}

/** Says hello to each server's module, and answers theirs; says once what is wrong with one. */
export class Greeter {
  readonly #parts: GreeterParts;
  readonly #said = new Map<string, string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: GreeterParts) {
    this.#parts = parts;
  }

  start(): void {
    this.stop();
    this.#greetAll();
    this.#timer = setInterval(() => this.#greetAll(), REPEAT);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** The answer to a module's hello. */
  async answer(request: Element): Promise<Element> {
    const hello = readHello(request);
    if (hello !== undefined) this.#meet(request.attrs['from'] ?? '', hello);
    return resultOf(request, helloElement(VERSION));
  }

  #greetAll(): void {
    for (const domain of this.#parts.domains) void this.#greet(domain);
  }

  async #greet(domain: string): Promise<void> {
    const { link, component } = this.#parts;
    const hello = element(
      'iq',
      { type: 'get', from: component, to: domain },
      helloElement(VERSION),
    );
    try {
      const answer = await link.request(hello);
      // RFC 6120 §8.3.1: an error may hold what we have sent, and that is a hello too.
      const module = answer.attrs['type'] === 'error' ? undefined : readHello(answer);
      if (module === undefined) this.#miss(domain, missing(domain, { answer, component }));
      else this.#meet(domain, module);
    } catch (error) {
      // That it is down the link says itself.
      if (error instanceof RequestTimeout) this.#miss(domain, silent(domain));
    }
  }

  #meet(domain: string, hello: ModuleHello): void {
    if (hello.version !== FEED_VERSION) {
      this.#miss(domain, otherVersion(domain, hello.version));
      return;
    }
    const { at, waiting } = hello;
    // What waits is older than `at` and not here yet.
    if (waiting === 0) this.#parts.completeness.forgive(domain);
    this.#parts.completeness.hear(domain, { at: waiting === 0 ? at : undefined, waiting });
    this.#say(domain, 'info', introduction(domain, hello));
    this.#parts.onMet(domain, hello);
  }

  /** Nobody there speaks to us: what is not said there means nothing. */
  #miss(domain: string, line: string): void {
    this.#parts.completeness.forget(domain);
    this.#say(domain, 'error', line);
  }

  /** One line for one state of affairs, however often it is seen. */
  #say(domain: string, level: 'info' | 'error', line: string): void {
    if (this.#said.get(domain) === line) return;
    this.#said.set(domain, line);
    this.#parts.log[level]({ domain }, line);
  }
}

function introduction(
  domain: string,
  { server, serverVersion, module, proves, enforces }: ModuleHello,
): string {
  const orders = enforces.length === 0 ? 'nothing' : enforces.join(', ');
  return `${domain}: ${server} ${serverVersion} with mod_receipts ${module} proves ${proves.join(', ')}; takes orders for ${orders}`;
}

function missing(
  domain: string,
  { answer, component }: { answer: Element; component: string },
): string {
  return (
    `${domain} does not answer as mod_receipts (${conditionOf(answer)}): nothing can be told about its users. ` +
    `Load mod_receipts on that host, for the component ${component}.`
  );
}

function silent(domain: string): string {
  return `${domain} does not answer: nothing can be told about its users until it does. Is it a host of this server?`;
}

function otherVersion(domain: string, version: string): string {
  return `${domain}: its mod_receipts speaks version ${version} of the feed, this daemon ${FEED_VERSION}: update the older of the two`;
}
