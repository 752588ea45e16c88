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
  /** Messages that have arrived. */
  received = 0;
  onArrival: (count: number) => void = () => undefined;
  readonly #name: string;
  readonly #sender: Socket;
  readonly #receiver: Socket;
  #sent = 0;
  #tail = '';

  static async connect(port: number, number: number): Promise<Pair> {
    const sender = await login(port, senderOf(number));
    const receiver = await login(port, receiverOf(number));
    return new Pair(`${number}`, sender, receiver);
  }

  private constructor(name: string, sender: Socket, receiver: Socket) {
    this.#name = name;
    this.#sender = sender;
    this.#receiver = receiver;
    receiver.on('data', (text: string) => this.#take(text));
    // The server's own requests for acknowledgement; what a sender is told is not counted.
    sender.on('data', () => undefined);
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
    this.#receiver.end('</stream:stream>');
  }

  // XEP-0198 §4: the count of all that came, at the latest when the server asks.
  #take(text: string): void {
    const all = this.#tail + text;
    const end = all.lastIndexOf('>') + 1;
    this.#tail = all.slice(end);
    const count = countOf(all, MESSAGE_END);
    this.received += count;
    if (all.includes(`<r xmlns='${SM}'`))
      this.#receiver.write(`<a xmlns='${SM}' h='${this.received}'/>`);
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
async function login(port: number, user: string): Promise<Socket> {
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
    [`<enable xmlns='${SM}' resume='true'/>`, '<enabled'],
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

function countOf(text: string, part: string): number {
  let count = 0;
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length)) count += 1;
  return count;
}
