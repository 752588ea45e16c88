import { isLinkError, type Link } from '../link/link.ts';
import type { BareJid } from '../message/jid.ts';
import type { Millis } from '../message/time.ts';
import { conditionOf } from '../protocol/iq.ts';
import { mostInOne } from '../protocol/limits.ts';
import { policiesElement, versionIn } from '../protocol/server-orders.ts';
import { type Element, element } from '../protocol/xml.ts';
import type { PolicyVersion, PreferenceStore } from '../store/preference-store.ts';
import { countedCondition } from '../telemetry/conditions.ts';
import {
  allParts,
  firstChanges,
  isComplete,
  numberIn,
  type Page,
  type PageSource,
} from './policy-pages.ts';
import { PolicyTakeover, type TakeoverParts } from './policy-takeover.ts';
import { Waiters } from './waiters.ts';

export interface PolicyPeerParts extends TakeoverParts {
  readonly preferences: Pick<PreferenceStore, 'changedSince' | 'withPolicy'> &
    TakeoverParts['preferences'];
  readonly link: Pick<Link, 'request' | 'maxBytes'>;
}

/** docs/protocol.md §2.3: the answer of a cluster of which a node does not have the policies yet. */
const NODE_MISSING = 'recipient-unavailable';

/** The pause between two parts, so that the server can do other work as well. */
const BETWEEN_PARTS: Millis = 10;

/**
 * Brings one server's module up to date: with the changes if it holds an older version, else with
 * all policies.
 */
export class PolicyPeer {
  readonly #domain: string;
  readonly #parts: PolicyPeerParts;
  readonly #waiters = new Waiters();
  readonly #takeover: PolicyTakeover;
  /** The version that it holds; empty: none, or not one of this store. */
  #held = '';
  /** Does it tell the policies that it holds? */
  #gives = false;
  /** Were the operator's settings sent since its hello? */
  #isSettled = false;
  /** All nodes that are reached enforce what was sent. The next hello tells of the one that is not. */
  #isNodeMissing = false;
  #isBusy = false;
  /** May there be something that it does not hold? */
  #isStale = false;
  #isStopped = false;

  constructor(domain: string, parts: PolicyPeerParts) {
    this.#domain = domain;
    this.#parts = parts;
    this.#takeover = new PolicyTakeover(domain, parts);
  }

  /** The module said hello, and which version it holds. */
  meet(held: string, gives: boolean): void {
    this.#gives = gives;
    this.#isNodeMissing = false;
    // While busy we know better: the hello may be older than what we are sending.
    if (!this.#isBusy && this.#held !== held) {
      this.#held = held;
      this.#isSettled = false;
    }
    this.changed();
  }

  /** The operator's settings are sent anew. */
  renew(): void {
    this.#isSettled = false;
    this.changed();
  }

  changed(): void {
    this.#isStale = true;
    if (!this.#isBusy) void this.#run();
  }

  async inForce(number: number): Promise<boolean> {
    if (this.#waiters.isFull) return false;
    const inForce = this.#waiters.wait(number);
    this.changed();
    return inForce;
  }

  stop(): void {
    this.#isStopped = true;
    this.#waiters.giveUp();
  }

  async #run(): Promise<void> {
    this.#isBusy = true;
    try {
      while (this.#isStale && !this.#isStopped) {
        this.#isStale = false;
        await this.#bringUp();
      }
    } catch (error) {
      // The task ends here, whatever failed: the next hello starts it again.
      if (!isLinkError(error))
        this.#parts.log.error(
          { err: error, domain: this.#domain },
          'policies could not be sent now; they are sent when the server greets us again',
        );
      this.#isSettled = false;
    }
    this.#isBusy = false;
  }

  async #bringUp(): Promise<void> {
    const { preferences } = this.#parts;
    const held = await numberIn(this.#held, preferences);
    if (held === undefined) return this.#replaceAll();
    const current = await preferences.version(this.#domain);
    await this.#sendChanges({ ...current, number: held });
  }

  async #replaceAll(): Promise<void> {
    const instead = await this.#takeover.takeIn({ held: this.#held, gives: this.#gives });
    if (instead === undefined) return this.#waiters.giveUp();
    await this.#sendAll(await this.#parts.preferences.version(this.#domain), instead);
  }

  async #sendAll(version: PolicyVersion, instead: string): Promise<void> {
    for await (const page of allParts(this.#source(), { version, instead })) {
      if (!(await this.#send(page))) return;
      if (!isComplete(page)) await pause();
    }
    // Policies may have changed while these were sent.
    this.#isStale = true;
  }

  async #sendChanges(version: PolicyVersion): Promise<void> {
    const page = await firstChanges(this.#source(), { held: this.#held, version });
    if (page.lines.length === 0 && this.#isSettled) return this.#waiters.settle(version.number);
    if (page.lines.length === 0 && this.#isNodeMissing) return this.#waiters.giveUp();
    // There may be more changes than one page holds.
    this.#isStale = true;
    await this.#send(page);
  }

  #source(): PageSource {
    const { preferences, rules, link } = this.#parts;
    return {
      preferences,
      byDefault: rules.policy.default,
      domain: this.#domain,
      mostInLine: mostInOne(link.maxBytes),
      onTooLong: (account) => this.#sayTooLong(account),
    };
  }

  #sayTooLong(account: BareJid): void {
    const { counters, log } = this.#parts;
    counters.count('policies not sent: exceptions too long');
    log.error(
      { domain: this.#domain, user: account },
      'the exceptions that one user chose are more than the server takes in one stanza: until its limit is raised (component_stanza_size_limit in Prosody, max_stanza_size of the ejabberd_service listener in ejabberd) the strictest of them is enforced for everybody who writes to that user',
    );
  }

  /** Answers whether the module took it. */
  async #send(page: Page): Promise<boolean> {
    const { link, rules, component } = this.#parts;
    const policies = policiesElement({ ...page, rules });
    const answer = await link.request(
      element('iq', { type: 'set', from: component, to: this.#domain }, policies),
    );
    const isConfirmed = answer.attrs['type'] === 'result';
    if (!isConfirmed && conditionOf(answer) !== NODE_MISSING) return this.#refused(answer);
    if (!isConfirmed) this.#parts.counters.count(`policies refused: ${NODE_MISSING}`);
    if (isComplete(page)) {
      this.#held = versionIn(answer) ?? page.version;
      this.#isSettled = isConfirmed;
      this.#isNodeMissing = !isConfirmed;
    }
    return true;
  }

  #refused(answer: Element): false {
    const condition = conditionOf(answer);
    // The module does not hold the version that we thought: all policies are sent.
    this.#isStale = condition === 'item-not-found' && this.#held !== '';
    if (!this.#isStale) this.#complain(condition);
    this.#held = '';
    this.#isSettled = false;
    return false;
  }

  #complain(condition: string): void {
    const { counters, log } = this.#parts;
    counters.count(`policies refused: ${countedCondition(condition)}`);
    log.error(
      { domain: this.#domain, condition },
      'a server does not take policies: what its users chose is not enforced there until it does',
    );
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, BETWEEN_PARTS));
}
