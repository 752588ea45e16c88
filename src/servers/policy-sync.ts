import type { ModuleHello } from '../protocol/hello.ts';
import type { PolicyVersion } from '../store/preference-store.ts';
import { FirstMeetings } from './first-meetings.ts';
import { isHalfServed } from './greeter-lines.ts';
import { PolicyPeer, type PolicyPeerParts } from './policy-peer.ts';

type Hello = Pick<ModuleHello, 'enforces' | 'gives' | 'policies' | 'nodes'>;

/**
 * What is known of a change: the server enforces it (`in-force`), will do so (`kept`), or does it
 * only for some of its users (`not-promised`).
 */
export type Enforcement = 'in-force' | 'kept' | 'not-promised';

/** Keeps the policies in the modules of all servers up to date, while the link is up. */
export class PolicySync {
  readonly #parts: PolicyPeerParts;
  /** The modules that said hello, by their domain. */
  readonly #peers = new Map<string, PolicyPeer>();
  /** The domains whose server has several nodes, of which only one enforces what it is sent. */
  readonly #partial = new Set<string>();

  readonly #meetings = new FirstMeetings();

  constructor(parts: PolicyPeerParts) {
    this.#parts = parts;
  }

  start(): void {
    this.stop();
    this.#meetings.begin();
  }

  /** The link is down: after the next hello we know again what each module holds. */
  stop(): void {
    this.#meetings.end();
    for (const peer of this.#peers.values()) peer.stop();
    this.#peers.clear();
    this.#partial.clear();
  }

  /** The module of that domain said hello. It gets policies only if it enforces them. */
  meet(domain: string, { enforces, gives, policies: held, nodes }: Hello): void {
    const isPartial = isHalfServed({ nodes, enforces });
    if (isPartial) this.#partial.add(domain);
    else this.#partial.delete(domain);
    if (isPartial || enforces.includes('policies'))
      this.#peerAt(domain).meet(held, gives.includes('policies'));
    else this.#leave(domain);
    this.#meetings.met(domain);
  }

  /** The operator's settings are others now. */
  renew(): void {
    for (const peer of this.#peers.values()) peer.renew();
  }

  /** A policy of that domain's users has changed. */
  changed(domain: string): void {
    this.#peers.get(domain)?.changed();
  }

  /** Resolves when the server enforces that version, or when that takes too long. */
  async inForce(domain: string, { number }: PolicyVersion): Promise<Enforcement> {
    await this.#meetings.expect(domain);
    const isHeld = (await this.#peers.get(domain)?.inForce(number)) ?? false;
    if (this.#partial.has(domain)) return 'not-promised';
    return isHeld ? 'in-force' : 'kept';
  }

  #peerAt(domain: string): PolicyPeer {
    const peer = this.#peers.get(domain) ?? new PolicyPeer(domain, this.#parts);
    this.#peers.set(domain, peer);
    return peer;
  }

  #leave(domain: string): void {
    this.#peers.get(domain)?.stop();
    this.#peers.delete(domain);
  }
}
