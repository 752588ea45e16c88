import type fc from 'fast-check';

/** What may come from outside, and what must hold of it. */
export interface Target<Input> {
  readonly name: string;
  /** For who reads the results. */
  readonly about: string;
  readonly inputs: fc.Arbitrary<Input>;
  /** A file of the corpus as an input. */
  readonly read: (text: string) => Input;
  /** Made anew for each ten thousand inputs, so that these can be seen again by their seed alone. */
  readonly open: () => Subject<Input> | Promise<Subject<Input>>;
}

export interface Subject<Input> {
  /** Throws, or rejects, if something does not hold. */
  readonly check: (input: Input) => void | Promise<void>;
  /** Does `check` wait for anything? */
  readonly isAsync: boolean;
  /** Checks what must hold in the end. */
  readonly close?: () => void | Promise<void>;
}

export function insist(isSo: boolean, what: string): void {
  if (!isSo) throw new Error(what);
}
