import { createHash, randomUUID } from 'node:crypto';
import type { BareJid } from '../message/jid.ts';
import type { Stamp } from '../message/time.ts';

const FORM = /^q-[0-9a-f-]{36}-(\d{1,9}(?:-[0-9a-f]{6})?(?:\.\d{1,9}(?:-[0-9a-f]{6})?){0,99})$/;

/** What an id says of a question. Its number is used again later, so a mark stands beside it. */
export interface Identified {
  readonly number: number;
  readonly sender: BareJid;
  /** When the first of its messages came. */
  readonly from: Stamp;
}

/**
 * The id of a stanza that asks these questions, at most 100. An error, a reaction or a reply with
 * this id tells which they were.
 */
export function questionId(questions: readonly Identified[]): string {
  return `q-${randomUUID()}-${questions.map(markedNumber).join('.')}`;
}

/**
 * The questions that the stanza with that id asked. Anybody can invent an id: none, if it has
 * another form.
 */
export function questionNumbersIn(id: string): readonly number[] {
  return [...new Set(partsOf(id).map((part) => Number.parseInt(part, 10)))];
}

/**
 * Which of these questions the stanza with that id asked: an id that is old may name numbers which
 * other questions have by now.
 */
export function questionsNamedBy<Question extends Identified>(
  id: string,
  questions: readonly Question[],
): readonly Question[] {
  const parts = new Set(partsOf(id));
  return questions.filter((question) => parts.has(markedNumber(question)));
}

/** An older daemon made ids without marks. */
export function hasMarks(id: string): boolean {
  return partsOf(id).every((part) => part.includes('-'));
}

function partsOf(id: string): readonly string[] {
  return FORM.exec(id)?.[1]?.split('.') ?? [];
}

function markedNumber({ number, sender, from }: Identified): string {
  const digest = createHash('sha256').update(`${sender} ${from}`).digest('hex');
  return `${number}-${digest.slice(0, 6)}`;
}
