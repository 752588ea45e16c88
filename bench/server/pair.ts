import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { DOMAIN } from '../measure/daemon.ts';

/** What a message of the load looks like. */
export interface Load {
  readonly asksForReceipts: boolean;
}

const SM = 'urn:xmpp:sm:3';
const BODY = 'x'.repeat(80);
const MESSAGE_END = '</message>';
const PASSWORD = 'secret';

/** A sender and a receiver, both with XEP-0198. Strings are searched and nothing is parsed, so that the server is what is measured. */
export class Pair {
  readonly #name: string;
  readonly #sender: Socket;
  readonly #receiver: Receiver;
  #sent = 0;

  static async connect(port: number, number: number): Promise<Pair> {
    const sender = await loginWithAcks(port, senderOf(number));
    const receiver = await Receiver.connect(port, receiverOf(number));
    return new Pair(`${number}`, sender, receiver);
  }

  private constructor(name: string, sender: Socket, receiver: Receiver) {
    this.#name = name;
    this.#sender = sender;
    this.#receiver = receiver;
    // The server's own requests for acknowledgement; what a sender is told is not counted.
    sender.on('data', () => undefined);
  }

  /** Messages that have arrived. */
  get received(): number {
    return this.#receiver.received;
  }

  set onArrival(hear: (count: number) => void) {
    this.#receiver.onArrival = hear;
  }

  send(count: number, { asksForReceipts }: Load): void {
    const request = asksForReceipts ? `<request xmlns='urn:xmpp:receipts'/>` : '';
    let text = '';
    for (let index = 0; index < count; index += 1) {
      this.#sent += 1;
      text += `<message to='${receiverOf(this.#name)}@${DOMAIN}' id='5f0c1a-${this.#name}-${this.#sent}' type='chat'><body>${BODY}</body>${request}</message>`;
    }
    this.#sender.write(text);
  }

  close(): void {
    this.#sender.end('</stream:stream>');
    this.#receiver.close();
  }
}

/** Counts the messages that come, and acknowledges them. */
export class Receiver {
  received = 0;
  onArrival: (count: number) => void = () => undefined;
  readonly #socket: Socket;
  #tail = '';

  static async connect(port: number, user: string): Promise<Receiver> {
    return new Receiver(await loginWithAcks(port, user));
  }

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (text: string) => this.#take(text));
  }

  close(): void {
    this.#socket.end('</stream:stream>');
  }

  // XEP-0198 §4: the count of all that came, at the latest when the server asks.
  #take(text: string): void {
    const all = this.#tail + text;
    const end = all.lastIndexOf('>') + 1;
    this.#tail = all.slice(end);
    const count = countOf(all, MESSAGE_END);
    this.received += count;
    if (all.includes(`<r xmlns='${SM}'`))
      this.#socket.write(`<a xmlns='${SM}' h='${this.received}'/>`);
    if (count > 0) this.onArrival(count);
  }
}

export function accountsOf(pairs: number): readonly string[] {
  return Array.from({ length: pairs }, (_, number) => [senderOf(number), receiverOf(number)])
    .flat()
    .map((user) => `${user}@${DOMAIN}`);
}

function senderOf(number: number | string): string {
  return `sender${number}`;
}

function receiverOf(number: number | string): string {
  return `receiver${number}`;
}

/** Online when it resolves, with stream management; nothing but messages comes after that. */
async function loginWithAcks(port: number, user: string): Promise<Socket> {
  const socket = await login(port, user);
  await say(socket, `<enable xmlns='${SM}' resume='true'/>`, '<enabled');
  return socket;
}

/** Online when it resolves, without stream management. */
export async function login(port: number, user: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').setNoDelay(true).setEncoding('latin1');
  const header = `<?xml version='1.0'?><stream:stream to='${DOMAIN}' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>`;
  const secret = Buffer.from(`\0${user}\0${PASSWORD}`).toString('base64');
  const steps = [
    [header, '</stream:features>'],
    [
      `<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${secret}</auth>`,
      '<success',
    ],
    [header, '</stream:features>'],
    [
      `<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>bench</resource></bind></iq>`,
      '</iq>',
    ],
    ['<presence/>', '<presence'],
  ] as const;
  for (const [text, answer] of steps) await say(socket, text, answer);
  return socket;
}

async function say(socket: Socket, text: string, answer: string): Promise<void> {
  socket.write(text);
  let heard = '';
  while (!heard.includes(answer)) {
    const [chunk] = await once(socket, 'data');
    heard += String(chunk);
  }
}

export function countOf(text: string, part: string): number {
  let count = 0;
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length)) count += 1;
  return count;
}
