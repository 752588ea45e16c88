import type { Completeness } from '../facts/completeness.ts';
import { isLinkError, type Link, RequestTimeout } from '../link/link.ts';
import type { Millis } from '../message/time.ts';
import { FEED_VERSION, helloElement, type ModuleHello, readHello } from '../protocol/hello.ts';
import { errorOf, resultOf } from '../protocol/iq.ts';
import type { Spelling } from '../protocol/spelling/spelling.ts';
import { type Element, element } from '../protocol/xml.ts';
import type { Counters } from '../telemetry/counters.ts';
import { VERSION } from '../telemetry/version.ts';
import {
  introduction,
  isHalfServed,
  missing,
  misspelt,
  otherVersion,
  silent,
  unconfigured,
  unexpected,
} from './greeter-lines.ts';
import { hearNodes, waitingIn } from './hear-nodes.ts';
import { NodeWatch, type NodeWatchParts } from './node-watch.ts';
import type { ServerProblem } from './server-problem.ts';
import { type ServerState, ServerStates } from './server-states.ts';
import { doubted, NOT_BELIEVED, Trust } from './trust.ts';

/**
 * How often each server is asked again. A quiet server must say its time, so that its messages can
 * expire.
 */
const REPEAT: Millis = 60_000;

/**
 * How soon a server is asked again where something waits: what it says then is its present time.
 * The delay doubles while something waits.
 */
const SOON: Millis = 250;

/**
 * The delay until a server is asked itself, after what is not believed. It is asked so often at
 * most.
 */
const PROMPTLY: Millis = 100;

/** Anybody's server can say hello: only so many domains are named in the log. */
const MAX_SAID = 100;

export interface GreeterParts extends NodeWatchParts {
  readonly link: Pick<Link, 'request'>;
  readonly completeness: Completeness;
  readonly domains: readonly string[];
  readonly component: string;
  readonly spell: Spelling;
  readonly counters: Counters;
  /** Called when a server begins or ceases to have a problem. */
  readonly onChanged: (state: ServerState) => void;
  /** Called when a module of our version has said hello. */
  readonly onMet: (domain: string, hello: ModuleHello) => void;
}

