import { setTimeout as sleep } from 'node:timers/promises';
import { bareOf } from '../src/message/jid.ts';
import { type Element, element } from '../src/protocol/xml.ts';
import { type Client, login } from '../test/support/client.ts';
import { now } from './clock.ts';
import { nameOf } from './happening.ts';
import type { Journal } from './journal.ts';

interface RecipientParts {
  /** With the device as resource. */
  readonly jid: string;
  readonly port: number;
  readonly password: string;
  /** Whether the app answers requests for receipts (XEP-0184). */
  readonly answers: boolean;
  readonly bot: string;
  readonly journal: Journal;
}

/** The server notices a lost connection within so long. */
const NOTICED_MS = 150;

/** Longer than any demo. */
const LISTEN_MS = 2 ** 31 - 1;

/** Somebody who gets messages, with an ordinary client. */
export class Recipient {
  readonly #parts: RecipientParts;
  #client: Client | undefined;

  constructor(parts: RecipientParts) {
    this.#parts = parts;
  }

  async comesOnline(): Promise<void> {
    const { jid, port, password, answers } = this.#parts;
    this.#client = await login({ jid, port, password, autoReceipt: answers });
    // Ends with the client, or with the process.
    void this.#listen(this.#client).catch(() => undefined);
  }

  async goesOffline(): Promise<void> {
    this.#act('switches the phone off');
    await this.#online.close();
  }

  async comesBack(): Promise<void> {
    this.#act('switches the phone on again');
    await this.comesOnline();
  }

  async losesNetwork(): Promise<void> {
    this.#act('drives into a tunnel: the phone’s connection is dead');
    this.#online.die();
    await sleep(NOTICED_MS);
  }

  /** XEP-0198 §5: the same session goes on over a new connection. */
  async leavesTunnel(): Promise<void> {
    this.#act('leaves the tunnel: the phone goes on where it was');
    await this.#online.resume();
  }

  /** XEP-0333: marks a message, and so all before it. */
  async reads(id: string, sender: string): Promise<void> {
    await this.#online.waitForMessage(id);
    this.#act(`opens the chat: the app marks the last message, “${id}”, as seen`);
    this.#online.displayed(sender, id);
  }

  /** Writes to the bot, as to anybody; the meaning is for those who do not read the language. */
  says(body: string, meaning?: string): void {
    const { jid, bot, journal } = this.#parts;
    journal.note({ kind: 'chat', at: now(), from: bareOf(jid), to: bot, body, meaning });
    this.#online.send(element('message', { to: bot, type: 'chat' }, element('body', {}, body)));
  }

  async leaves(): Promise<void> {
    await this.#client?.close();
  }

  async #listen(client: Client): Promise<void> {
    const { jid, bot, journal } = this.#parts;
    const isSaid = (stanza: Element) =>
      stanza.attrs['from'] === bot && bodyOf(stanza) !== undefined;
    for (;;) {
      const body = bodyOf(await client.waitFor(isSaid, { ms: LISTEN_MS })) ?? '';
      journal.note({ kind: 'chat', at: now(), from: bot, to: bareOf(jid), body });
    }
  }

  get #online(): Client {
    if (this.#client === undefined) throw new Error(`${this.#parts.jid} was never online`);
    return this.#client;
  }

  #act(text: string): void {
    this.#parts.journal.act(nameOf(this.#parts.jid), text);
  }
}

function bodyOf(stanza: Element): string | undefined {
  return stanza.is('message') ? stanza.getChild('body')?.getText() : undefined;
}
