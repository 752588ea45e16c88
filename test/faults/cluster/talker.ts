import { type Element, element } from '../../../src/protocol/xml.ts';
import { CLIENT_NS } from '../../support/client/stanzas.ts';
import { type Client, login } from '../../support/client.ts';
import type { Ejabberd } from '../../support/ejabberd.ts';

const RETRY_MS = 300;

export interface TalkerOptions {
  readonly jid: string;
  readonly node: Ejabberd;
  readonly hears: (stanza: Element) => void;
}

/** One person's client on one node: it comes back whenever the node is there. */
export class Talker {
  readonly jid: string;
  readonly #options: TalkerOptions;
  #client: Client | undefined;
  #logins = 0;
  #isComing = false;
  #isWanted = true;
  readonly #looking: NodeJS.Timeout;

  constructor(options: TalkerOptions) {
    this.jid = options.jid;
    this.#options = options;
    this.#looking = setInterval(() => void this.#look(), RETRY_MS);
  }

  /** `undefined` while it is away. */
  get client(): Client | undefined {
    return this.#client === undefined || this.#client.isClosed ? undefined : this.#client;
  }

  /** XEP-0184 §5.1 or XEP-0333 §4.2; the stanza's own id says which answer it is. */
  answer(kind: 'received' | 'displayed', to: string, { of, id }: { of: string; id: string }): void {
    const xmlns = kind === 'received' ? CLIENT_NS.receipts : CLIENT_NS.markers;
    const answer = element(kind, { xmlns, id: of });
    this.client?.send(element('message', { to, type: 'chat', id }, answer));
  }

  /** It comes back under a new address, so that nothing late is taken for an answer. */
  async leave(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    await client?.close().catch(() => undefined); // its node may be gone
  }

  async dispose(): Promise<void> {
    this.#isWanted = false;
    clearInterval(this.#looking);
    await this.leave();
  }

  async #look(): Promise<void> {
    if (this.#isComing || this.client !== undefined || !this.#options.node.isRunning) return;
    this.#isComing = true;
    // Expected: its node is just starting, or was killed meanwhile.
    await this.#come().catch(() => undefined);
    this.#isComing = false;
  }

  async #come(): Promise<void> {
    const { jid, node, hears } = this.#options;
    this.#logins += 1;
    const resource = `${node.ports.c2s}-${this.#logins}`;
    const client = await login({
      jid: `${jid}/${resource}`,
      port: node.ports.c2s,
      priority: 'none',
    });
    client.onStanza = hears;
    await client.setPresence();
    if (this.#isWanted) this.#client = client;
    else await client.close();
  }
}
