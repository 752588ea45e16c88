import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { CommandFailed, EXIT } from './exit.ts';

/** Asks the running daemon, by its Unix socket. Every method rejects with CommandFailed. */
export class ApiClient {
  readonly #socket: string;

  constructor(socket: string) {
    this.#socket = socket;
  }

  /** The answer to GET of that path. `Answer` is the type that the route of that path promises. */
  async get<Answer>(path: string): Promise<Answer> {
    return this.#json<Answer>(await this.#ask('GET', path));
  }

  /** The answer to that request, with a body in JSON. */
  async send<Answer>(
    method: 'POST' | 'PUT' | 'DELETE',
    path: string,
    body: unknown,
  ): Promise<Answer> {
    return this.#json<Answer>(await this.#ask(method, path, JSON.stringify(body)));
  }

  async #json<Answer>(response: IncomingMessage): Promise<Answer> {
    const body = await text(response);
    if (response.statusCode === 200) return JSON.parse(body) as Answer;
    throw new CommandFailed(problemIn(body), EXIT.no);
  }

  #ask(method: string, path: string, body?: string): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const headers = body === undefined ? {} : { 'content-type': 'application/json' };
      const asking = request({ socketPath: this.#socket, method, path, headers }, resolve);
      asking.once('error', (cause) => reject(noDaemon(this.#socket, cause)));
      asking.end(body);
    });
  }
}

function problemIn(body: string): string {
  try {
    const { problem } = JSON.parse(body) as { readonly problem?: string };
    return problem ?? body;
  } catch {
    return body;
  }
}

function noDaemon(socket: string, cause: Error): CommandFailed {
  return new CommandFailed(
    `no daemon answers at ${socket} (${cause.message}): start it with "xmpp-receipts run", or name its settings with --config`,
    EXIT.unavailable,
    { cause },
  );
}
