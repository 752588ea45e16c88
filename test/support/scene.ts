import { onTestFinished, vi } from 'vitest';
import { createDaemon, type Daemon } from '../../src/daemon/daemon.ts';
import type { Fact } from '../../src/message/fact.ts';
import type { MessageKey } from '../../src/message/key.ts';
import type { Stamp } from '../../src/message/time.ts';
import { errorOf, resultOf } from '../../src/protocol/iq.ts';
import { NS } from '../../src/protocol/namespaces.ts';
import { child, children, type Element, element } from '../../src/protocol/xml.ts';
import type { Members } from '../../src/store/members.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { createLogger } from '../../src/telemetry/log.ts';
import { T0 } from './facts.ts';
import { FakeLink } from './fake-link.ts';
import { FakePolicies } from './fake-policies.ts';
import { messageLine } from './feed-lines.ts';
import { withoutIntroduction } from './introduced.ts';
import { COMPONENT, configWith, SERVER, type Settings } from './settings.ts';
import { parseOne } from './xml.ts';

export { COMPONENT, SERVER };

export interface LogLine {
  readonly level: number;
  readonly msg: string;
  readonly sender?: string;
  readonly err?: { readonly message: string };
}

export interface SceneOptions {
  readonly settings?: Settings;
  readonly store?: Store;
  readonly members?: Members;
}

/** What the server's module answers to hello. */
interface ModuleState {
  /** `undefined`: the server does not have the module. */
  version: string | undefined;
  waiting: number;
  enforces: string;
  gives: string;
  /** Further orders that it takes; absent in the hello of older modules. */
  orders?: string;
  /** Of the cluster; absent in the hello of older modules. */
  nodes?: number;
  /** The node that speaks; absent in the hello of older modules. */
  node?: string;
  /** The other nodes, as their attributes. */
  others?: readonly Readonly<Record<string, string | number>>[];
  /** By how much its clock is ahead of its stamps; absent in the hello of older modules. */
  clockAhead?: Stamp;
  /** What it has counted; absent in the hello of older modules. */
  counts?: string;
  /** Does it repeat the secret of our hello? Older ones do not. */
  repeatsSecret?: boolean;
}

export interface FeedOptions {
  readonly from?: string;
  readonly waiting?: string;
  readonly gap?: string | undefined;
  readonly node?: string | undefined;
  /** That of our hello, as the module repeats it. */
  readonly secret?: string | undefined;
}

/**
 * The whole daemon on a stage: a server made of a fake link, a clock that only `pass` moves, SQLite in memory. It begins at
 * T0, online, with a server that has nothing waiting.
 */
export async function onStage(options: SceneOptions = {}): Promise<Scene> {
  vi.useFakeTimers({ now: T0 / 1000 });
  onTestFinished(() => void vi.useRealTimers());
  const scene = new Scene(options);
  onTestFinished(() => scene.daemon.stop());
  scene.daemon.start();
  await scene.connect();
  return scene;
}

export class Scene {
  readonly link = new FakeLink(COMPONENT);
  readonly store: Store;
  readonly daemon: Daemon;
  readonly lines: LogLine[] = [];
  readonly module: ModuleState = {
    version: '1',
    waiting: 0,
    enforces: 'policies deliver',
    gives: 'policies',
  };
  readonly policies = new FakePolicies();
  /** The lines of the orders to deliver. */
  readonly ordered: string[] = [];
  /** What becomes of the next orders. */
  deliver: 'deliver' | 'forbid' | 'fail' | 'stay silent' = 'deliver';
  /** What the module says of ticks that it forbids; `undefined`: an older one says nothing. */
  because: string | undefined;
  /** Does the server get round to our pings? */
  answersPings = true;
  #iqs = 0;
  /** By how much our clock was set. */
  #set = 0;

  constructor({ settings = {}, store, members }: SceneOptions) {
    const config = configWith(settings);
    const write = (line: string) => void this.lines.push(JSON.parse(line));
    const log = createLogger({ ...config.log, level: 'debug' }, { write });
    this.store = store ?? openStore(config.store);
    this.link.answering = (iq) => this.#answer(iq);
    this.daemon = createDaemon({ config, link: this.link, store: this.store, members, log });
  }

