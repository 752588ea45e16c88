import { randomUUID } from 'node:crypto';

const FORM = /^q-[0-9a-f-]{36}-(\d{1,9}(?:\.\d{1,9}){0,99})$/;

/** An id for a stanza that puts these questions, at most 100; an error for it tells which they were. */
export function questionId(numbers: readonly number[]): string {
  return `q-${randomUUID()}-${numbers.join('.')}`;
}

/** The questions that a stanza of that id put; none if the id is not one of ours: anybody may invent one. */
export function numbersIn(id: string): readonly number[] {
  const [, numbers] = FORM.exec(id) ?? [];
  return numbers === undefined ? [] : [...new Set(numbers.split('.').map(Number))];
}
