import { WebSocket } from 'ws';
import type { Element } from '../../../src/protocol/xml.ts';
import { parseOne } from '../xml.ts';
import { CLOSE_MS, type Wire, wholeElement } from './wire.ts';

const FRAMING = 'urn:ietf:params:xml:ns:xmpp-framing';
const CLOSE = `<close xmlns='${FRAMING}'/>`;

/** XMPP over WebSocket (RFC 7395): every frame is one element. */
export class WebSocketWire implements Wire {
  readonly #socket: WebSocket;
  readonly #onElement: (element: Element) => void;
  readonly closed: Promise<void>;

  static connect(port: number, onElement: (element: Element) => void): Promise<WebSocketWire> {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/xmpp-websocket`, 'xmpp');
      socket.once('error', reject);
      socket.once('open', () => {
        socket.off('error', reject);
        resolve(new WebSocketWire(socket, onElement));
      });
    });
  }

  private constructor(socket: WebSocket, onElement: (element: Element) => void) {
    this.#socket = socket;
    this.#onElement = onElement;
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
    // Every error is followed by close, where it counts.
    socket.on('error', () => undefined);
    socket.on('message', (data: Buffer) => this.#read(data.toString()));
  }

  get isClosed(): boolean {
    return this.#socket.readyState !== WebSocket.OPEN;
  }

  // RFC 7395 §3.4
  openStream(domain: string): void {
    this.write(`<open xmlns='${FRAMING}' to='${domain}' version='1.0' xml:lang='en'/>`);
  }

  write(data: string | Uint8Array): void {
    this.#socket.send(wholeElement(data));
  }

  pause(): void {
    this.#socket.pause();
  }

  unpause(): void {
    this.#socket.resume();
  }

  destroy(): void {
    this.#socket.terminate();
  }

  // RFC 7395 §3.6
  async closeStream(): Promise<void> {
    this.#socket.resume();
    this.#socket.send(CLOSE);
    const giveUp = setTimeout(() => this.#socket.terminate(), CLOSE_MS);
    await this.closed;
    clearTimeout(giveUp);
  }

  // RFC 7395 §3.3.3: a frame is one element.
  #read(frame: string): void {
    try {
      this.#take(parseOne(frame));
    } catch {
      this.#socket.terminate();
    }
  }

  #take(element: Element): void {
    if (element.is('open', FRAMING)) return;
    if (element.is('close', FRAMING)) this.#socket.close();
    else this.#onElement(element);
  }
}
