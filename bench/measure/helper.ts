import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { pin } from './process.ts';

/** A part of a benchmark in a process of its own: it answers one order after the other. */
export class Helper {
  readonly #child: ChildProcess;
  readonly #ended: Promise<never>;

  /** Starts a compiled module whose last line is `obey(...)`. */
  static start(module: URL, core: number): Helper {
    const helper = new Helper(fork(module, { serialization: 'advanced' }));
    pin(helper.pid, core);
    return helper;
  }

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#ended = once(child, 'exit').then(([code]) => {
      throw new Error(`a helper process ended with ${code} instead of an answer`);
    });
    this.#ended.catch(() => undefined); // said to who waits for an answer
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  async ask<Answer>(order: object): Promise<Answer> {
    this.#child.send(order);
    const [answer] = await Promise.race([once(this.#child, 'message'), this.#ended]);
    if (isFailure(answer)) throw new Error(`a helper process failed: ${answer.error}`);
    return answer as Answer;
  }

  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill('SIGKILL');
    await once(this.#child, 'exit');
  }
}

/** What the helper's process runs: each order is answered with what the function makes of it. */
export function obey<Order>(carryOut: (order: Order) => Promise<object>): void {
  process.once('disconnect', () => process.exit());
  process.on('message', (order) => {
    carryOut(order as Order).then(
      (answer) => process.send?.(answer),
      (error: unknown) => process.send?.({ error: String(error) }),
    );
  });
}

function isFailure(answer: unknown): answer is { readonly error: string } {
  return typeof answer === 'object' && answer !== null && 'error' in answer;
}
