import type { Link } from '../link/link.ts';
import { isLinkError } from '../link/link.ts';
import type { Logger } from '../log.ts';
import type { Millis } from '../message/time.ts';
import { conditionOf } from '../protocol/iq.ts';
import { firstPage } from '../protocol/pages.ts';
import {
  MAX_PAGE_BYTES,
  type PolicyPage,
  policiesElement,
  policyLine,
  versionIn,
} from '../protocol/policies.ts';
import { type Element, element } from '../protocol/xml.ts';
import type { Rules } from '../receipt/rules.ts';
import type { Choice, PolicyVersion } from '../store/preference-store.ts';
import type { Store } from '../store/store.ts';

export interface PolicySyncParts {
  readonly store: Store;
  readonly link: Link;
  readonly rules: Rules;
  /** Our own domain. */
  readonly component: string;
  readonly log: Logger;
}

/** A page of accounts as the store hands them out; a stanza may take fewer. */
const ROWS = 1000;

/** Who waits to hear that a policy is in force blocks other work: not more than so many, not longer than this. */
const MAX_WAITERS = 8;
const PATIENCE: Millis = 3000;

/** The server has more to do than to take policies of a hundred thousand users. */
const BETWEEN_PARTS: Millis = 50;

interface Waiter {
  readonly number: number;
  readonly settle: (isInForce: boolean) => void;
}

/** What is known of one server's module since it said hello. */
interface Peer {
  /** The version that it holds; empty: none, or one that is not ours. */
  held: string;
  /** Have the operator's settings been sent since then? */
  isSettled: boolean;
  isBusy: boolean;
  /** Changed while busy. */
  isStale: boolean;
  waiters: readonly Waiter[];
}

/** Keeps each server's module at the policies of the store: changes where it holds an older version, else the whole. */
export class PolicySync {
  readonly #parts: PolicySyncParts;
  readonly #peers = new Map<string, Peer>();

  constructor(parts: PolicySyncParts) {
    this.#parts = parts;
  }

  /** The module of that domain is there, and holds that version. */
  meet(domain: string, held: string): void {
    const peer = this.#peers.get(domain) ?? newPeer();
    // While busy we know better than a hello that is under way.
    if (!peer.isBusy && peer.held !== held) {
      peer.held = held;
      peer.isSettled = false;
    }
    this.#peers.set(domain, peer);
    this.changed(domain);
  }

  /** A policy of that domain's users has changed. */
  changed(domain: string): void {
    const peer = this.#peers.get(domain);
    if (peer === undefined) return;
    peer.isStale = true;
    if (!peer.isBusy) void this.#run(domain, peer);
  }

  /** Does the server enforce that version, now or soon? */
  inForce(domain: string, { number }: PolicyVersion): Promise<boolean> {
    const peer = this.#peers.get(domain);
    if (peer === undefined || peer.waiters.length >= MAX_WAITERS) return Promise.resolve(false);
    return new Promise((resolve) => {
      const timer = setTimeout(() => settle(false), PATIENCE);
      const settle = (isInForce: boolean) => {
        clearTimeout(timer);
        peer.waiters = peer.waiters.filter((waiter) => waiter.settle !== settle);
        resolve(isInForce);
      };
      peer.waiters = [...peer.waiters, { number, settle }];
      this.changed(domain);
    });
  }

  /** The link is down: each module says anew what it holds. */
  stop(): void {
    for (const { waiters } of this.#peers.values()) for (const { settle } of waiters) settle(false);
    this.#peers.clear();
  }

  start(): void {
    this.#peers.clear();
  }

  async #run(domain: string, peer: Peer): Promise<void> {
    peer.isBusy = true;
    try {
      while (peer.isStale && this.#peers.get(domain) === peer) {
        peer.isStale = false;
        await this.#bringUp(domain, peer);
      }
    } catch (error) {
      // The next hello begins again.
      if (!isLinkError(error))
        this.#parts.log.error({ err: error, domain }, 'policies could not be sent now');
      peer.isSettled = false;
    }
    peer.isBusy = false;
  }

