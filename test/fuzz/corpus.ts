import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { REPOSITORY } from '../support/repository.ts';

/** The texts that were collected for a target: what once was a mistake, and what people really send. */
export function corpusOf(name: string): readonly string[] {
  const folder = join(REPOSITORY, 'test/fuzz/corpus', name);
  if (!existsSync(folder)) return [];
  return readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'));
}

interface Edit {
  /** Where, as a share of the length. */
  readonly at: number;
  readonly length: number;
  readonly by: string;
}

/** A text of the corpus in which a few pieces are taken out, doubled or replaced. */
export function mutated(name: string, words: readonly string[]): fc.Arbitrary<string> {
  const edit: fc.Arbitrary<Edit> = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.oneof(fc.nat(3), fc.nat(60)),
    by: fc.oneof(
      fc.constant(''),
      fc.constantFrom(...words),
      fc.string({ unit: 'binary', maxLength: 3 }),
    ),
  });
  return fc
    .tuple(fc.constantFrom(...corpusOf(name)), fc.array(edit, { minLength: 1, maxLength: 5 }))
    .map(([text, edits]) => edits.reduce(edited, text));
}

function edited(text: string, { at, length, by }: Edit): string {
  const from = Math.floor(at * text.length);
  return text.slice(0, from) + by + text.slice(from + length);
}
