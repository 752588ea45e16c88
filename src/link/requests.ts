import type { Element } from '../protocol/xml.ts';
import { RequestTimeout } from './link-error.ts';

interface Open {
  readonly to: string | undefined;
  readonly timer: NodeJS.Timeout;
  readonly resolve: (answer: Element) => void;
  readonly reject: (reason: Error) => void;
}

/** Requests that wait for an answer, by their ids. Each one ends: by its answer or by an error. */
export class Requests {
  readonly #timeoutMs: number;
  readonly #open = new Map<string, Open>();

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  /**
   * The answer to the request with that id, a result or an error. Rejects with RequestTimeout if
   * none comes in time, and with what `fail` is given.
   */
  answerTo(id: string, to: string | undefined): Promise<Element> {
    if (this.#open.has(id))
      throw new Error(
        `a request with the id ${id} is already waiting: this is a bug, please report it`,
      );
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.fail(id, this.#timeout(to)), this.#timeoutMs);
      this.#open.set(id, { to, timer, resolve, reject });
    });
  }

  /** Hands the stanza to the request that it answers. False if it answers none. */
  settle(stanza: Element): boolean {
    const id = stanza.attrs['id'];
    const request = id !== undefined && isAnswer(stanza) ? this.#open.get(id) : undefined;
    if (id === undefined || request === undefined || !isFrom(stanza, request.to)) return false;
    this.#close(id, request);
    request.resolve(stanza);
    return true;
  }

  fail(id: string, reason: Error): void {
    const request = this.#open.get(id);
    if (request === undefined) return;
    this.#close(id, request);
    request.reject(reason);
  }

  failAll(reason: Error): void {
    for (const id of [...this.#open.keys()]) this.fail(id, reason);
  }

  #close(id: string, { timer }: Open): void {
    clearTimeout(timer);
    this.#open.delete(id);
  }

  #timeout(to: string | undefined): RequestTimeout {
    return new RequestTimeout(`no answer from ${to ?? 'the server'} within ${this.#timeoutMs} ms`);
  }
}

// RFC 6120 §8.2.3: an answer is of type result or error.
function isAnswer({ name, attrs: { type } }: Element): boolean {
  return name === 'iq' && (type === 'result' || type === 'error');
}

// RFC 6120 §8.1.2.1: any user can send us an answer with an id that they guessed, but only the
// address that we asked may answer. Servers may change upper and lower case.
function isFrom(stanza: Element, asked: string | undefined): boolean {
  return asked === undefined || stanza.attrs['from']?.toLowerCase() === asked.toLowerCase();
}