  async #bringUp(domain: string, peer: Peer): Promise<void> {
    const current = await this.#parts.store.preferences.version(domain);
    const held = numberIn(peer.held, current);
    if (held === undefined) await this.#sendWhole(domain, peer, current);
    else await this.#sendChanges(domain, peer, { ...current, number: held });
  }

  /** Parts of one version; what changes meanwhile comes after it as a change. */
  async #sendWhole(domain: string, peer: Peer, version: PolicyVersion): Promise<void> {
    const { store } = this.#parts;
    let after = '';
    for (let part = 1, isLast = false; !isLast; part += 1) {
      const rows = await store.preferences.withPolicy(domain, after, ROWS);
      const page = firstPage(rows, PAGE);
      isLast = page.length === rows.length && rows.length < ROWS;
      after = page.at(-1)?.account ?? after;
      const lines = page.filter(hasPolicy).map(lineOf);
      const step = { kind: 'part', part, isLast } as const;
      if (!(await this.#send(domain, peer, { step, version: versionText(version), lines }))) return;
      if (!isLast) await pause();
    }
    peer.isStale = true;
  }

  async #sendChanges(domain: string, peer: Peer, version: PolicyVersion): Promise<void> {
    const rows = await this.#parts.store.preferences.changedSince(domain, version.number, ROWS);
    if (rows.length === 0 && peer.isSettled) return this.#settleWaiters(peer, version);
    const page = firstPage(rows, PAGE);
    const number = page.at(-1)?.number ?? version.number;
    const step = { kind: 'changes', since: peer.held } as const;
    const next = versionText({ ...version, number });
    peer.isStale = true;
    await this.#send(domain, peer, { step, version: next, lines: page.map(lineOf) });
  }

  /** Whether the module took it. */
  async #send(domain: string, peer: Peer, page: Omit<PolicyPage, 'rules'>): Promise<boolean> {
    const { link, rules, component } = this.#parts;
    const policies = policiesElement({ ...page, rules });
    const answer = await link.request(
      element('iq', { type: 'set', from: component, to: domain }, policies),
    );
    if (answer.attrs['type'] !== 'result') return this.#refused(domain, peer, answer);
    const isComplete = page.step.kind === 'changes' || page.step.isLast;
    if (isComplete) {
      peer.held = versionIn(answer) ?? page.version;
      peer.isSettled = true;
    }
    return true;
  }

  #refused(domain: string, peer: Peer, answer: Element): false {
    const condition = conditionOf(answer);
    // It holds something else than we thought: the whole.
    peer.isStale = condition === 'item-not-found' && peer.held !== '';
    if (!peer.isStale)
      this.#parts.log.error(
        { domain, condition },
        `${domain} does not take policies (${condition}): what its users chose is not enforced there until it does`,
      );
    peer.held = '';
    peer.isSettled = false;
    return false;
  }

  #settleWaiters(peer: Peer, { number }: PolicyVersion): void {
    for (const waiter of peer.waiters) if (waiter.number <= number) waiter.settle(true);
  }
}

const PAGE = { textOf: lineOf, maxBytes: MAX_PAGE_BYTES };

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, BETWEEN_PARTS));
}

function newPeer(): Peer {
  return { held: '', isSettled: false, isBusy: false, isStale: false, waiters: [] };
}

function lineOf({ account, preferences }: Choice): string {
  return policyLine(account, preferences);
}

function hasPolicy({ preferences: { policy, exceptions = {} } }: Choice): boolean {
  return policy !== undefined || Object.keys(exceptions).length > 0;
}

function versionText({ epoch, number }: PolicyVersion): string {
  return `${epoch}:${number}`;
}

/** The number of a version of this store, no newer than ours. */
function numberIn(held: string, { epoch, number }: PolicyVersion): number | undefined {
  const [its, digits = ''] = held.split(':');
  const known = Number(digits);
  return its === epoch && /^\d+$/.test(digits) && known <= number ? known : undefined;
}
