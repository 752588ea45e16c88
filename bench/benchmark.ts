import type { Verdict } from './measure/interval.ts';

/** How much of the machine's time a run may take. */
export type Size = 'quick' | 'normal' | 'full';

export interface Settings {
  readonly size: Size;
  /** One line of progress. */
  readonly say: (line: string) => void;
  /** What earlier benchmarks of this run have measured, by name, for those that compare themselves with it. */
  readonly measured: Map<string, number>;
}

/** One line of the table. */
export interface Result {
  readonly what: string;
  readonly figure: string;
  readonly goal?: { readonly text: string; readonly verdict: Verdict };
}

export interface Benchmark {
  readonly name: string;
  readonly about: string;
  run(settings: Settings): Promise<readonly Result[]>;
}
