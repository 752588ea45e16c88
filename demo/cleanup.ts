/** What has to be undone in the end, the last thing first. */
export class Cleanup {
  readonly #steps: (() => Promise<unknown>)[] = [];

  add(step: () => Promise<unknown>): void {
    this.#steps.push(step);
  }

  /** Runs every step, also after one that fails; what is added later waits for the next run. */
  async run(): Promise<void> {
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) {
      await step().catch((error: unknown) => {
        process.stderr.write(`while cleaning up: ${String(error)}\n`);
      });
    }
  }
}
