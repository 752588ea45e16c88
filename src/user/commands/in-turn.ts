/**
 * Runs the tasks of one user one after the other, in the order of arrival. Users do not wait for
 * each other.
 */
export class InTurn {
  readonly #last = new Map<string, Promise<unknown>>();

  run<Result>(user: string, task: () => Promise<Result>): Promise<Result> {
    const before = this.#last.get(user) ?? Promise.resolve();
    const result = before.then(task, task);
    this.#last.set(user, result);
    const forget = () => {
      if (this.#last.get(user) === result) this.#last.delete(user);
    };
    result.then(forget, forget);
    return result;
  }
}
