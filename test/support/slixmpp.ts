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
}

/** What the client tells of; `sender` is a full JID. */
export type SlixmppEvent =
  | { readonly event: 'online'; readonly jid: string }
  | { readonly event: 'refused' | 'disconnected' }
  | { readonly event: 'stanza'; readonly xml: string }
  | { readonly event: 'receipt' | 'displayed'; readonly id: string; readonly sender: string }
  | {
      readonly event: 'message';
      readonly id: string;
      readonly sender: string;
      readonly type: string;
      readonly body: string;
    };

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
  } = options;
  const client = new SlixmppClient();
  client.write({ jid, port, password, receipts, streamManagement, priority });
  await client.waitForEvent('online', () => true, { ms: START_MS });
  return client;
}

/** A child process that runs slixmpp-client.py. */
export class SlixmppClient {
  readonly #process: ChildProcess;
  readonly #events = new Inbox<SlixmppEvent>(JSON.stringify);
  readonly #ended: Promise<void>;
  #errors = '';

  constructor() {
    this.#process = spawn(PYTHON, [join(REPOSITORY, 'test/support/slixmpp-client.py')]);
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

  /** Drops the connection without a word. */
  die(): void {
    this.write({ order: 'die' });
  }

  /** Takes the first event of that sort that matches, now or when it comes. */
  async waitForEvent<Name extends SlixmppEvent['event']>(
    name: Name,
    matches: (event: Extract<SlixmppEvent, { event: Name }>) => boolean = () => true,
    wait: Wait = {},
  ): Promise<SlixmppEvent> {
    const isWanted = (event: SlixmppEvent) => isNamed(event, name) && matches(event);
    return await this.#events.waitFor(isWanted, wait).catch((error: Error) => {
      throw new Error(`slixmpp: ${error.message}\n${this.#errors}`);
    });
  }

  expectNone(matches: (event: SlixmppEvent) => boolean, wait: Wait = {}): Promise<void> {
    return this.#events.expectNone(matches, wait);
  }

  /** Logs out and ends. */
  async close(): Promise<void> {
    this.#process.stdin?.end();
    await this.#ended;
  }

  write(line: object): void {
    this.#process.stdin?.write(`${JSON.stringify(line)}\n`);
  }
}

function isNamed<Name extends SlixmppEvent['event']>(
  event: SlixmppEvent,
  name: Name,
): event is Extract<SlixmppEvent, { event: Name }> {
  return event.event === name;
}
