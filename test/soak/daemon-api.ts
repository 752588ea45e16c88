import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { ApiClient } from '../../src/operator/cli/api-client.ts';
import type { PrunedAnswer } from '../../src/operator/http/prune-routes.ts';
import { MetricsText } from './metrics-text.ts';

const DAY = 86_400_000;

/** What an operator has the daemon do, and what Prometheus reads. */
export class DaemonApi {
  readonly #socket: string;
  readonly #client: ApiClient;

  constructor(socket: string) {
    this.#socket = socket;
    this.#client = new ApiClient(socket);
  }

  /** As `xmpp-receipts prune --older-than` does, which takes whole hours only. */
  async prune(olderThanMs: number): Promise<void> {
    const order = { olderThanDays: olderThanMs / DAY };
    for (let isMore = true; isMore; )
      ({ isMore } = await this.#client.send<PrunedAnswer>('POST', '/api/prune', order));
  }

  async metrics(): Promise<MetricsText> {
    return new MetricsText(await this.#get('/metrics'));
  }

  #get(path: string): Promise<string> {
    return new Promise((resolve, reject) => {
      request({ socketPath: this.#socket, path }, (answer) => resolve(text(answer)))
        .once('error', reject)
        .end();
    });
  }
}
