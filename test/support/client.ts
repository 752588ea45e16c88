import { type Element, element } from '../../src/protocol/xml.ts';
import type { Transport } from './client/connect.ts';
import { accountOf } from './client/login.ts';
import { Session } from './client/session.ts';
import {
  archivedMessage,
  archiveQuery,
  blockOrder,
  CLIENT_NS,
  displayed,
  type MessageOptions,
  message,
  received,
} from './client/stanzas.ts';
import type { Acks } from './client/stream-management.ts';

export { CLIENT_NS, message } from './client/stanzas.ts';

export interface LoginOptions {
  /** Bare, or full to ask for that resource. */
  readonly jid: string;
  /** That of the transport: `c2s` for TCP, `http` for the others. */
  readonly port: number;
  /** TCP unless named. */
  readonly via?: Transport;
  /** As `Prosody.register` sets it unless named. */
  readonly password?: string;
  /** XEP-0198; 'auto' unless named. */
  readonly acks?: Acks | 'off';
  /** Priority of the initial presence, or 'none' to send no presence; 0 unless named. */
  readonly priority?: number | 'none';
  /** Answers requests for receipts (XEP-0184); off unless true. */
  readonly autoReceipt?: boolean;
  /** XEP-0280; off unless true. */
  readonly carbons?: boolean;
}

/** A client that is online when this resolves. */
export async function login(options: LoginOptions): Promise<Client> {
  const { jid, port, via = 'tcp', password = 'secret', acks = 'auto', priority = 0 } = options;
  const client = new Client({ account: accountOf(jid, password), port, via });
  client.autoReceipt = options.autoReceipt ?? false;
  await begin(client, { acks, carbons: options.carbons ?? false, priority }).catch((error) => {
    client.die();
    throw error;
  });
  return client;
}

async function begin(
  client: Client,
  { acks, carbons, priority }: Required<Pick<LoginOptions, 'acks' | 'carbons' | 'priority'>>,
): Promise<void> {
  await client.connect();
  if (acks !== 'off') await client.enableStreamManagement(acks);
  if (carbons) await client.enableCarbons();
  if (priority !== 'none') await client.setPresence(priority);
}

/** An XMPP client that does what the test says, right or wrong, and keeps all that it hears. */
export class Client extends Session {
  #lastQuery = 0;

  /** Sends a chat message that asks for a receipt. */
  ask(to: string, id: string, options: Partial<MessageOptions> = {}): void {
    this.send(message({ to, id, ...options }));
  }

  /** XEP-0184: says that the message has arrived. */
  answer(to: string, id: string): void {
    this.send(received(to, id));
  }

  /** XEP-0333: says that the message, and all before it, have been seen. */
  displayed(to: string, id: string): void {
    this.send(displayed(to, id));
  }

  async enableCarbons(): Promise<void> {
    await this.#order(
      element('iq', { type: 'set' }, element('enable', { xmlns: CLIENT_NS.carbons })),
    );
  }

  /** Fetches the own archive, page by page, and resolves with the archived messages. */
  async catchUp(): Promise<readonly Element[]> {
    const queryId = `catch-up-${++this.#lastQuery}`;
    const since = this.mark();
    for (let after: string | undefined, isComplete = false; !isComplete; ) {
      const answer = await this.#order(archiveQuery(queryId, after));
      const fin = answer.getChild('fin', CLIENT_NS.mam);
      after = fin?.getChild('set', CLIENT_NS.rsm)?.getChild('last')?.getText();
      isComplete = fin?.attrs['complete'] === 'true' || after === undefined;
    }
    const results = this.received.slice(since).map((stanza) => archivedMessage(stanza, queryId));
    return results.filter((result) => result !== undefined);
  }

  async block(jid: string): Promise<void> {
    await this.#order(blockOrder('block', jid));
  }

  async unblock(jid: string): Promise<void> {
    await this.#order(blockOrder('unblock', jid));
  }

  /** The contacts as `jid: subscription`. */
  async roster(): Promise<Readonly<Record<string, string>>> {
    const answer = await this.#order(
      element('iq', { type: 'get' }, element('query', { xmlns: CLIENT_NS.roster })),
    );
    const items = answer.getChild('query', CLIENT_NS.roster)?.getChildren('item') ?? [];
    return Object.fromEntries(
      items.map((item) => [item.attrs['jid'] ?? '', item.attrs['subscription'] ?? 'none']),
    );
  }

  /** Asks to see somebody's presence. */
  subscribeTo(jid: string): void {
    this.send(element('presence', { to: jid, type: 'subscribe' }));
  }

  /** Lets somebody see one's presence. */
  approve(jid: string): void {
    this.send(element('presence', { to: jid, type: 'subscribed' }));
  }

  async #order(iq: Element): Promise<Element> {
    const answer = await this.request(iq);
    if (answer.attrs['type'] !== 'result') throw new Error(`the server refused ${iq}: ${answer}`);
    return answer;
  }
}
