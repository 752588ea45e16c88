import { domainOf } from '../message/jid.ts';
import type { MessageKey } from '../message/key.ts';
import type { Millis, Stamp } from '../message/time.ts';
import type { Rules } from '../receipt/rules.ts';
import type { Heard } from './node-completeness.ts';
import { ServerClocks } from './server-clocks.ts';
import { ServerNodes } from './server-nodes.ts';
import type { Source } from './source.ts';

const COUNT_EVERY: Millis = 200;

/** Maximum silence that one count adds. After a longer time we were stopped or too busy to read. */
const LONGEST_SILENCE: Millis = 2 * COUNT_EVERY;

/**
 * Up to which time each server's facts are complete here. "No fact came" (a grace is over, a
 * message expired) is only true up to this time. Our own clock cannot tell that: after a stop of
 * the daemon the facts of that time are still waiting on the servers.
 */
export class Completeness {
  /** The stamps of all nodes of a server follow one clock. */
  readonly clocks: ServerClocks;
  readonly #now: () => Millis;
  readonly #servers = new Map<string, ServerNodes>();
  readonly #furthest = new Map<string, Stamp>();
  readonly #interruptions = new Map<string, number>();
  /** How long we were able to hear the servers. */
  #listenedFor: Millis = 0;
  #countedAt: Millis = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(now: () => Millis) {
    this.#now = now;
    this.clocks = new ServerClocks(now);
  }

  /** The link is up: from now on, silence means that nothing happens. */
  start(): void {
    clearInterval(this.#timer);
    this.#countedAt = this.#now();
    this.#timer = setInterval(() => this.#count(), COUNT_EVERY);
  }

  /** The link is down: from now on, facts may be waiting. */
  stop(): void {
    clearInterval(this.#timer);
    for (const server of this.#servers.values()) server.forget();
  }

  /** What a node says; `said` is its newest stamp or, if nothing waits, its present time. */
  hear(source: Source, heard: Heard, said?: Stamp | undefined): void {
    const { domain, node } = source;
    const at = said ?? heard.at;
    if (said !== undefined && heard.waiting === 0) this.clocks.set(domain, said);
    else if (at !== undefined) this.clocks.hear(domain, at);
    this.#server(domain).node(node).hear(heard);
  }

  /**
   * These are all nodes of that server; those that are `up` speak to us. One that is not may hold
   * facts: until it is up, or dropped, nothing is complete there.
   */
  list(domain: string, nodes: readonly { readonly name: string; readonly isUp: boolean }[]): void {
    const server = this.#server(domain);
    const wasKnown = server.completeUpTo !== undefined;
    server.list(nodes.map(({ name }) => name));
    for (const { name, isUp } of nodes) if (!isUp) server.node(name).forget();
    if (wasKnown && server.completeUpTo === undefined) this.#interrupt(domain);
  }

  /** Also if it has not said yet, since we connected, which nodes it has. */
  mayHaveSeveralNodes(domain: string): boolean {
    return this.#servers.get(domain)?.mayBeSeveral === true;
  }

  /** Did that server say, since we connected, which nodes it has? */
  hasNamedNodes(domain: string): boolean {
    return this.#server(domain).areNamed;
  }

  /**
   * A batch came. Until it is committed or refused, the silence after it means nothing.
   */
  take({ domain, node }: Source): void {
    this.#server(domain).node(node).take();
  }

  /** A batch that came is committed or refused. */
  release({ domain, node }: Source): void {
    this.#server(domain).find(node)?.release();
  }

  /** A batch was refused: until it comes again, that server's facts are not complete here. */
  owe({ domain, node }: Source, batch: string): void {
    this.#interrupt(domain);
    this.#server(domain).node(node).owe(batch);
  }

  /** A batch is committed, perhaps one that was refused before. */
  settle({ domain, node }: Source, batch: string): void {
    this.#server(domain).find(node)?.settle(batch);
  }

  /** It says that nothing waits: what we refused has come again, perhaps in other batches. */
  forgive({ domain, node }: Source): void {
    this.#server(domain).find(node)?.forgive();
  }

  /** `undefined`: a node has said nothing since we connected, so its silence means nothing. */
  completeUpTo(domain: string): Stamp | undefined {
    return this.#servers.get(domain)?.completeUpTo;
  }

  /** The furthest that this has answered so far: what was complete once stays so. */
  furthestUpTo(domain: string): Stamp | undefined {
    const [now, before] = [this.completeUpTo(domain), this.#furthest.get(domain)];
    const upTo =
      now === undefined || before === undefined ? (now ?? before) : Math.max(now, before);
    if (upTo !== undefined) this.#furthest.set(domain, upTo);
    return upTo;
  }

  /**
   * How often it became unknown, while we were connected, up to when that server's facts are
   * complete.
   */
  interruptionsOf(domain: string): number {
    return this.#interruptions.get(domain) ?? 0;
  }

  /** Is nothing waiting on that server, and nothing in hand here? */
  isCaughtUp(domain: string): boolean {
    return this.#servers.get(domain)?.isCaughtUp === true;
  }

  /** The server does not speak to us: from now on, facts may be waiting there. */
  forget(domain: string): void {
    this.#interrupt(domain);
    this.#server(domain).forget();
  }

  #server(domain: string): ServerNodes {
    const server = this.#servers.get(domain) ?? new ServerNodes(() => this.#listenedFor);
    this.#servers.set(domain, server);
    return server;
  }

  #interrupt(domain: string): void {
    this.#interruptions.set(domain, this.interruptionsOf(domain) + 1);
  }

  #count(): void {
    const now = this.#now();
    this.#listenedFor += Math.min(Math.max(0, now - this.#countedAt), LONGEST_SILENCE);
    this.#countedAt = now;
  }
}

/**
 * The recipient's server sees what becomes of a message. If it is not one of ours, the sender's
 * server reports what it hears.
 */
export function serverOf(
  { sender, recipient }: MessageKey,
  { domains }: Pick<Rules, 'domains'>,
): string {
  const domain = domainOf(recipient);
  return domains.includes(domain) ? domain : domainOf(sender);
}
