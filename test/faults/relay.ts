import { connect, createServer, type Server, type Socket } from 'node:net';

/** A loopback port, or the path of a Unix socket. */
export type Place = { readonly port: number; readonly host: string } | { readonly path: string };

/** So many pieces at most are made of what comes at once. */
const PIECES = 40;

interface Pair {
  readonly near: Socket;
  readonly far: Socket;
}

/**
 * A link that can be cut, held and split. While it is held, connections stay open and nothing
 * passes; while it refuses, each new connection ends at once.
 */
export class Relay {
  readonly #listener: Server;
  readonly #target: Place;
  readonly #pairs = new Set<Pair>();
  isHeld = false;
  isRefusing = false;
  isSplitting = false;
  /** Hears what passes to the target. */
  hears: (bytes: Buffer) => void = () => undefined;

  static async open(at: Place, target: Place): Promise<Relay> {
    const relay = new Relay(target);
    await new Promise<void>((resolve, reject) => {
      relay.#listener.once('error', reject);
      relay.#listener.listen(at, resolve);
    });
    return relay;
  }

  private constructor(target: Place) {
    this.#target = target;
    this.#listener = createServer((near) => this.#join(near));
  }

  /** Ends every connection at once; what was on its way is gone. */
  cut(): void {
    for (const { near, far } of this.#pairs) {
      near.destroy();
      far.destroy();
    }
    this.#pairs.clear();
  }

  hold(): void {
    this.isHeld = true;
    for (const { near, far } of this.#pairs) {
      near.pause();
      far.pause();
    }
  }

  release(): void {
    this.isHeld = false;
    for (const { near, far } of this.#pairs) {
      near.resume();
      far.resume();
    }
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise<void>((resolve) => this.#listener.close(() => resolve()));
  }

  #join(near: Socket): void {
    // Every error is followed by close, where it counts.
    near.on('error', () => undefined);
    if (this.isRefusing) return void near.destroy();
    const far = connect(this.#target);
    far.on('error', () => undefined);
    const pair = { near, far };
    this.#pairs.add(pair);
    near.on('data', (data: Buffer) => this.hears(data));
    this.#pass(near, far);
    this.#pass(far, near);
    for (const end of [near, far]) end.once('close', () => this.#part(pair));
    if (this.isHeld) this.hold();
  }

  #part(pair: Pair): void {
    pair.near.destroy();
    pair.far.destroy();
    this.#pairs.delete(pair);
  }

  #pass(from: Socket, to: Socket): void {
    from.setNoDelay();
    from.on('data', (data: Buffer) => {
      const pieces = this.isSplitting ? piecesOf(data) : [data];
      // A piece that waits for its reader holds up its writer, as without us.
      const isFull = pieces.map((piece) => to.write(piece)).includes(false);
      if (!isFull || to.destroyed) return;
      from.pause();
      to.once('drain', () => this.isHeld || from.resume());
    });
    from.once('end', () => to.end());
  }
}

/** Also in the middle of a character. */
function piecesOf(data: Buffer): readonly Buffer[] {
  const size = Math.max(1, Math.ceil(data.length / PIECES));
  const count = Math.ceil(data.length / size);
  return Array.from({ length: count }, (_, n) => data.subarray(n * size, (n + 1) * size));
}
