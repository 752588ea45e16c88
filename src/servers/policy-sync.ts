import type { ModuleHello } from '../protocol/hello.ts';
import type { PolicyVersion } from '../store/preference-store.ts';
import { PolicyPeer, type PolicyPeerParts } from './policy-peer.ts';

type Hello = Pick<ModuleHello, 'enforces' | 'gives' | 'policies'>;

/** Keeps the policies in the modules of all servers up to date, while the link is up. */
export class PolicySync {
  readonly #parts: PolicyPeerParts;
  /** The modules that said hello, by their domain. */
  readonly #peers = new Map<string, PolicyPeer>();

  constructor(parts: PolicyPeerParts) {
    this.#parts = parts;
  }

  start(): void {
    this.stop();
  }

  /** The link is down: after the next hello we know again what each module holds. */
  stop(): void {
    for (const peer of this.#peers.values()) peer.stop();
    this.#peers.clear();
  }

  /** The module of that domain said hello. It gets policies only if it enforces them. */
  meet(domain: string, { enforces, gives, policies: held }: Hello): void {
    if (!enforces.includes('policies')) return;
    const peer = this.#peers.get(domain) ?? new PolicyPeer(domain, this.#parts);
    this.#peers.set(domain, peer);
    peer.meet(held, gives.includes('policies'));
  }

  /** A policy of that domain's users has changed. */
  changed(domain: string): void {
    this.#peers.get(domain)?.changed();
  }

  /** Resolves when the server enforces that version, or with `false` when that takes too long. */
  async inForce(domain: string, { number }: PolicyVersion): Promise<boolean> {
    return (await this.#peers.get(domain)?.inForce(number)) ?? false;
  }
}
