import type { BareJid } from '../message/jid.ts';
import { keyText, type MessageKey } from '../message/key.ts';
import type { Millis, Stamp } from '../message/time.ts';
import type { Entitlement } from '../receipt/entitlement.ts';
import type { NotAskedReason } from '../receipt/question.ts';
import type {
  AskedAbout,
  LastNumber,
  LoadedQuestions,
  NewAsked,
  NewQuestion,
  QuestionAgain,
  QuestionChanges,
  QuestionHead,
  QuestionName,
  WantedQuestions,
} from './question-port.ts';
import {
  MAX_FROM_STRANGERS,
  MAX_PER_RECIPIENT,
  MAX_PER_SENDER,
  type NotAsked,
  NUMBER_RESTS,
} from './question-store.ts';

/** A message that its recipient is to be asked about, or is not to be asked about any more. */
export type QuestionStep = Opening | { readonly kind: 'close'; readonly key: MessageKey };

interface Opening {
  readonly kind: 'open';
  readonly key: MessageKey;
  readonly position: Stamp;
  /** What the server's clock said then, if it differs. */
  readonly time?: Stamp | undefined;
  readonly due: Millis;
  readonly asker: Entitlement;
}

/** What has to be loaded before these steps can be taken. */
export function questionsFor(steps: readonly QuestionStep[]): WantedQuestions {
  const opening = steps.filter(({ kind }) => kind === 'open');
  return {
    closing: steps.filter(({ kind }) => kind === 'close').map(({ key }) => key),
    recipients: [...new Set(opening.map(({ key }) => key.recipient))],
  };
}

/** What the steps change, and which messages they could not ask about. */
export interface StepsTaken {
  readonly changes: QuestionChanges;
  readonly notAsked: readonly NotAsked[];
}

/** What follows from the steps, taken in their order. */
export function takeSteps(
  loaded: LoadedQuestions,
  steps: readonly QuestionStep[],
  now: Millis,
): StepsTaken {
  const book = new QuestionBook(loaded, now);
  for (const step of steps) {
    if (step.kind === 'close') book.close(step.key);
    else book.open(step);
  }
  return { changes: book.changes(), notAsked: book.notAsked };
}

interface Held {
  readonly messages: number;
  readonly shown: number;
}

/** The questions of some recipients, as the steps change them. */
class QuestionBook {
  readonly notAsked: NotAsked[] = [];
  readonly #now: Millis;
  /** Messages that belong to a question: stored ones, and those that join now. */
  readonly #stored: Map<string, AskedAbout>;
  readonly #asked = new Map<string, NewAsked>();
  readonly #unasked: MessageKey[] = [];
  /** What a question holds, if that was loaded or it is new. */
  readonly #held: Map<string, Held>;
  readonly #heads: Map<BareJid, readonly QuestionHead[]>;
  readonly #opened = new Map<string, NewQuestion>();
  readonly #closed: QuestionName[] = [];
  readonly #again = new Map<string, QuestionAgain>();
  readonly #numbers: Map<BareJid, LastNumber>;
  readonly #numbered = new Set<BareJid>();

  constructor({ asked, counts, questions, numbers }: LoadedQuestions, now: Millis) {
    this.#now = now;
    this.#stored = new Map(asked.map((about) => [keyText(about.key), about]));
    this.#held = new Map(counts.map((count) => [nameText(count), count]));
    this.#heads = new Map();
    for (const head of questions) this.#addHead(head);
    this.#numbers = new Map(numbers.map((last) => [last.recipient, last]));
  }

