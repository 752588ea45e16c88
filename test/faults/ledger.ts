import type { Status } from '../../src/message/status.ts';
import { isNoticeId } from '../../src/protocol/watch-id.ts';
import { type Element, element } from '../../src/protocol/xml.ts';
import { message } from '../support/client/stanzas.ts';
import { BOT, receiptsIn } from '../support/stage.ts';
import { type Person, personOf, SENDER } from './people.ts';
import type { Sending, Watch } from './plan.ts';
import { WordsHeard } from './words.ts';

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

/** That nothing came of a watched message in time. */
export interface NoticeSeen {
  readonly text: string;
  readonly stanza: string;
  readonly at: number;
}

/** What the clients know of one message. Times are those of the driver. */
export interface Story {
  readonly id: string;
  readonly to: Person;
  readonly reports: boolean;
  readonly watch?: Watch;
  /** The sender's client has written it, perhaps once more after a session was lost. */
  readonly writtenAt: number[];
  /** Since then the server has it: it has answered what was sent after it. */
  takenAt?: number;
  readonly sightings: Sighting[];
  readonly ticks: TickSeen[];
  readonly receipts: ReceiptSeen[];
  readonly notices: NoticeSeen[];
  /** The server itself gave the message back to its sender. */
  readonly bouncedAt: number[];
  /** The daemon wrote to the server of it: receipts, ticks, and what it said of them before. */
  readonly toldAt: number[];
}

const REPORTED = 'sent stored delivered displayed failed lost';

/** As `begin` makes them. */
const IDS = /\bid=['"](r\d+-\d+)['"]/g;

/** All that the clients saw. */
export class Ledger {
  readonly stories = new Map<string, Story>();
  /** Receipts about messages that nobody has sent. */
  readonly unknown: string[] = [];
  /** Notices of which it is not known yet what message they are about. */
  readonly unnamed: NoticeSeen[] = [];
  readonly words = new WordsHeard();
  #last = 0;

  /** A new message, not yet written. */
  begin(round: number, { to, reports, watch }: Omit<Sending, 'what'>): Story {
    const story = {
      id: `r${round}-${++this.#last}`,
      to: personOf(to),
      reports,
      ...(watch && { watch }),
      writtenAt: [],
      sightings: [],
      ticks: [],
      receipts: [],
      notices: [],
      bouncedAt: [],
      toldAt: [],
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
    this.#hearNotice(stanza);
    this.words.hear(stanza);
    for (const receipt of receiptsIn([stanza])) this.#hearReceipt(receipt, stanza);
  }

  /** Bytes that pass on the link of the component. */
  daemonSays(bytes: Buffer): void {
    for (const [, id] of bytes.toString('latin1').matchAll(IDS))
      this.#storyOf(id)?.toldAt.push(Date.now());
  }

  /** The id of a notice says nothing of its message: the store knows that. Answers how many. */
  nameNotices(idsOfMessages: ReadonlyMap<string, string>): number {
    const notices = this.unnamed.splice(0);
    for (const notice of notices) {
      const story = this.#storyOf(idsOfMessages.get(notice.stanza));
      (story?.notices ?? this.unnamed).push(notice);
    }
    return notices.length - this.unnamed.length;
  }

  #hearNotice(stanza: Element): void {
    const { from, type, id: stanzaId = '' } = stanza.attrs;
    if (from !== BOT || type === 'error' || !isNoticeId(stanzaId)) return;
    const text = stanza.getChild('body')?.getText() ?? '';
    this.unnamed.push({ text, stanza: stanzaId, at: Date.now() });
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
export function stanzaOf({ id, to, reports, watch }: Story): Element {
  const attrs = {
    xmlns: 'xmpp-receipts:1',
    statuses: reports ? REPORTED : undefined,
    within: watch && `PT${watch.seconds}S`,
    until: watch?.until,
  };
  const extra = reports || watch ? [element('report', attrs)] : [];
  return message({ to: to.jid, id, extra });
}
