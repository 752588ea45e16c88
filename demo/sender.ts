import { bareOf } from '../src/message/jid.ts';
import type { MessageKey } from '../src/message/key.ts';
import { isStatus, type Status } from '../src/message/status.ts';
import { NS } from '../src/protocol/namespaces.ts';
import { children, type Element, element } from '../src/protocol/xml.ts';
import { CLIENT_NS, type Client } from '../test/support/client.ts';
import { now } from './clock.ts';
import type { FactWatch } from './fact-watch.ts';
import type { Journal } from './journal.ts';

export interface Letter {
  readonly to: string;
  readonly id: string;
  readonly body: string;
  /** Statuses to be told of at once, whatever the sender's client learns by itself. */
  readonly report?: readonly Status[];
  /** Asks the recipient's app to say when it has been seen. */
  readonly markable?: boolean;
}

interface SenderParts {
  readonly client: Client;
  readonly bot: string;
  readonly journal: Journal;
  readonly facts: FactWatch;
}

/** The one who writes, with an ordinary client, and is told what becomes of it. */
export class Sender {
  readonly #parts: SenderParts;

  constructor(parts: SenderParts) {
    this.#parts = parts;
    // Ends with the process, whatever it waits for then.
    void this.#listen().catch(() => undefined);
    void this.#watchTicks().catch(() => undefined);
  }

  /** Sends a message that asks for a receipt, and follows it. */
  write({ to, id, body, report = [], markable = false }: Letter): MessageKey {
    const { client, journal, facts } = this.#parts;
    const key = { sender: bareOf(client.bareJid), recipient: bareOf(to), id };
    facts.follow(key);
    journal.note({ kind: 'message', at: now(), key, body, report });
    client.ask(to, id, { body, extra: [...reportElement(report), ...markableElement(markable)] });
    return key;
  }

  async leaves(): Promise<void> {
    await this.#parts.client.close();
  }

  async #listen(): Promise<void> {
    const { client, bot } = this.#parts;
    const isReceipt = (stanza: Element) =>
      stanza.is('message') && stanza.attrs['from'] === bot && stanza.attrs['type'] !== 'error';
    for (;;) {
      const stanza = await client.waitFor(isReceipt, { ms: LISTEN_MS });
      await this.#note(stanza, now());
    }
  }

  /** XEP-0184 §5.4: whoever answered, the id says what for. */
  async #watchTicks(): Promise<void> {
    const { client } = this.#parts;
    const isTick = (stanza: Element) => stanza.is('message') && answeredId(stanza) !== undefined;
    for (;;) {
      const stanza = await client.waitFor(isTick, { ms: LISTEN_MS });
      this.#noteTick(stanza, now());
    }
  }

  #noteTick(stanza: Element, at: number): void {
    const { client, journal } = this.#parts;
    const from = stanza.attrs['from'] ?? '';
    const key = {
      sender: bareOf(client.bareJid),
      recipient: bareOf(from),
      id: answeredId(stanza) ?? '',
    };
    const by = from === key.recipient ? 'server' : 'app';
    journal.note({ kind: 'tick', at, key, by });
  }

  async #note(stanza: Element, at: number): Promise<void> {
    for (const receipt of children(stanza, 'receipt', NS.receipts))
      await this.#noteOne(receipt, at);
  }

  async #noteOne({ attrs }: Element, at: number): Promise<void> {
    const { client, facts, journal } = this.#parts;
    const { id = '', recipient = '', status = '', condition } = attrs;
    if (!isStatus(status)) return;
    const key = { sender: bareOf(client.bareJid), recipient: bareOf(recipient), id };
    const proof = (await facts.proofs(key)).find((one) => one.status === status);
    const afterMs = Math.round(at - (proof?.at ?? at * 1000) / 1000);
    journal.note({ kind: 'receipt', at, key, status, condition, afterMs });
  }
}

/** Longer than any demo. */
const LISTEN_MS = 2 ** 31 - 1;

// docs/protocol.md §3.2
function reportElement(statuses: readonly Status[]): readonly Element[] {
  if (statuses.length === 0) return [];
  return [element('report', { xmlns: NS.receipts, statuses: statuses.join(' ') })];
}

// XEP-0333 §3
function markableElement(isMarkable: boolean): readonly Element[] {
  return isMarkable ? [element('markable', { xmlns: CLIENT_NS.markers })] : [];
}

function answeredId(stanza: Element): string | undefined {
  return stanza.getChild('received', CLIENT_NS.receipts)?.attrs['id'];
}
