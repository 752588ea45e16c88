import { type Element, element } from '../../src/protocol/xml.ts';
import { connectComponent, type RawComponent } from './component.ts';
import { until } from './until.ts';

const FEED = 'xmpp-receipts:feed:1';
const POLL_MS = 500;

export interface FeedLogin {
  readonly domain: string;
  readonly port: number;
  /** The words in `knows`; a daemon of the first version says none. */
  readonly knows?: string;
}

/** Who sent what to whom. */
export interface Sent {
  readonly from: string;
  readonly to: string;
  readonly id: string;
}

/** The attributes of a set of policies, or of a change. */
export interface PoliciesAttributes {
  readonly part?: number;
  readonly last?: 'yes' | 'no';
  readonly since?: string;
  readonly instead?: string;
  readonly version: string;
  readonly default?: string;
  readonly locked?: 'yes' | 'no';
  readonly disclosure?: string;
}

/** The component's end of the feed, without a daemon: takes every fact, and gives what orders the test says. */
export class FeedComponent {
  readonly raw: RawComponent;
  readonly #domain: string;
  readonly #hello: Element;
  #isClosed = false;
  #lastId = 0;
  readonly #lines: (readonly string[])[] = [];
  readonly #nodes: string[] = [];

  static async connect({ domain, port, knows }: FeedLogin): Promise<FeedComponent> {
    const raw = await connectComponent({ domain, secret: 'secret', port });
    return new FeedComponent(domain, raw, knows);
  }

  private constructor(domain: string, raw: RawComponent, knows: string | undefined) {
    this.#domain = domain;
    const words = knows === undefined ? {} : { knows };
    this.#hello = element('hello', { xmlns: FEED, version: '1', daemon: 'test', ...words });
    this.raw = raw;
    void this.#answer();
  }

  /** Every line that came, by its fields. */
  get lines(): readonly (readonly string[])[] {
    return this.#lines;
  }

  /** The node that said each line, in the same order. */
  get nodes(): readonly string[] {
    return this.#nodes;
  }

  /** What was said of a message, as `kind details`, without stamps. */
  factsOf({ from, to, id }: Sent): readonly string[] {
    return this.#lines
      .filter(
        ([sort, ...key]) =>
          sort === 'message' && key.slice(0, 3).join('\t') === [id, from, to].join('\t'),
      )
      .flatMap((line) => line.slice(4).map((fact) => fact.replace(/ \d+/, '')));
  }

  /** Resolves with the facts when one of them looks so. */
  async waitForFact(
    sent: Sent,
    looks: RegExp | string,
    patienceMs?: number,
  ): Promise<readonly string[]> {
    const pattern = typeof looks === 'string' ? new RegExp(`^${looks}\\b`) : looks;
    const isThere = () => this.factsOf(sent).some((fact) => pattern.test(fact));
    await until(
      isThere,
      `${looks} of ${JSON.stringify(sent)}, not ${this.factsOf(sent)}`,
      patienceMs,
    );
    return this.factsOf(sent);
  }

  /** Every fact of every message that anybody sent to anybody under that id. */
  factsUnder(id: string): readonly string[] {
    return this.#lines.filter((line) => line[1] === id).flatMap((line) => line.slice(4));
  }

  async hello(host: string): Promise<Element> {
    const answer = await this.ask(host, 'get', this.#hello);
    return answer.getChild('hello', FEED) ?? answer;
  }

  /** Resolves with the answer, whatever it is. */
  async setPolicies(
    host: string,
    { default: byDefault = 'client', locked = 'no', ...attributes }: PoliciesAttributes,
    ...lines: readonly string[]
  ): Promise<Element> {
    const settings = { xmlns: FEED, disclosure: 'subscribers', default: byDefault, locked };
    const text = lines.join('\n');
    return this.order(host, element('policies', { ...settings, ...attributes }, text));
  }

  async deliver(host: string, ...lines: readonly string[]): Promise<Element> {
    return this.order(host, element('deliver', { xmlns: FEED }, lines.join('\n')));
  }

  /** Resolves with `yes`, or with the reason of a no. */
  async mayRemind(host: string, sender: string, recipient: string): Promise<string | undefined> {
    const answer = await this.order(
      host,
      element('may-remind', { xmlns: FEED }, `${sender}\t${recipient}`),
    );
    const said = answer.getChild('may-remind', FEED);
    return said?.getText() === 'no' ? said.attrs['because'] : said?.getText();
  }

  order(host: string, child: Element): Promise<Element> {
    return this.ask(host, 'set', child);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.raw.close();
  }

  /** Resolves with the answer, whatever it is. */
  async ask(host: string, type: string, child: Element): Promise<Element> {
    const id = `order-${++this.#lastId}`;
    this.raw.send(element('iq', { type, id, from: this.#domain, to: host }, child));
    return this.raw.waitFor((stanza) => stanza.is('iq') && stanza.attrs['id'] === id);
  }

  async #answer(): Promise<void> {
    while (!this.#isClosed) {
      const asked = await this.raw.waitFor(isFeed, { ms: POLL_MS }).catch(() => undefined);
      if (asked !== undefined) this.#take(asked);
    }
  }

  #take(asked: Element): void {
    const { id, from, to } = asked.attrs;
    const facts = asked.getChild('facts', FEED);
    for (const line of (facts?.getText() ?? '').split('\n')) {
      this.#lines.push(line.split('\t'));
      this.#nodes.push(facts?.attrs['node'] ?? '');
    }
    const answer = facts ? element('facts', { xmlns: FEED, taken: '1', bad: '0' }) : this.#hello;
    this.raw.send(element('iq', { type: 'result', id, from: to, to: from }, answer));
  }
}

function isFeed(stanza: Element): boolean {
  const isAsked = stanza.attrs['type'] === 'set' || stanza.attrs['type'] === 'get';
  return stanza.is('iq') && isAsked && stanza.children.length > 0;
}

/** The condition of an error answer, or `result`. */
export function outcomeOf(answer: Element): string {
  if (answer.attrs['type'] === 'result') return 'result';
  const condition = answer.getChild('error')?.children.find((part) => typeof part !== 'string');
  return typeof condition === 'object' ? condition.name : 'error';
}
