/** How often each thing was met. */
export type Counts = Record<string, number>;

export class Tally {
  readonly counts: Counts = {};

  add(what: string, by = 1): void {
    if (by > 0) this.counts[what] = (this.counts[what] ?? 0) + by;
  }
}
