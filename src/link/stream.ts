import type { Socket } from 'node:net';
import { type Component, component } from '@xmpp/component';
import { NS } from '../protocol/namespaces.ts';
import { child, type Element } from '../protocol/xml.ts';
import { type Ending, endingOf } from './failure.ts';

export interface StreamOptions {
  readonly domain: string;
  readonly host: string;
  readonly port: number;
  readonly secret: string;
  readonly timings: {
    /** For the connection and the handshake together. */
    readonly connectMs: number;
    readonly closeMs: number;
    readonly keepAliveMs: number;
  };
}

/** What a stream tells. After `ended`, which comes exactly once, it is silent. */
export interface StreamListener {
  opened(): void;
  /** Some bytes came. */
  heard(): void;
  received(stanza: Element): void;
  ended(ending: Ending): void;
}

/**
 * One XEP-0114 connection, from the first try to reach the server to its end; never used again.
 * It owns what the library leaves open: every wait ends, and every error ends the stream.
 */
export class Stream {
  readonly #listener: StreamListener;
  readonly #closeMs: number;
  readonly #entity: Component;
  readonly #socket: Socket;
  #deadline: NodeJS.Timeout;
  /** Stanzas that came in one read with the handshake, for which the library does not wait. */
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
    this.#socket.setEncoding('utf8'); // or characters split between two reads are garbled
    this.#socket.setNoDelay(true);
    this.#socket.setKeepAlive(true, keepAliveMs);
  }

  get unsentSize(): number {
    return this.#socket.writableLength;
  }

  /** Resolves when the operating system has taken the text. */
  async write(text: string): Promise<void> {
    this.#gather();
    await this.#entity.write(text);
    // Node calls a write that was under way when the socket was destroyed a success.
    if (this.#isOver) throw new Error('the stream ended before the text was written');
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Says good-bye, and ends when the server has answered or lets us wait too long. */
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

  // One system call for what is written in one turn of the event loop: answers to single stanzas go
  // half as fast again.
  #gather(): void {
    if (this.#socket.writableCorked > 0) return;
    this.#socket.cork();
    setImmediate(() => this.#socket.uncork());
  }

  #sayGoodBye(): void {
    this.#deadline = setTimeout(() => this.end({ kind: 'closed' }), this.#closeMs);
    this.resume();
    void this.#entity.stop(); // it swallows its errors; the server's answer is seen as `close`
  }

  #listen(): void {
    this.#guardReading();
    this.#entity._onStreamError = (error) => this.end(streamError(error));
    this.#entity.on('error', (error) => this.end(endingOf(error)));
    this.#entity.on('close', () => this.end({ kind: 'closed' }));
    this.#entity.on('disconnect', () => this.end({ kind: 'closed' }));
    this.#entity.on('input', () => this.#listener.heard());
    this.#entity.on('stanza', (stanza) => this.#receive(stanza));
    this.#entity.on('online', () => this.#open());
  }

  // The library lets what its parser throws fly out of the socket's event, which ends the process.
  #guardReading(): void {
    const read = this.#entity._onData.bind(this.#entity);
    this.#entity._onData = (text) => {
      try {
        if (!this.#isOver) read(text);
      } catch (error) {
        this.end({ kind: 'malformed', detail: String(error) });
      }
    };
  }

  #connect(options: StreamOptions): Socket {
    const { domain } = options;
    const connected = this.#entity.connect(serviceOf(options));
    const { socket } = this.#entity;
    if (socket === null) throw new Error('@xmpp/component: connect() made no socket');
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

// The library's connection and handshake, without the behaviours that it adds to them.
function bareComponent(options: StreamOptions): Component {
  const { domain, host, port, secret } = options;
  const entity = component({
    service: serviceOf(options),
    domain,
    password: inUtf8(secret),
  });
  entity.reconnect.stop(); // once a second for ever, whatever the reason
  entity.removeAllListeners('element'); // answers requests by itself and throws on odd addresses
  entity.socketParameters = () => ({ host, port }); // its own takes no IPv6 but [::1]
  entity.timeout = 0; // its own 2 s leave a stream hanging: here every wait has the stream's end
  return entity;
}

function serviceOf({ host, port }: StreamOptions): string {
  return host.includes(':') ? `xmpp://[${host}]:${port}` : `xmpp://${host}:${port}`;
}

// XEP-0114 §3: the handshake is made over UTF-8; the library cuts every character to one byte.
function inUtf8(secret: string): string {
  return Buffer.from(secret, 'utf8').toString('latin1');
}

// RFC 6120 §4.9.2: the first child is the condition. The library would follow see-other-host to
// wherever it points.
function streamError(error: Element): Ending {
  const [condition] = error.getChildElements();
  const text = child(error, 'text', NS.streamErrors)?.getText() ?? '';
  return { kind: 'stream-error', condition: condition?.name ?? 'undefined-condition', text };
}