/** Says hello to each server's module, and answers theirs. Logs once what is wrong with one. */
export class Greeter {
  readonly #parts: GreeterParts;
  readonly #servers: ServerStates;
  readonly #said = new Map<string, string>();
  readonly #soon = new Map<string, { readonly timer: NodeJS.Timeout; readonly delay: Millis }>();
  readonly #trust = new Trust();
  readonly #prompts = new Map<string, NodeJS.Timeout>();
  readonly #doubted = new Set<string>();
  readonly #unconfigured = new Set<string>();
  readonly #nodes: NodeWatch;
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: GreeterParts) {
    this.#parts = parts;
    this.#servers = new ServerStates(parts.domains, parts.onChanged);
    this.#nodes = new NodeWatch(parts);
  }

  /** What is known of the server of each configured domain. */
  get servers(): readonly ServerState[] {
    return this.#servers.all;
  }

  /** Hosts that have mod_receipts for our component, and are not among the domains. */
  get unconfigured(): readonly string[] {
    return [...this.#unconfigured];
  }

  start(): void {
    this.stop();
    this.#trust.renew();
    this.#greetAll();
    this.#timer = setInterval(() => this.#greetAll(), REPEAT);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#servers.forget();
    this.#unconfigured.clear();
    for (const { timer } of this.#soon.values()) clearTimeout(timer);
    this.#soon.clear();
    for (const timer of this.#prompts.values()) clearTimeout(timer);
    this.#prompts.clear();
  }

  async answer(request: Element): Promise<Element> {
    const { from = '' } = request.attrs;
    const hello = readHello(request);
    if (hello !== undefined) this.#hear(from, hello);
    return resultOf(request, helloElement(VERSION, this.#trust.secretOf(from)));
  }

  /** Is it the module of that domain that sent these facts? */
  believes(request: Element, facts: Element): boolean {
    return this.#trust.believes(request.attrs['from'] ?? '', facts.attrs['secret']);
  }

  /** The module keeps the facts and sends them again, and knows the secret by then. */
  refuse(request: Element): Element {
    const { from: domain = '' } = request.attrs;
    this.#parts.counters.count('batches refused: not believed');
    if (!this.#doubted.has(domain)) this.#parts.log.warn({ domain }, doubted(domain));
    this.#doubted.add(domain);
    this.#greetPromptly(domain);
    return errorOf(request, NOT_BELIEVED);
  }

  /** A module said hello that is not configured. It may be one of ours, spelled in another way. */
  noteStranger(from: string): void {
    const isAddress = from.includes('@') || from.includes('/');
    if (isAddress || (!this.#said.has(from) && this.#said.size >= MAX_SAID)) return;
    const { domains, spell } = this.#parts;
    const same = domains.find((domain) => domain === spell(from));
    if (same === undefined) this.#noteUnconfigured(from);
    else this.#noteMisspelt(from, same);
  }

  #noteUnconfigured(from: string): void {
    this.#unconfigured.add(from);
    this.#say(from, { level: 'error', line: unconfigured(from) });
  }

  #noteMisspelt(from: string, domain: string): void {
    const problem = misspelt(from, domain);
    this.#servers.misspelt(domain, from, problem);
    this.#say(from, { level: 'error', line: problem.line });
  }

  /** A module that does not know the secret yet is asked: nobody else can answer for it. */
  #hear(domain: string, hello: ModuleHello): void {
    if (!this.#trust.believes(domain, hello.secret)) this.#greetPromptly(domain);
    else if (!this.#isOfOlderNode(domain, hello)) this.#meet(domain, hello);
  }

  /** A node with an older module speaks for itself, while another one speaks for all. */
  #isOfOlderNode(domain: string, { node }: ModuleHello): boolean {
    return node === '' && this.#parts.completeness.hasNamedNodes(domain);
  }

  #greetPromptly(domain: string): void {
    if (this.#prompts.has(domain)) return;
    const greet = () => {
      this.#prompts.delete(domain);
      void this.#greet(domain);
    };
    this.#prompts.set(domain, setTimeout(greet, PROMPTLY));
  }

  #greetAll(): void {
    for (const domain of this.#parts.domains) void this.#greet(domain);
  }

  /**
   * A module that is replaced may take our hello with it, and the new one may speak before the
   * server tells us so: then it is asked once more, and not only in a minute.
   */
  async #greet(domain: string): Promise<void> {
    const { link, component } = this.#parts;
    const last = this.#servers.helloOf(domain);
    const hasSpoken = () => this.#servers.helloOf(domain) !== last;
    try {
      const answer = await link.request(this.#helloTo(domain));
      // RFC 6120 §8.3.1: an error may repeat our own hello. That is not the hello of a module.
      const module = answer.attrs['type'] === 'error' ? undefined : readHello(answer);
      this.#trust.learn(domain, module);
      if (module !== undefined) return this.#meet(domain, module);
      if (hasSpoken()) this.#greetPromptly(domain);
      this.#miss(domain, missing(domain, { answer, component }));
    } catch (error) {
      if (error instanceof RequestTimeout && hasSpoken()) this.#greetPromptly(domain);
      else this.#fail(domain, error);
    }
  }

  #helloTo(domain: string): Element {
    const attrs = { type: 'get', from: this.#parts.component, to: domain };
    return element('iq', attrs, helloElement(VERSION, this.#trust.secretOf(domain)));
  }

  #fail(domain: string, error: unknown): void {
    if (error instanceof RequestTimeout) this.#miss(domain, silent(domain));
    // If the link is down or busy, the link itself says so.
    else if (!isLinkError(error))
      this.#say(domain, { level: 'error', line: unexpected(domain), err: error });
  }

  #meet(domain: string, hello: ModuleHello): void {
    if (hello.version !== FEED_VERSION) {
      this.#miss(domain, otherVersion(domain, hello.version));
      return;
    }
    hearNodes(domain, hello, this.#parts.completeness);
    if (waitingIn(hello) > 0) this.#greetSoon(domain);
    const level = isHalfServed(hello) ? 'warn' : 'info';
    this.#say(domain, { level, line: introduction(domain, hello) });
    this.#nodes.look(domain, hello);
    this.#servers.met(domain, hello);
    this.#parts.onMet(domain, hello);
  }

  /** Asks again soon: while something waits, it is not known what time it is there. */
  #greetSoon(domain: string): void {
    const last = this.#soon.get(domain);
    const delay = last === undefined ? SOON : last.delay * 2;
    if (delay >= REPEAT) return;
    clearTimeout(last?.timer);
    this.#soon.set(domain, { delay, timer: setTimeout(() => void this.#greet(domain), delay) });
  }

  /** No usable module there: the silence of that server means nothing. */
  #miss(domain: string, problem: ServerProblem): void {
    this.#parts.completeness.forget(domain);
    this.#servers.missed(domain, problem);
    this.#say(domain, { level: 'error', line: problem.line });
  }

  /** Logs a line only when it differs from the last one about that domain. */
  #say(domain: string, { level, line, ...fields }: Said): void {
    if (this.#said.get(domain) === line) return;
    this.#said.set(domain, line);
    this.#parts.log[level]({ domain, ...fields }, line);
  }
}

interface Said {
  readonly level: 'info' | 'warn' | 'error';
  readonly line: string;
  readonly err?: unknown;
}
