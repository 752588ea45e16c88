import { onTestFinished, vi } from 'vitest';
import { type Shared, sharedBy } from '../../src/daemon/given.ts';
import { makeLedger } from '../../src/daemon/make-facts.ts';
import { makeQuestionSender } from '../../src/daemon/make-senders.ts';
import { makePolicySync } from '../../src/daemon/make-servers.ts';
import { makeUsers } from '../../src/daemon/make-users.ts';
import { Completeness } from '../../src/facts/completeness.ts';
import type { Ledger } from '../../src/facts/ledger.ts';
import type { Fact } from '../../src/message/fact.ts';
import type { BareJid } from '../../src/message/jid.ts';
import type { MessageKey } from '../../src/message/key.ts';
import { NS } from '../../src/protocol/namespaces.ts';
import { child, type Element } from '../../src/protocol/xml.ts';
import type { Preferences } from '../../src/receipt/preferences.ts';
import type { Users } from '../../src/routing/routes.ts';
import type { PolicySync } from '../../src/servers/policy-sync.ts';
import type { Counters } from '../../src/telemetry/counters.ts';
import { createLogger } from '../../src/telemetry/log.ts';
import { MemoryPlace } from '../store/memory/adapter.ts';
import { BreakableStore } from './breakable-store.ts';
import { accepted, fact, T0 } from './facts.ts';
import { FakeLink } from './fake-link.ts';
import { FakePolicies } from './fake-policies.ts';
import type { LogLine } from './scene.ts';
import { COMPONENT, configWith, SERVER, type Settings } from './settings.ts';

/**
 * Carries out what users tell it to do, as the daemon does: the real commands over a store in memory. Only the clock and the
 * wire are faked. It begins at T0, in UTC, with a server whose module enforces the policies.
 */
export class CommandDesk {
  readonly link = new FakeLink(COMPONENT);
  readonly breakable = new BreakableStore(new MemoryPlace(1).open());
  readonly lines: LogLine[] = [];
  readonly users: Users;
  readonly #policies = new FakePolicies();
  readonly #shared: Shared;
  readonly #ledger: Ledger;
  readonly #sync: PolicySync;

  constructor(settings: Settings = {}) {
    vi.useFakeTimers({ now: T0 / 1000, toFake: ['Date', 'performance'] });
    vi.stubEnv('TZ', 'UTC');
    onTestFinished(() => {
      vi.useRealTimers();
      vi.unstubAllEnvs();
    });
    this.link.answering = (iq) => this.#answer(iq);
    this.link.connect();
    this.#shared = this.#share(settings);
    this.#sync = makePolicySync(this.#shared);
    this.#ledger = this.#openLedger();
    this.users = makeUsers(this.#shared, {
      ledger: this.#ledger,
      policies: this.#sync,
      questions: makeQuestionSender(this.#shared),
    });
    this.#sync.meet(SERVER, { enforces: ['policies'], gives: [], policies: '', nodes: 1 });
  }

  get counters(): Counters {
    return this.#shared.counters;
  }

  /** What an operator reads who looks for trouble. */
  get complaints(): readonly string[] {
    return this.lines.filter(({ level }) => level > 30).map(({ msg }) => msg);
  }

  /** Some time goes by. */
  pass(ms: number): void {
    vi.advanceTimersByTime(ms);
  }

  /** Somebody sets the machine's clock; no time goes by. */
  setClock(by: number): void {
    vi.setSystemTime(Date.now() + by);
  }

  /** The server cannot be told policies any more. */
  loseModule(): void {
    this.#sync.stop();
  }

  /** What a user chose before. */
  async choose(user: BareJid, chosen: Preferences): Promise<void> {
    const { store, now } = this.#shared;
    await store.preferences.change(user, { change: () => chosen, now: now() });
  }

  chosenBy(user: BareJid): Promise<Preferences> {
    return this.#shared.store.preferences.get(user);
  }

  /** The server reports what became of a message. */
  async learn(key: MessageKey, ...facts: readonly Fact[]): Promise<void> {
    await this.#ledger.learn([{ key, facts }]);
  }

  /** A message comes so long after T0 and reaches a device: who chose `manual` is to be asked. */
  async deliver(key: MessageKey, after = 0): Promise<void> {
    await this.learn(key, accepted(after), fact('acked', after + 1));
  }

  /** The numbers of the questions that wait for a user, and of those the ones that were shown. */
  async questionsFor(user: BareJid) {
    const waiting = await this.#shared.store.questions.waiting(user);
    return {
      waiting: waiting.map(({ number }) => number),
      shown: waiting.filter(({ shown }) => shown > 0).map(({ number }) => number),
    };
  }

  #share(settings: Settings): Shared {
    const config = configWith(settings);
    const write = (line: string) => void this.lines.push(JSON.parse(line));
    const log = createLogger({ ...config.log, level: 'debug' }, { write });
    return sharedBy({ config, link: this.link, store: this.breakable.store, log });
  }

  #openLedger(): Ledger {
    const completeness = new Completeness(this.#shared.now);
    completeness.hear({ domain: SERVER, node: '' }, { at: T0, waiting: 0 });
    const asleep = { kick: () => {} };
    return makeLedger(this.#shared, { completeness, receipts: { loop: asleep }, ticks: asleep });
  }

  #answer(iq: Element): Element | undefined {
    const policies = child(iq, 'policies', NS.feed);
    return policies && this.#policies.take(iq, policies);
  }
}
