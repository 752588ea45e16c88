import type { Socket } from 'node:net';
import type { Preferences } from '../../src/receipt/preferences.ts';
import { DOMAIN } from '../measure/daemon.ts';
import { login } from '../server/pair.ts';

/** Whose answers the server lets through, and whose it stops. */
export type AnswererName = 'passing' | 'stopped';

interface Answerers {
  readonly name: AnswererName;
  readonly count: number;
  readonly preferences: Preferences;
}

export const PAIRS = 4;

/** Let through after a look at every exception. */
export const ANSWERERS: readonly Answerers[] = [
  {
    name: 'passing',
    count: PAIRS,
    preferences: {
      policy: 'client',
      exceptions: { 'friend@elsewhere.example': 'refuse', 'spam.example': 'refuse' },
    },
  },
  { name: 'stopped', count: PAIRS, preferences: { policy: 'refuse' } },
];

export function accountOfAnswerer(name: AnswererName, number: number): string {
  return `${name}${number}@${DOMAIN}`;
}

export function askerOf(number: number): string {
  return `asker${number}`;
}

/** A client that answers requests for receipts as fast as the server reads. */
export class Answerer {
  readonly #socket: Socket;
  readonly #name: string;
  readonly #to: string;
  #sent = 0;
  #pings = 0;

  static async connect(port: number, name: AnswererName, number: number): Promise<Answerer> {
    const socket = await login(port, `${name}${number}`);
    return new Answerer(socket, `${name}${number}`, askerOf(number));
  }

  private constructor(socket: Socket, name: string, to: string) {
    this.#socket = socket;
    this.#name = name;
    this.#to = to;
  }

  /** Resolves when the server has dealt with all of them: the ping behind them is answered in its turn. */
  async answer(count: number): Promise<void> {
    let text = '';
    for (let index = 0; index < count; index += 1) text += this.#answer();
    this.#pings += 1;
    const id = `ping-${this.#pings}-end`;
    const answered = this.#heard(id);
    this.#socket.write(`${text}<iq type='get' id='${id}'><ping xmlns='urn:xmpp:ping'/></iq>`);
    await answered;
  }

  #answer(): string {
    this.#sent += 1;
    const id = `${this.#name}-${this.#sent}`;
    return `<message to='${this.#to}@${DOMAIN}' id='a-${id}' type='chat'><received xmlns='urn:xmpp:receipts' id='5f0c1a-${id}'/></message>`;
  }

  #heard(id: string): Promise<void> {
    let heard = '';
    return new Promise((resolve) => {
      const hear = (text: string) => {
        heard += text;
        if (!heard.includes(id)) return;
        this.#socket.off('data', hear);
        resolve();
      };
      this.#socket.on('data', hear);
    });
  }
}
