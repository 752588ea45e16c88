import { connect, type Socket } from 'node:net';
// For streams: the parser of ltx gives the whole document only, this one each child of the root.
import Parser from '@xmpp/xml/lib/Parser.js';
import type { Element } from '../../../src/protocol/xml.ts';
import { CLOSE_MS, type Wire } from './wire.ts';

interface StreamOptions {
  readonly xmlns?: string;
  /** A server may offer SASL2 only to those who say who they are (XEP-0388). */
  readonly from?: string;
  /** Gets the server's stream header. */
  readonly onStart?: (header: Element) => void;
}

const ignore = () => undefined;

/** XML streams over TCP (RFC 6120 §4). */
export class TcpWire implements Wire {
  readonly #socket: Socket;
  readonly #onElement: (element: Element) => void;
  readonly closed: Promise<void>;
  #parser = new Parser();

  static connect(port: number, onElement: (element: Element) => void): Promise<TcpWire> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new TcpWire(socket, onElement));
      });
    });
  }

  private constructor(socket: Socket, onElement: (element: Element) => void) {
    this.#socket = socket;
    this.#onElement = onElement;
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
    // Every error is followed by close, where it counts.
    socket.on('error', () => undefined);
    socket.setNoDelay();
    // Decodes characters that are split between two chunks.
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => this.#read(text));
  }

  get isClosed(): boolean {
    return this.#socket.destroyed;
  }

  openStream(
    domain: string,
    { xmlns = 'jabber:client', from, onStart = ignore }: StreamOptions = {},
  ): void {
    this.#parser = new Parser();
    this.#parser.on('start', onStart);
    this.#parser.on('element', this.#onElement);
    this.#parser.on('end', () => this.#socket.end());
    this.#parser.on('error', () => this.#socket.destroy());
    this.write(
      `<?xml version='1.0'?><stream:stream to='${domain}' version='1.0' xml:lang='en' ` +
        `${from === undefined ? '' : `from='${from}' `}xmlns='${xmlns}' xmlns:stream='http://etherx.jabber.org/streams'>`,
    );
  }

  write(data: string | Uint8Array): void {
    this.#socket.write(data);
  }

  pause(): void {
    this.#socket.pause();
  }

  unpause(): void {
    this.#socket.resume();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  /**
   * RFC 6120 §4.4: the connection stays open until the server has closed its stream too. A server
   * that reads the end of the connection throws away what it has not written yet.
   */
  async closeStream(): Promise<void> {
    this.#socket.resume();
    this.#socket.write('</stream:stream>');
    const giveUp = setTimeout(() => this.#socket.destroy(), CLOSE_MS);
    await this.closed;
    clearTimeout(giveUp);
  }

  #read(text: string): void {
    try {
      this.#parser.write(text);
    } catch {
      // The parser throws at what no XML may hold; a client would drop such a stream.
      this.#socket.destroy();
    }
  }
}
