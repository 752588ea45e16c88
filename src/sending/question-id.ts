import { randomUUID } from 'node:crypto';

const FORM = /^q-[0-9a-f-]{36}-([\d.]+)$/;

/** An id for a stanza that puts these questions; an error for it tells which they were. */
export function questionId(numbers: readonly number[]): string {
  return `q-${randomUUID()}-${numbers.join('.')}`;
}

/** The questions that a stanza of that id put; none if the id is not one of these. */
export function numbersIn(id: string): readonly number[] {
  const [, numbers] = FORM.exec(id) ?? [];
  return numbers === undefined ? [] : numbers.split('.').map(Number);
}
