import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import type { Listening } from '../../src/config/config.ts';
import { type Door, openDoors } from '../../src/operator/http/listening.ts';
import { Metrics } from '../../src/operator/metrics/metrics.ts';
import type { Operator } from '../../src/operator/operator.ts';
import { pagesFor } from '../../src/operator/page/pages.ts';
import { Counters } from '../../src/telemetry/counters.ts';
import { freePorts } from './server/ports.ts';

export const TOKEN = 'token-of-the-tests';

const SET_UP = {
  component: 'receipts.example.org',
  address: '127.0.0.1:5347',
  secretLength: 64,
  domains: ['example.org', 'example.net'],
};

/** The doors of an API over what an operator may see and do, in a folder of its own. */
export class ApiStage {
  readonly socket: string;
  readonly listening: Listening;
  readonly counters: Counters;
  readonly #folder: string;
  readonly #doors: readonly Door[];

  private constructor(
    folder: string,
    listening: Listening,
    { doors, counters }: { readonly doors: readonly Door[]; readonly counters: Counters },
  ) {
    this.counters = counters;
    this.#folder = folder;
    this.socket = join(folder, 'receipts.db.sock');
    this.listening = listening;
    this.#doors = doors;
  }

  static async open(operator: Operator, every?: number): Promise<ApiStage> {
    const folder = mkdtempSync(join(tmpdir(), 'api-'));
    const [port = 0] = await freePorts(1);
    const listen = { host: '127.0.0.1', port, token: TOKEN, names: ['our.test'] };
    const http = { socket: join(folder, 'receipts.db.sock'), listen };
    const counters = new Counters();
    const metrics = new Metrics({ operator, counters });
    const doors = await openDoors(http, {
      operator,
      metrics,
      counters,
      log: pino({ level: 'silent' }),
      makePages: pagesFor({ setUp: SET_UP, ...(every === undefined ? {} : { every }) }),
    });
    return new ApiStage(folder, listen, { doors, counters });
  }

  /** As a program at the other end of the TCP port asks. */
  fetch(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    return fetch(`http://127.0.0.1:${this.listening.port}${path}`, { headers });
  }

  /** The same, with the token. */
  ask(path: string): Promise<Response> {
    return this.fetch(path, { authorization: `Bearer ${TOKEN}` });
  }

  async close(): Promise<void> {
    await Promise.all(this.#doors.map((door) => door.close()));
    rmSync(this.#folder, { recursive: true });
  }
}
