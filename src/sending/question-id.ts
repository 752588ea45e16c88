import { randomUUID } from 'node:crypto';

const FORM = /^q-[0-9a-f-]{36}-(\d{1,9}(?:\.\d{1,9}){0,99})$/;

/**
 * The id of a stanza that asks these questions, at most 100. An error with this id tells which they
 * were.
 */
export function questionId(numbers: readonly number[]): string {
  return `q-${randomUUID()}-${numbers.join('.')}`;
}

/**
 * The questions that the stanza with that id asked. Anybody can invent an id: none, if it has
 * another form.
 */
export function questionNumbersIn(id: string): readonly number[] {
  const [, numbers] = FORM.exec(id) ?? [];
  return numbers === undefined ? [] : [...new Set(numbers.split('.').map(Number))];
}
