import type { Socket } from 'node:net';
import type { Element } from '../protocol/xml.ts';
import { bareComponent, type Component, type ServerOptions, serviceOf } from './bare-component.ts';
import { type Ending, endingOf, endingOfStreamError } from './failure.ts';
import { guardReading } from './guarded-reading.ts';

export interface StreamOptions extends ServerOptions {
  readonly timings: {
    /** Maximum time for the connection and the handshake together. */
    readonly connectMs: number;
    readonly closeMs: number;
    readonly keepAliveMs: number;
  };
}

/** What a stream reports. `ended` comes exactly once, and nothing comes after it. */
export interface StreamListener {
  opened(): void;
  received(stanza: Element): void;
  ended(ending: Ending): void;
}

/**
 * An XEP-0114 connection, from the attempt to reach the server to its end; it is used once. It adds
 * what the library lacks: every wait has an end, and every error ends the stream.
 */
export class Stream {
  readonly #listener: StreamListener;
  readonly #closeMs: number;
  readonly #entity: Component;
  readonly #socket: Socket;
  #deadline: NodeJS.Timeout;
  /** Stanzas that came together with the handshake; the library does not wait for its end. */
  #early: Element[] | undefined = [];
  #isClosing = false;
  #isOver = false;

  constructor(options: StreamOptions, listener: StreamListener) {
    const { connectMs, closeMs, keepAliveMs } = options.timings;
    this.#listener = listener;
    this.#closeMs = closeMs;
    this.#entity = bareComponent(options);
    this.#listen();
    this.#deadline = setTimeout(
      () => this.end({ kind: 'handshake-timeout', afterMs: connectMs }),
      connectMs,
    );
    this.#socket = this.#connect(options);
    // Without an encoding, a character that is split between two reads breaks.
    this.#socket.setEncoding('utf8');
    this.#socket.setNoDelay(true);
    this.#socket.setKeepAlive(true, keepAliveMs);
  }

  get unsentSize(): number {
    return this.#socket.writableLength;
  }

  /** Resolves when the operating system has accepted the text. */
  async write(text: string): Promise<void> {
    this.#gather();
    await this.#entity.write(text);
    // If the socket was destroyed during a write, Node still reports success. The queue, which
    // called us, makes LinkDown of every error.
    if (this.#isOver)
      throw new Error(
        'the stream ended before the text was written; what must arrive is sent again after the reconnect',
      );
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Closes the stream, and ends when the server has answered or the wait is over. */
  close(): void {
    if (this.#isOver || this.#isClosing) return;
    this.#isClosing = true;
    if (this.#early === undefined) this.#sayGoodBye();
    else this.end({ kind: 'closed' });
  }

  /** Drops the connection at once. */
  end(ending: Ending): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#deadline);
    this.#socket.destroy();
    this.#listener.ended(ending);
  }

  // Everything that is written in one turn of the event loop goes in one system call: this makes
  // answers to single stanzas one and a half times as fast.
  #gather(): void {
    if (this.#socket.writableCorked > 0) return;
    this.#socket.cork();
    setImmediate(() => this.#socket.uncork());
  }

  #sayGoodBye(): void {
    this.#deadline = setTimeout(() => this.end({ kind: 'closed' }), this.#closeMs);
    this.resume();
    void this.#entity.stop(); // it never rejects; the server's answer comes as `close`
  }

  #listen(): void {
    guardReading(this.#entity, {
      isOver: () => this.#isOver,
      fail: (detail) => this.end({ kind: 'malformed', detail }),
    });
    // The library would follow see-other-host to any address.
    this.#entity._onStreamError = (error) => this.end(endingOfStreamError(error));
    this.#entity.on('error', (error) => this.end(endingOf(error)));
    this.#entity.on('close', () => this.end({ kind: 'closed' }));
    this.#entity.on('disconnect', () => this.end({ kind: 'closed' }));
    this.#entity.on('stanza', (stanza) => this.#receive(stanza));
    this.#entity.on('online', () => this.#open());
  }

  #connect(options: StreamOptions): Socket {
    const { domain } = options;
    const connected = this.#entity.connect(serviceOf(options));
    const { socket } = this.#entity;
    if (socket === null)
      throw new Error('@xmpp/component: connect() made no socket: this is a bug, please report it');
    connected
      .then(() => this.#entity.open({ domain }))
      .catch((error: Error) => this.end(endingOf(error)));
    return socket;
  }

  #open(): void {
    if (this.#isOver) return;
    clearTimeout(this.#deadline);
    this.#listener.opened();
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const stanza of early) this.#receive(stanza);
  }

  #receive(stanza: Element): void {
    if (this.#isOver) return;
    if (this.#early === undefined) this.#listener.received(stanza);
    else this.#early.push(stanza);
  }
}
