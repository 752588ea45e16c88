import { RANK, type Status } from '../../../src/message/status.ts';
import type { Element } from '../../../src/protocol/xml.ts';
import { BOT } from '../../support/stage.ts';
import type { Promised, Promises } from './promises.ts';

export type Finding = 'leak' | 'duplicated' | 'back' | 'lost';

export interface Found {
  readonly sort: Finding;
  readonly says: string;
}

/** A message or an answer, and what was promised to the recipient when it was written. */
interface Written {
  readonly recipient: string;
  readonly promised: Promised;
}

interface Story extends Written {
  readonly writtenAt: number;
  /** The ids of the receipts of each status, in the order in which the statuses came first. */
  readonly told: Map<Status, Set<string>>;
}

/** Under `refuse` a sender may learn of these only (docs/protocol.md §3.4). */
const OF_REFUSED: readonly Status[] = ['failed', 'expired'];
const ANSWERS = ['received', 'displayed', 'acknowledged'];

/** Looks at every stanza that a sender gets, by what the recipients were promised. */
export class Watch {
  readonly #promises: ReadonlyMap<string, Promises>;
  readonly #stories = new Map<string, Story>();
  readonly #answers = new Map<string, Written>();
  readonly found: Found[] = [];
  /** Stanzas of senders that were looked at. */
  seen = 0;

  /** By the recipients' bare addresses; who has none was never promised anything. */
  constructor(promises: ReadonlyMap<string, Promises>) {
    this.#promises = promises;
  }

  get messages(): number {
    return this.#stories.size;
  }

  get answers(): number {
    return this.#answers.size;
  }

  /** Answers that no sender may see. */
  get stoppable(): number {
    return [...this.#answers.values()].filter(({ promised }) => promised.isAnswerStopped).length;
  }

  get receipts(): number {
    return [...this.#stories.values()].reduce((sum, { told }) => sum + told.size, 0);
  }

  writes(id: string, recipient: string, writtenAt: number): void {
    const story = { recipient, promised: this.#promisedTo(recipient), writtenAt, told: new Map() };
    this.#stories.set(id, story);
  }

  /** The id is that of the stanza, not of the message. */
  answered(id: string, recipient: string): void {
    this.#answers.set(id, { recipient, promised: this.#promisedTo(recipient) });
  }

  senderHears(stanza: Element): void {
    this.seen += 1;
    const answer = this.#answers.get(stanza.attrs['id'] ?? '');
    if (answer?.promised.isAnswerStopped && showsAnswer(stanza))
      this.#note('leak', `an answer of ${answer.recipient}: ${stanza}`);
    for (const part of descendantsOf(stanza)) this.#hearPart(part, stanza);
  }

  /** The messages to that recipient of which nothing was told. */
  untold(recipient: string): readonly { readonly id: string; readonly writtenAt: number }[] {
    return [...this.#stories]
      .filter(([, story]) => story.recipient === recipient && story.told.size === 0)
      .map(([id, { writtenAt }]) => ({ id, writtenAt }));
  }

  lost(id: string): void {
    this.#note('lost', `nothing was told of ${id}`);
  }

  #hearPart(part: Element, stanza: Element): void {
    const id = part.attrs['id'] ?? '';
    const story = this.#stories.get(id);
    if (story === undefined) return;
    if (ANSWERS.includes(part.name)) this.#hearAnswer(story, stanza);
    if (part.name === 'receipt' && stanza.attrs['from'] === BOT)
      this.#hearReceipt(story, part.attrs['status'] as Status, stanza);
  }

  #hearAnswer(story: Story, stanza: Element): void {
    if (story.promised.isAnswerStopped && this.#isKept(story))
      this.#note('leak', `of a message that was written after the promise: ${stanza}`);
  }

  #hearReceipt(story: Story, status: Status, stanza: Element): void {
    if (this.#isKept(story) && !isAllowed(status, story.promised))
      this.#note('leak', `a receipt: ${stanza}`);
    const ids = story.told.get(status) ?? new Set();
    if (ids.size === 0 && [...story.told.keys()].some((before) => RANK[before] > RANK[status]))
      this.#note('back', `${[...story.told.keys()]} came before: ${stanza}`);
    ids.add(stanza.attrs['id'] ?? '');
    if (ids.size > 1) this.#note('duplicated', `${[...ids]}: ${stanza}`);
    story.told.set(status, ids);
  }

  /** Nothing was given up since the message was written. */
  #isKept({ recipient, promised }: Written): boolean {
    return this.#promisedTo(recipient).era === promised.era;
  }

  #promisedTo(recipient: string): Promised {
    return this.#promises.get(recipient)?.now ?? NOTHING;
  }

  #note(sort: Finding, says: string): void {
    this.found.push({ sort, says });
  }
}

const NOTHING: Promised = { isAnswerStopped: false, isAllRefused: false, era: 0 };

/** Nobody says yes here, so under `manual` nothing that comes from a client may be told. */
function isAllowed(status: Status, { isAllRefused, isAnswerStopped }: Promised): boolean {
  if (isAllRefused) return OF_REFUSED.includes(status);
  return !isAnswerStopped || RANK[status] < RANK.delivered;
}

function showsAnswer(stanza: Element): boolean {
  return descendantsOf(stanza).some(({ name }) => ANSWERS.includes(name));
}

function descendantsOf(element: Element): readonly Element[] {
  return element.getChildElements().flatMap((child) => [child, ...descendantsOf(child)]);
}
