import { createDaemon, type Daemon } from '../../src/daemon/daemon.ts';
import { resultOf } from '../../src/protocol/iq.ts';
import { NS } from '../../src/protocol/namespaces.ts';
import { child, type Element, element } from '../../src/protocol/xml.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { createLogger } from '../../src/telemetry/log.ts';
import { FakeLink } from '../support/fake-link.ts';
import { FakePolicies } from '../support/fake-policies.ts';
import { COMPONENT, configWith, SERVER } from '../support/settings.ts';
import { insist } from './target.ts';

const COMPONENT_SECRET = 'canary-of-the-component';
/** Strangers must not fill the log: what they send may begin so many lines in all. */
const MOST_LINES = 200;

/** What any server can make us say, of a hundred domains at most. */
const EXPECTED = /has mod_receipts for our component, but is not in "domains"/;

/** The whole daemon with a store in memory, and a server of which only the module behaves. */
export class DaemonUnderFire {
  readonly store: Store = openStore('sqlite::memory:');
  readonly daemon: Daemon;
  /** That of our hello, which only the server is told. */
  secret = '';
  readonly #link = new FakeLink(COMPONENT);
  readonly #policies = new FakePolicies();
  #lines = 0;
  #mostLines = MOST_LINES;
  #problem: string | undefined;

  static async open(): Promise<DaemonUnderFire> {
    const it = new DaemonUnderFire();
    it.daemon.start();
    it.#link.connect();
    while (it.secret === '') await new Promise(setImmediate);
    await new Promise(setImmediate);
    it.#link.sent.length = 0;
    return it;
  }

  private constructor() {
    const settings = { 'commands.perMinute': '1000000', 'policy.default': 'manual' };
    const config = configWith({
      'component.secret': COMPONENT_SECRET,
      admins: `u1@${SERVER}`,
      ...settings,
    });
    const log = createLogger(
      { level: 'info', addresses: 'shown' },
      { write: (line) => this.#read(line) },
    );
    this.#link.answering = (iq) => this.#answer(iq);
    this.daemon = createDaemon({ config, link: this.#link, store: this.store, log });
  }

  /** What the daemon sent while it handled that, for which so many lines may be logged. */
  async take(stanza: Element, lines = 0): Promise<readonly Element[]> {
    this.#mostLines += lines;
    await this.#link.receive(stanza);
    const sent = this.#link.sent.splice(0);
    for (const each of sent) this.#expectNoSecret(String(each), each.attrs['to'] ?? '');
    this.#expectNoProblem();
    return sent;
  }

  async close(): Promise<void> {
    await this.daemon.stop();
    insist(this.#lines <= this.#mostLines, `${this.#lines} lines in the log`);
    this.#expectNoProblem();
  }

  #expectNoProblem(): void {
    const problem = this.#problem;
    this.#problem = undefined;
    insist(problem === undefined, problem ?? '');
  }

  #answer(iq: Element): Element | undefined {
    const hello = child(iq, 'hello', NS.feed);
    const policies = child(iq, 'policies', NS.feed);
    if (policies !== undefined) return this.#policies.take(iq, policies);
    if (hello === undefined) return resultOf(iq);
    this.secret = hello.attrs['secret'] ?? '';
    const about = {
      version: '1',
      enforces: 'policies',
      gives: '',
      policies: this.#policies.version,
    };
    return resultOf(
      iq,
      element('hello', {
        xmlns: NS.feed,
        ...about,
        at: Date.now() * 1000,
        waiting: 0,
        secret: this.secret,
      }),
    );
  }

  #read(line: string): void {
    this.#lines += 1;
    const { level, msg } = JSON.parse(line);
    if (level >= 50 && !EXPECTED.test(msg)) this.#problem ??= `an error in the log: ${line}`;
    this.#expectNoSecret(`${msg} ${line}`, '');
  }

  #expectNoSecret(text: string, to: string): void {
    if (
      text.includes(COMPONENT_SECRET) ||
      (to !== SERVER && this.secret !== '' && text.includes(this.secret))
    )
      this.#problem ??= `a secret is told: ${text}`;
  }
}