  changes(): QuestionChanges {
    return {
      unasked: this.#unasked,
      closed: this.#closed,
      opened: [...this.#opened.values()],
      asked: [...this.#asked.values()],
      again: [...this.#again.values()],
      numbers: [...this.#numbered].flatMap((recipient) => this.#numbers.get(recipient) ?? []),
    };
  }

  /**
   * A sender who asks much has it joined to the last question; what is more than a recipient can
   * take is not asked.
   */
  open(opening: Opening): void {
    const { key, due, asker } = opening;
    const { recipient, sender } = key;
    const known = this.#heads.get(recipient) ?? [];
    const ofSender = known.filter((question) => question.sender === sender);
    if (ofSender.length >= MAX_PER_SENDER) {
      this.#join(ofSender.at(-1) as QuestionHead, opening);
      return;
    }
    const because = reasonAgainst(known.length, asker);
    if (because !== undefined) {
      this.notAsked.push({ key, because });
      return;
    }
    const number = this.#nextNumber(recipient, known);
    const question = { recipient, number, sender, opened: this.#now, due };
    this.#addHead(question);
    this.#opened.set(nameText(question), question);
    this.#held.set(nameText(question), { messages: 0, shown: 0 });
    this.#join(question, opening);
  }

  /**
   * Messages that joined after the question was shown are asked about once a shown one is answered.
   */
  close(key: MessageKey): void {
    const name = keyText(key);
    const about = this.#asked.get(name) ?? this.#stored.get(name);
    if (about === undefined) return;
    if (!this.#asked.delete(name)) {
      this.#stored.delete(name);
      this.#unasked.push(key);
    }
    const isShown = 'isShown' in about && about.isShown;
    this.#count({ recipient: key.recipient, number: about.number }, -1, isShown ? -1 : 0);
    this.#closeIfDone({ recipient: key.recipient, number: about.number });
  }

  #join({ recipient, number }: QuestionName, { key, position, time }: Opening): void {
    this.#asked.set(keyText(key), { key, number, position, time, joined: this.#now });
    this.#count({ recipient, number }, 1, 0);
  }

  #closeIfDone(name: QuestionName): void {
    const held = this.#held.get(nameText(name));
    if (held === undefined) return;
    if (held.messages === 0) this.#remove(name);
    else if (held.shown < held.messages)
      this.#again.set(nameText(name), { ...name, due: this.#now });
  }

  #remove({ recipient, number }: QuestionName): void {
    const text = nameText({ recipient, number });
    if (!this.#opened.delete(text)) this.#closed.push({ recipient, number });
    this.#again.delete(text);
    const known = this.#heads.get(recipient) ?? [];
    this.#heads.set(
      recipient,
      known.filter((head) => head.number !== number),
    );
    const last = this.#numbers.get(recipient);
    if (last !== undefined) this.#setLast({ ...last, at: this.#now });
  }

  #nextNumber(recipient: BareJid, known: readonly QuestionHead[]): number {
    const last = this.#numbers.get(recipient);
    const isResting = last !== undefined && last.at > this.#now - NUMBER_RESTS;
    const taken = new Set(known.map((question) => question.number));
    let number = isResting ? last.number + 1 : 1;
    while (taken.has(number)) number += 1;
    this.#setLast({ recipient, number, at: this.#now });
    return number;
  }

  #addHead(head: QuestionHead): void {
    const known = this.#heads.get(head.recipient) ?? [];
    this.#heads.set(head.recipient, [...known, head]);
  }

  #setLast(last: LastNumber): void {
    this.#numbers.set(last.recipient, last);
    this.#numbered.add(last.recipient);
  }

  #count(name: QuestionName, messages: number, shown: number): void {
    const held = this.#held.get(nameText(name));
    if (held === undefined) return;
    const now = { messages: held.messages + messages, shown: held.shown + shown };
    this.#held.set(nameText(name), now);
  }
}

/** Why one more question is too many. */
function reasonAgainst(waiting: number, asker: Entitlement): NotAskedReason | undefined {
  if (waiting >= MAX_PER_RECIPIENT) return 'too many';
  const isFull = asker === 'stranger' && waiting >= MAX_FROM_STRANGERS;
  return isFull ? 'too many from strangers' : undefined;
}

function nameText({ recipient, number }: QuestionName): string {
  return `${recipient}\0${number}`;
}
