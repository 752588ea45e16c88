import type { Status } from '../src/message/status.ts';
import type { Happening, Ticked } from './happening.ts';

/** Shows the demo to somebody. */
export interface Printer {
  /** What goes on behind the scenes. */
  progress(text: string): void;
  beginScene(title: string): void;
  show(happening: Happening): void;
  conclude(outcomes: readonly Outcome[]): void;
}

/** What became of one message in the end. */
export interface Outcome {
  readonly id: string;
  readonly recipient: string;
  readonly known: string;
  readonly tick: Ticked['by'] | undefined;
  readonly told: readonly { readonly status: Status; readonly afterMs: number }[];
}