  /** The clock of the server's module, in microseconds. */
  get now(): number {
    return (Date.now() - this.#set) * 1000;
  }

  /** The clock of our machine is set; the server has another one. */
  setOurClock(by: number): void {
    vi.setSystemTime(Date.now() + by);
    this.#set += by;
  }

  async connect(): Promise<void> {
    this.link.connect();
    await this.pass(1);
  }

  async pass(ms: number): Promise<void> {
    await vi.advanceTimersByTimeAsync(ms);
  }

  /** The module reports what happened to a message; gives the daemon's answer. */
  async report(key: MessageKey, ...facts: readonly Fact[]): Promise<Element> {
    return this.feed([messageLine(key, facts)]);
  }

  /** The module of that domain sends a batch; gives the daemon's answer. */
  async feed(
    lines: readonly string[],
    { from = SERVER, waiting = '0', gap, node, secret }: FeedOptions = {},
  ): Promise<Element> {
    const attrs = { xmlns: NS.feed, waiting, gap, node, secret };
    const facts = element('facts', attrs, lines.join('\n'));
    return this.ask(element('iq', { type: 'set', from, to: COMPONENT }, facts));
  }

  /** The module says hello by itself, because something has changed there. */
  async greet(from = SERVER): Promise<Element> {
    const hello = this.#hello(this.module.version ?? '1', undefined);
    return this.ask(element('iq', { type: 'get', from, to: COMPONENT }, hello));
  }

  /** Somebody asks us something; gives the answer. */
  async ask(request: Element | string): Promise<Element> {
    const iq = typeof request === 'string' ? parseOne(request) : request;
    iq.attrs['id'] ??= `i${++this.#iqs}`;
    const handled = this.link.receive(iq);
    await this.pass(1);
    await handled;
    const answer = this.link.sent.findLast(
      ({ name, attrs }) => name === 'iq' && attrs['id'] === iq.attrs['id'],
    );
    if (answer === undefined) throw new Error(`no answer to ${iq}`);
    return answer;
  }

  /** A message for the component; nothing answers it. */
  async say(message: string): Promise<void> {
    await this.link.receive(parseOne(message));
    await this.pass(1);
  }

  /** The messages that reached the server, as people get them who know the bot. */
  get messages(): readonly Element[] {
    return this.link.sent.filter(({ name }) => name === 'message').map(withoutIntroduction);
  }

  /** What the sender was told, for instance `m1 stored`. */
  get told(): readonly string[] {
    return this.messages
      .flatMap(receiptsIn)
      .map(({ attrs }) => `${attrs['id']} ${attrs['status']}`);
  }

  /** What an operator reads who looks for trouble. */
  get complaints(): readonly string[] {
    return this.lines.filter(({ level }) => level > 30).map(({ msg }) => msg);
  }

  #answer(iq: Element): Element | undefined {
    if (child(iq, 'ping', NS.ping) !== undefined)
      return this.answersPings ? resultOf(iq) : undefined;
    const policies = child(iq, 'policies', NS.feed);
    if (policies !== undefined && iq.attrs['type'] === 'get')
      return this.policies.tell(iq, policies);
    if (policies !== undefined) return this.policies.take(iq, policies);
    const deliver = child(iq, 'deliver', NS.feed);
    if (deliver !== undefined) return this.#carryOut(iq, deliver.getText().split('\n'));
    return this.module.version === undefined
      ? errorOf(iq, { type: 'cancel', condition: 'service-unavailable' })
      : resultOf(
          iq,
          this.#hello(this.module.version, child(iq, 'hello', NS.feed)?.attrs['secret']),
        );
  }

  #carryOut(iq: Element, lines: readonly string[]): Element | undefined {
    if (this.deliver === 'stay silent') return undefined;
    if (this.deliver === 'fail')
      return errorOf(iq, { type: 'cancel', condition: 'service-unavailable' });
    this.ordered.push(...lines);
    const delivered = this.deliver === 'deliver' ? lines.length : 0;
    const counts = { delivered, forbidden: lines.length - delivered, because: this.because };
    return resultOf(iq, element('deliver', { xmlns: NS.feed, ...counts }));
  }

  #hello(version: string, told: string | undefined): Element {
    const {
      waiting,
      enforces,
      gives,
      orders,
      node,
      others = [],
      counts,
      repeatsSecret,
      clockAhead,
    } = this.module;
    const nodes = this.module.nodes ?? (node === undefined ? undefined : others.length + 1);
    const named = others.map((attrs) => element('node', attrs));
    const module = { module: '0.1.0', server: 'Prosody', 'server-version': '0.12.3' };
    const proves = 'accepted stored';
    const stores = 'offline archive';
    const attrs = {
      xmlns: NS.feed,
      version,
      ...module,
      proves,
      stores,
      enforces,
      gives,
      orders,
      node,
      nodes,
      counts,
      policies: this.policies.version,
      at: this.now,
      clock: clockAhead === undefined ? undefined : this.now + clockAhead,
      waiting,
      secret: repeatsSecret ? told : undefined,
    };
    const hello = element('hello', attrs);
    for (const it of named) hello.append(it);
    return hello;
  }
}

export function receiptsIn(message: Element): readonly Element[] {
  return children(message, 'receipt', NS.receipts);
}
