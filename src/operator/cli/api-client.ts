import type { FileHandle } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { CommandFailed, EXIT } from './exit.ts';

interface Hearer<Event> {
  /** Nothing that happens from now on is missed. */
  readonly begun: () => void;
  readonly hear: (event: Event) => void;
}

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

  /** Does a daemon answer there? */
  async isThere(): Promise<boolean> {
    try {
      (await this.#ask('GET', '/healthz')).resume();
      return true;
    } catch (error) {
      // Expected: no daemon runs.
      if (error instanceof CommandFailed && error.code === EXIT.unavailable) return false;
      throw error;
    }
  }

  /** Writes the answer into that file. */
  async download(path: string, file: FileHandle): Promise<void> {
    const response = await this.#ask('GET', path);
    if (response.statusCode !== 200) return this.#json(response);
    try {
      await pipeline(response, file.createWriteStream({ flush: true }));
    } catch (cause) {
      throw brokenOff(cause);
    }
  }

  /** The lines of the answer, each with JSON, as they come. It may end early: the last one says. */
  async *lines<Line>(path: string): AsyncGenerator<Line> {
    const response = await this.#ask('GET', path);
    if (response.statusCode !== 200) return this.#json(response);
    try {
      for await (const line of createInterface({ input: response })) yield JSON.parse(line) as Line;
    } catch (cause) {
      throw brokenOff(cause);
    }
  }

  /**
   * Server-sent events, each with JSON, until Ctrl-C (`here`) or until the daemon ends them.
   */
  async follow<Event>(path: string, { begun, hear }: Hearer<Event>): Promise<'here' | 'daemon'> {
    const response = await this.#ask('GET', path);
    if (response.statusCode !== 200) return this.#json(response);
    const interrupt = new AbortController();
    process.once('SIGINT', () => {
      interrupt.abort();
      response.destroy();
    });
    begun(); // from here on, Ctrl-C is an end in good order
    await readLines(response, (line) => {
      if (line.startsWith(DATA)) hear(JSON.parse(line.slice(DATA.length)) as Event);
    });
    return interrupt.signal.aborted ? 'here' : 'daemon';
  }

  async #json<Answer>(response: IncomingMessage): Promise<Answer> {
    const body = await text(response);
    if (response.statusCode === 200) return JSON.parse(body) as Answer;
    throw new CommandFailed(problemIn(body), EXIT.no);
  }

  #ask(method: string, path: string, body?: string): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const headers = body === undefined ? {} : headersFor(body);
      const asking = request({ socketPath: this.#socket, method, path, headers }, resolve);
      asking.once('error', (cause) => reject(noDaemon(this.#socket, cause)));
      asking.end(body);
    });
  }
}

/** Without the length, Node sends the body of a DELETE as if it was another request. */
function headersFor(body: string) {
  return { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
}

const DATA = 'data: ';

/** Resolves when the other side has ended or broken off. */
function readLines(response: IncomingMessage, hear: (line: string) => void): Promise<void> {
  return new Promise((resolve) => {
    // A stream that we break off counts as failed, and the reader of lines repeats that error.
    response.on('error', () => {});
    createInterface({ input: response })
      .on('line', hear)
      .on('error', () => {});
    response.once('close', resolve);
  });
}

function brokenOff(cause: unknown): CommandFailed {
  return new CommandFailed(
    `the daemon broke off: ${String(cause)}. Its log says why; then try again.`,
    EXIT.unavailable,
    { cause },
  );
}

function problemIn(body: string): string {
  try {
    const { problem } = JSON.parse(body) as { readonly problem?: string };
    return problem ?? body;
  } catch {
    // What answers there is no API of ours: its own words say most.
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
