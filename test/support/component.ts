import { createHash } from 'node:crypto';
import type { Element } from '../../src/protocol/xml.ts';
import { expectNonza } from './client/login.ts';
import { isStanza } from './client/session.ts';
import { TcpWire } from './client/tcp-wire.ts';
import { xmlOf } from './client/xml-text.ts';
import { Inbox, type Wait } from './inbox.ts';

export interface ComponentLogin {
  readonly domain: string;
  readonly secret: string;
  readonly port: number;
}

/** A raw external component (XEP-0114), connected when this resolves. */
export async function connectComponent({
  domain,
  secret,
  port,
}: ComponentLogin): Promise<RawComponent> {
  const stanzas = new Inbox<Element>(String);
  const nonzas = new Inbox<Element>(String);
  const wire = await TcpWire.connect(port, (received) =>
    (isStanza(received) ? stanzas : nonzas).add(received),
  );
  const header = await new Promise<Element>((onStart) => {
    wire.openStream(domain, { xmlns: 'jabber:component:accept', onStart });
  });
  // XEP-0114 §3
  const digest = createHash('sha1').update(`${header.attrs['id'] ?? ''}${secret}`);
  wire.write(`<handshake>${digest.digest('hex')}</handshake>`);
  await expectNonza(nonzas, 'handshake');
  return new RawComponent(wire, { stanzas, nonzas });
}

interface Inboxes {
  readonly stanzas: Inbox<Element>;
  readonly nonzas: Inbox<Element>;
}

/** Speaks for all addresses of its domain; answers nothing by itself. */
export class RawComponent {
  readonly #wire: TcpWire;
  readonly #stanzas: Inbox<Element>;
  readonly #nonzas: Inbox<Element>;

  constructor(wire: TcpWire, { stanzas, nonzas }: Inboxes) {
    this.#wire = wire;
    this.#stanzas = stanzas;
    this.#nonzas = nonzas;
  }

  /** Resolves when the connection is gone, whoever ended it. */
  get closed(): Promise<void> {
    return this.#wire.closed;
  }

  /** What came that is no stanza: stream errors. */
  get nonzas(): readonly Element[] {
    return this.#nonzas.all;
  }

  get received(): readonly Element[] {
    return this.#stanzas.all;
  }

  send(stanza: Element | string): void {
    this.#wire.write(typeof stanza === 'string' ? stanza : xmlOf(stanza));
  }

  waitFor(matches: (stanza: Element) => boolean, wait: Wait = {}): Promise<Element> {
    return this.#stanzas.waitFor(matches, wait);
  }

  expectNone(matches: (stanza: Element) => boolean, wait: Wait = {}): Promise<void> {
    return this.#stanzas.expectNone(matches, wait);
  }

  stall(): void {
    this.#wire.pause();
  }

  unstall(): void {
    this.#wire.unpause();
  }

  die(): void {
    this.#wire.destroy();
  }

  async close(): Promise<void> {
    if (!this.#wire.isClosed) await this.#wire.closeStream();
  }
}
