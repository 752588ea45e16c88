import { type Element, element } from '../../../src/protocol/xml.ts';
import { Inbox, type Wait } from '../inbox.ts';
import { connect, type Destination } from './connect.ts';
import { type Account, authenticate, expectNonza } from './login.ts';
import { asksForReceipt, received } from './stanzas.ts';
import { type Acks, SM, StreamManagement } from './stream-management.ts';
import type { Wire } from './wire.ts';
import { xmlOf } from './xml-text.ts';

export interface Dial extends Destination {
  readonly account: Account;
}

const RESUME_MS = 20_000;

/** One XMPP session over one connection after another: negotiation, sending, waiting, breaking off. */
export class Session {
  /** Whether requests for receipts are answered. */
  autoReceipt = false;
  /** Hears of each stanza when it comes. */
  onStanza: (stanza: Element) => void = () => {};
  readonly #account: Account;
  readonly #destination: Destination;
  readonly #stanzas = new Inbox<Element>(String);
  readonly #nonzas = new Inbox<Element>(String);
  readonly #management = new StreamManagement('never');
  #wire: Wire | undefined;
  #jid = '';
  #lastId = 0;

  constructor({ account, ...destination }: Dial) {
    this.#account = account;
    this.#destination = destination;
  }

  /** The full JID that the server gave. */
  get jid(): string {
    return this.#jid;
  }

  get bareJid(): string {
    return `${this.#account.user}@${this.#account.domain}`;
  }

  /** Every message, presence and IQ that has come, in order. */
  get received(): readonly Element[] {
    return this.#stanzas.all;
  }

  /** Every other element that has come: stream negotiation, acknowledgements, stream errors. */
  get nonzas(): readonly Element[] {
    return this.#nonzas.all;
  }

  get isClosed(): boolean {
    return this.#wire?.isClosed ?? true;
  }

  /** Resolves when the connection is gone, whoever ended it. */
  get closed(): Promise<void> {
    return this.#wire?.closed ?? Promise.resolve();
  }

  /** How many stanzas have come since stream management was enabled: the honest `h`. */
  get handled(): number {
    return this.#management.handled;
  }

