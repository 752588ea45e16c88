import type { Socket } from 'node:net';
import { countOf, login } from '../server/pair.ts';

const EVERY_MS = 2;

/** One ping of a client: when it went, and how long its answer took. */
export interface Wait {
  readonly at: number;
  readonly ms: number;
}

/** An ordinary client that pings the server without waiting for the answers, so that none of its stalls is missed. */
export class Pinger {
  readonly #socket: Socket;
  readonly #sentAt: number[] = [];
  #waits: Wait[] = [];
  #answered = 0;
  #tail = '';
  #timer: NodeJS.Timeout | undefined;

  static async connect(port: number, user: string): Promise<Pinger> {
    return new Pinger(await login(port, user));
  }

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (text: string) => this.#take(text));
  }

  start(): void {
    this.#waits = [];
    this.#timer = setInterval(() => this.#ping(), EVERY_MS);
  }

  /** The pings since the start that have their answer. */
  stop(): readonly Wait[] {
    clearInterval(this.#timer);
    return this.#waits;
  }

  close(): void {
    this.#socket.destroy();
  }

  #ping(): void {
    this.#sentAt.push(performance.now());
    this.#socket.write(
      `<iq type='get' id='p${this.#sentAt.length}'><ping xmlns='urn:xmpp:ping'/></iq>`,
    );
  }

  // Answers come in the order of the pings.
  #take(text: string): void {
    const all = this.#tail + text;
    const end = all.lastIndexOf('>') + 1;
    this.#tail = all.slice(end);
    const now = performance.now();
    for (let left = countOf(all.slice(0, end), '<iq '); left > 0; left -= 1) {
      const at = this.#sentAt[this.#answered] ?? now;
      this.#waits.push({ at, ms: now - at });
      this.#answered += 1;
    }
  }
}
