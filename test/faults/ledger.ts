import type { Status } from '../../src/message/status.ts';
import { type Element, element } from '../../src/protocol/xml.ts';
import { message } from '../support/client/stanzas.ts';
import { receiptsIn } from '../support/stage.ts';
import { type Person, personOf, SENDER } from './people.ts';

/** A device has got a message. */
export interface Sighting {
  readonly device: string;
  readonly at: number;
  /** Since then the server must know it: it has answered what the device said after that. */
  knownAt?: number;
}

export interface ReceiptSeen {
  readonly status: Status;
  /** The id of the stanza that said so. */
  readonly stanza: string;
  readonly at: number;
}

/** XEP-0184. */
export interface TickSeen {
  readonly from: string;
  readonly stanza: string;
  readonly at: number;
}

/** What the clients know of one message. Times are those of the driver. */
export interface Story {
  readonly id: string;
  readonly to: Person;
  readonly reports: boolean;
  /** The sender's client has written it, perhaps once more after a session was lost. */
  readonly writtenAt: number[];
  /** Since then the server has it: it has answered what was sent after it. */
  takenAt?: number;
  readonly sightings: Sighting[];
  readonly ticks: TickSeen[];
  readonly receipts: ReceiptSeen[];
  /** The server itself gave the message back to its sender. */
  readonly bouncedAt: number[];
}

const REPORTED = 'sent stored delivered displayed failed lost';

/** All that the clients saw. */
export class Ledger {
  readonly stories = new Map<string, Story>();
  /** Receipts about messages that nobody has sent. */
  readonly unknown: string[] = [];
  #last = 0;

  /** A new message, not yet written. */
  begin(round: number, { to, reports }: { readonly to: string; readonly reports: boolean }): Story {
    const story = {
      id: `r${round}-${++this.#last}`,
      to: personOf(to),
      reports,
      writtenAt: [],
      sightings: [],
      ticks: [],
      receipts: [],
      bouncedAt: [],
    };
    this.stories.set(story.id, story);
    return story;
  }

  /** A recipient's device has got that stanza, live or from an archive. */
  recipientHears(device: string, stanza: Element): Sighting | undefined {
    const story = this.#storyOf(stanza.attrs['id']);
    const isIt =
      stanza.is('message') &&
      stanza.attrs['type'] !== 'error' &&
      stanza.attrs['from']?.startsWith(`${SENDER.jid}/`);
    if (story === undefined || !isIt) return undefined;
    const sighting = { device, at: Date.now() };
    story.sightings.push(sighting);
    return sighting;
  }

  /** From now on the server knows it too. */
  isKnown(sighting: Sighting): void {
    sighting.knownAt = Date.now();
  }

  senderHears(stanza: Element): void {
    if (!stanza.is('message')) return;
    this.#hearBounce(stanza);
    this.#hearTick(stanza);
    for (const receipt of receiptsIn([stanza])) this.#hearReceipt(receipt, stanza);
  }

  #hearBounce({ attrs }: Element): void {
    if (attrs['type'] !== 'error') return;
    this.#storyOf(attrs['id'])?.bouncedAt.push(Date.now());
  }

  #hearTick(stanza: Element): void {
    const { attrs } = stanza;
    const received = stanza.getChild('received', 'urn:xmpp:receipts');
    if (received === undefined || attrs['type'] === 'error') return;
    const tick = { from: attrs['from'] ?? '', stanza: attrs['id'] ?? '', at: Date.now() };
    this.#storyOf(received.attrs['id'])?.ticks.push(tick);
  }

  #hearReceipt({ attrs }: Element, stanza: Element): void {
    const story = this.#storyOf(attrs['id']);
    const status = attrs['status'] as Status;
    if (story === undefined || story.to.jid !== attrs['recipient'])
      return void this.unknown.push(`${status} of ${attrs['id']} to ${attrs['recipient']}`);
    story.receipts.push({ status, stanza: stanza.attrs['id'] ?? '', at: Date.now() });
  }

  #storyOf(id: string | undefined): Story | undefined {
    return this.stories.get(id ?? '');
  }
}

/** The stanza of a message. */
export function stanzaOf({ id, to, reports }: Story): Element {
  const report = element('report', { xmlns: 'xmpp-receipts:1', statuses: REPORTED });
  return message({ to: to.jid, id, extra: reports ? [report] : [] });
}
