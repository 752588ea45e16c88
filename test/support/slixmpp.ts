import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Inbox, type Wait } from './inbox.ts';
import { REPOSITORY } from './repository.ts';

export interface SlixmppOptions {
  readonly jid: string;
  readonly port: number;
  readonly password?: string;
  /** Answers requests for receipts (XEP-0184); on unless false. */
  readonly receipts?: boolean;
  /** XEP-0198; on unless false. */
  readonly streamManagement?: boolean;
  readonly priority?: number;
  /** Through TLS; the certificate is not looked at. */
  readonly tls?: boolean;
  /** XEP-0202: how far its clock is from UTC, such as `+05:30`; it says no time unless named. */
  readonly tzo?: string;
  /** Words before the command, such as those that run it elsewhere. */
  readonly inside?: readonly string[];
}

/** What the client is told of an address by XEP-0030. */
export interface Discovered {
  /** `category/type: name` */
  readonly identities: readonly string[];
  readonly features: readonly string[];
  readonly items: readonly { readonly jid: string; readonly node: string; readonly name: string }[];
}

/** One answer to a command (XEP-0050), or a refusal. */
export interface CommandStep {
  readonly status?: string;
  /** What the user may do next, besides cancelling. */
  readonly actions?: readonly string[];
  /** `type: text` */
  readonly notes?: readonly string[];
  readonly title?: string;
  /** What a page says. */
  readonly lines?: readonly string[];
  readonly fields?: Readonly<Record<string, CommandField>>;
  readonly rows?: readonly Readonly<Record<string, string>>[];
  /** Of a refusal. */
  readonly condition?: string;
  readonly text?: string;
}

export interface CommandField {
  readonly type: string;
  readonly value: string | boolean | readonly string[] | null;
  /** Labels by value. */
  readonly options: Readonly<Record<string, string>>;
}

/** How a command is carried out: these values in its form, which is then sent, or given up. */
export interface CommandOrder {
  readonly values?: Readonly<Record<string, string | boolean | readonly string[]>>;
  readonly ends?: 'complete' | 'cancel';
}

/** What the client tells of; `sender` is a full JID. */
export type SlixmppEvent =
  | { readonly event: 'online'; readonly jid: string }
  | { readonly event: 'refused' | 'disconnected' }
  | { readonly event: 'stanza'; readonly xml: string }
  | { readonly event: 'receipt' | 'displayed'; readonly id: string; readonly sender: string }
  | {
      readonly event: 'time';
      readonly tag: string;
      readonly tzo: string;
      readonly utc: string;
    }
  | ({ readonly event: 'discovered'; readonly tag: string } & Discovered)
  | { readonly event: 'commanded'; readonly tag: string; readonly steps: readonly CommandStep[] }
  | {
      readonly event: 'message';
      readonly id: string;
      readonly sender: string;
      readonly type: string;
      readonly body: string;
    };

type Told<Name extends SlixmppEvent['event']> = Extract<SlixmppEvent, { event: Name }>;

const PYTHON = '/usr/bin/python3';
const START_MS = 20_000;

/** An independent client, online when this resolves. */
export async function startSlixmpp(options: SlixmppOptions): Promise<SlixmppClient> {
  const {
    jid,
    port,
    password = 'secret',
    receipts = true,
    streamManagement = true,
    priority = 0,
    tls = false,
    tzo = null,
    inside = [],
  } = options;
  const client = new SlixmppClient(inside);
  client.write({ jid, port, password, receipts, streamManagement, priority, tls, tzo });
  await client.waitForEvent('online', () => true, { ms: START_MS });
  return client;
}

/** A child process that runs slixmpp-client.py. */
export class SlixmppClient {
  readonly #process: ChildProcess;
  readonly #events = new Inbox<SlixmppEvent>(JSON.stringify);
  readonly #ended: Promise<void>;
  #errors = '';
  #lastTag = 0;

  constructor(inside: readonly string[] = []) {
    const script = join(REPOSITORY, 'test/support/slixmpp-client.py');
    const [program = PYTHON, ...words] = [...inside, PYTHON, script];
    this.#process = spawn(program, words);
    this.#ended = new Promise((resolve) => this.#process.once('exit', () => resolve()));
    this.#process.stderr?.on('data', (chunk: Buffer) => {
      this.#errors += chunk.toString();
    });
    if (this.#process.stdout) {
      createInterface({ input: this.#process.stdout }).on('line', (line) =>
        this.#events.add(JSON.parse(line)),
      );
    }
  }

  /** Everything that it has told. */
  get events(): readonly SlixmppEvent[] {
    return this.#events.all;
  }

  /** Sends a chat message that asks for a receipt unless told otherwise. */
  send(to: string, id: string, { body = 'hello', asks = true } = {}): void {
    this.write({ order: 'send', to, id, body, asks });
  }

  displayed(to: string, id: string): void {
    this.write({ order: 'displayed', to, id });
  }

  sendRaw(xml: string): void {
    this.write({ order: 'raw', xml });
  }

  /** XEP-0030: what that address is, and what there is at it. */
  discover(to: string, node = ''): Promise<Discovered> {
    return this.#request('discovered', { order: 'discover', to, node });
  }

  /** XEP-0050: carries out a command; resolves with every answer to it. */
  async command(
    to: string,
    node: string,
    order: CommandOrder = {},
  ): Promise<readonly CommandStep[]> {
    const { values = {}, ends = 'complete' } = order;
    const told = { order: 'command', to, node, values, ends };
    return (await this.#request('commanded', told)).steps;
  }

  /** XEP-0202: which time it is at that address. */
  async time(to: string): Promise<{ readonly tzo: string; readonly utc: string }> {
    return this.#request('time', { order: 'time', to });
  }

  /** Drops the connection without a word. */
  die(): void {
    this.write({ order: 'die' });
  }

  /** Takes the first event of that sort that matches, now or when it comes. */
  async waitForEvent<Name extends SlixmppEvent['event']>(
    name: Name,
    matches: (event: Told<Name>) => boolean = () => true,
    wait: Wait = {},
  ): Promise<Told<Name>> {
    const isWanted = (event: SlixmppEvent) => isNamed(event, name) && matches(event);
    const found = await this.#events.waitFor(isWanted, wait).catch((error: Error) => {
      throw new Error(`slixmpp: ${error.message}\n${this.#errors}`);
    });
    return found as Told<Name>;
  }

  expectNone(matches: (event: SlixmppEvent) => boolean, wait: Wait = {}): Promise<void> {
    return this.#events.expectNone(matches, wait);
  }

  /** Logs out and ends. */
  async close(): Promise<void> {
    this.#process.stdin?.end();
    await this.#ended;
  }

  async #request<Name extends 'discovered' | 'commanded' | 'time'>(
    name: Name,
    order: object,
  ): Promise<Told<Name>> {
    const tag = String(++this.#lastTag);
    this.write({ ...order, tag });
    return await this.waitForEvent(name, (event) => 'tag' in event && event.tag === tag);
  }

  write(line: object): void {
    this.#process.stdin?.write(`${JSON.stringify(line)}\n`);
  }
}

function isNamed<Name extends SlixmppEvent['event']>(
  event: SlixmppEvent,
  name: Name,
): event is Told<Name> {
  return event.event === name;
}
