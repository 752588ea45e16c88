import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

interface Reply {
  readonly id: number;
  readonly ok: boolean;
  readonly value?: unknown;
  readonly error?: string;
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

export type { Json };

/** The line to lua/mod_test_control.lua or erlang/receipts_test_control.erl. While it is open the server knows that its test is alive. */
export class Control {
  readonly #socket: Socket;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;

  /** Rejects at once when nothing listens there. */
  static connect(port: number): Promise<Control> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new Control(socket));
      });
    });
  }

  private constructor(socket: Socket) {
    this.#socket = socket;
    // Every error is followed by close, where it counts.
    socket.on('error', () => undefined);
    socket.on('close', () => this.#rejectAll());
    createInterface({ input: socket }).on('line', (line) => this.#settle(JSON.parse(line)));
  }

  /** Runs Lua (arguments: `...`) or Erlang (arguments: `Args`) inside the server. */
  run(code: string, ...args: readonly Json[]): Promise<unknown> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      if (this.#socket.destroyed) return this.#rejectAll();
      this.#socket.write(`${JSON.stringify({ id, code, args })}\n`);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #settle({ id, ok, value, error }: Reply): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (ok) waiting?.resolve(value);
    else waiting?.reject(new Error(`inside the server: ${error}`));
  }

  #rejectAll(): void {
    for (const { reject } of this.#waiting.values()) reject(new Error('the server has gone'));
    this.#waiting.clear();
  }
}