  /** Connects, authenticates and binds; without presence. */
  async connect(): Promise<void> {
    await this.#authenticate();
    const resource = this.#account.resource;
    // RFC 6120 §7
    const bind = element('bind', { xmlns: 'urn:ietf:params:xml:ns:xmpp-bind' });
    if (resource !== undefined) bind.append(element('resource', {}, resource));
    const bound = await this.request(element('iq', { type: 'set' }, bind));
    this.#jid = bound.getChild('bind')?.getChild('jid')?.getText() ?? '';
    if (this.#jid === '') throw new Error(`no resource was bound: ${bound}`);
  }

  // XEP-0198 §3
  async enableStreamManagement(acks: Acks): Promise<void> {
    this.#management.acks = acks;
    this.sendRaw(`<enable xmlns='${SM}' resume='true'/>`);
    await expectNonza(this.#nonzas, 'enabled');
  }

  /** After `die()` or a loss: a new connection takes the session up where it was (XEP-0198 §5). */
  async resume(): Promise<void> {
    await this.#authenticate();
    // What is answered while the server resends is new, and goes out by itself.
    const sent = this.#management.sent;
    this.sendRaw(this.#management.resumeXml());
    // The server may first have to notice that the old connection is gone, which takes some writing to it.
    await expectNonza(this.#nonzas, 'resumed', { ms: RESUME_MS });
    for (const stanza of this.#management.unacknowledged(sent)) this.sendRaw(stanza);
  }

  /** Sends a stanza, an element or its XML. */
  send(stanza: Element | string): void {
    const xml = typeof stanza === 'string' ? stanza : xmlOf(stanza);
    this.#management.countOut(xml);
    this.sendRaw(xml);
  }

  /** Writes bytes as they are: half a stanza, half a character. Stream management does not count them. */
  sendRaw(data: string | Uint8Array): void {
    if (this.#wire === undefined) throw new Error('this client is not connected');
    this.#wire.write(data);
  }

  /** Acknowledges by hand; the honest count unless another is given. */
  ack(h?: number): void {
    this.sendRaw(this.#management.ackXml(h));
  }

  /** From now on the server's requests for acknowledgement are answered in this way. */
  set acks(acks: Acks) {
    this.#management.acks = acks;
  }

  /** Sends an IQ and resolves with its answer, result or error. */
  async request(iq: Element): Promise<Element> {
    const id = iq.attrs['id'] ?? `iq-${++this.#lastId}`;
    iq.attrs['id'] = id;
    const since = this.mark();
    this.send(iq);
    return this.waitFor(
      (stanza) => stanza.is('iq') && stanza.attrs['id'] === id && isAnswer(stanza),
      { since },
    );
  }

  /** Takes the first stanza that matches, now or when it comes; no later wait gets the same one. */
  waitFor(matches: (stanza: Element) => boolean, wait: Wait = {}): Promise<Element> {
    return this.#stanzas.waitFor(matches, wait);
  }

  /** Takes the message with that id. */
  waitForMessage(id: string, wait: Wait = {}): Promise<Element> {
    return this.waitFor((stanza) => stanza.is('message') && stanza.attrs['id'] === id, wait);
  }

  /** Resolves when the whole history satisfies the condition. */
  waitUntil(holds: (received: readonly Element[]) => boolean, ms?: number): Promise<void> {
    return this.#stanzas.waitUntil(holds, ms);
  }

  /** Rejects as soon as an untaken stanza matches, resolves when the time is over. */
  expectNone(matches: (stanza: Element) => boolean, wait: Wait = {}): Promise<void> {
    return this.#stanzas.expectNone(matches, wait);
  }

  /** This moment: to be given as `since` to a later wait. */
  mark(): number {
    return this.#stanzas.mark();
  }

  /** Resolves when the server has seen it: the client's own presence comes back. */
  async setPresence(priority = 0): Promise<void> {
    const since = this.mark();
    this.send(element('presence', {}, element('priority', {}, String(priority))));
    await this.waitFor((stanza) => stanza.is('presence') && stanza.attrs['from'] === this.#jid, {
      since,
    });
  }

  setUnavailable(): void {
    this.send(element('presence', { type: 'unavailable' }));
  }

  /** Stops reading, with the connection open. */
  stall(): void {
    this.#wire?.pause();
  }

  unstall(): void {
    this.#wire?.unpause();
  }

  /** Drops the connection without a word, as when the battery is empty. */
  die(): void {
    this.#wire?.destroy();
  }

  /** Ends the stream in good order. */
  async close(): Promise<void> {
    if (this.isClosed) return;
    if (this.#management.acksByItself) this.ack();
    await this.#wire?.closeStream();
  }

  async #authenticate(): Promise<void> {
    // What an earlier connection would have said, nobody shall wait for any more.
    this.#nonzas.startAnew();
    this.#wire = await connect(this.#destination, (arrived) => this.#take(arrived));
    await authenticate(this.#wire, this.#nonzas, this.#account);
  }

  #take(arrived: Element): void {
    if (isStanza(arrived)) this.#takeStanza(arrived);
    else this.#takeNonza(arrived);
  }

  #takeStanza(stanza: Element): void {
    this.#management.countIn();
    if (this.autoReceipt && asksForReceipt(stanza)) {
      this.send(received(stanza.attrs['from'] ?? '', stanza.attrs['id'] ?? ''));
    }
    this.#stanzas.add(stanza);
    this.onStanza(stanza);
  }

  // Here and not after a wait: what follows in the same chunk counts already.
  #takeNonza(nonza: Element): void {
    if (nonza.is('enabled', SM)) this.#management.enable(nonza);
    if (nonza.is('a', SM) || nonza.is('resumed', SM)) this.#management.settle(nonza);
    if (nonza.is('r', SM) && this.#management.acks === 'auto') this.ack();
    this.#nonzas.add(nonza);
  }
}

/** A stanza, and not an element of stream negotiation. */
export function isStanza(arrived: Element): boolean {
  return arrived.is('message') || arrived.is('presence') || arrived.is('iq');
}

function isAnswer(iq: Element): boolean {
  return iq.attrs['type'] === 'result' || iq.attrs['type'] === 'error';
}
